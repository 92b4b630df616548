import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { metricsDocument } from '../../../cli/metrics/metrics-document.ts';
import type { DocumentOf } from '../../../cli/terminal/document.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { sluiceInside } from '../../support/sluice-inside.ts';

type MetricsDocument = DocumentOf<typeof metricsDocument>;
type Series = readonly (number | null)[];

let pipeline: PipelineUnderTest;
let measured: MetricsDocument;

const sum = (series: Series | undefined): number =>
  (series ?? []).reduce<number>((all, one) => all + (one ?? 0), 0);
const most = (series: Series): number => Math.max(...series.map((one) => one ?? 0));
const of = (name: string) => measured.consumers.find(({ consumer }) => consumer === name)!.series;

beforeAll(async () => {
  pipeline = await PipelineUnderTest.start();
  for (let index = 0; index < 5; index++) {
    const put = { Bucket: pipeline.bucket, Key: `csv/${index}.csv`, Body: 'a,b\n1,2\n3,4\n' };
    await pipeline.s3.send(new PutObjectCommand(put));
  }
  await pipeline.sqs.send(
    new SendMessageCommand({
      QueueUrl: pipeline.output('MetadataWriterQueueUrl'),
      MessageBody: JSON.stringify({ neither: 'an event' }),
    }),
  );
  await pipeline.drain();
  measured = (await sluiceInside(pipeline, 'metrics', '--window', '30m', '--json')).json<MetricsDocument>();
});
afterAll(async () => {
  await pipeline?.[Symbol.asyncDispose]();
});

describe('metrics on this machine', () => {
  test('have a number for each period in every series', () => {
    const { times, periodSeconds, consumers } = measured;

    expect(periodSeconds).toBe(10);
    expect(times.length).toBeGreaterThanOrEqual(180);
    for (const { series } of consumers) {
      for (const [name, numbers] of Object.entries(series)) {
        expect([name, numbers.length]).toEqual([name, times.length]);
      }
    }
  });

  test('tell events, ages, times and memory of each consumer', () => {
    const counter = of('csv-row-counter');

    expect(sum(counter.events)).toBe(5);
    expect(sum(of('metadata-writer').events)).toBe(6);
    expect(sum(counter.failed)).toBe(0);
    expect(most(counter.ageP50Ms)).toBeGreaterThan(0);
    expect(most(counter.ageP99Ms)).toBeGreaterThanOrEqual(most(counter.ageP50Ms));
    expect(most(counter.durationP50Ms)).toBeGreaterThan(0);
    expect(most(counter.memoryMb)).toBeGreaterThan(20);
  });

  test('tell what a function counts by itself, under its own names, and not what has a series already', () => {
    const counter = of('csv-row-counter');

    expect(sum(counter['RowsCounted'])).toBe(15);
    expect(sum(counter['BytesCounted'])).toBe(5 * 'a,b\n1,2\n3,4\n'.length);
    expect(sum(of('metadata-writer')['Recorded'])).toBe(5);
    expect(sum(of('metadata-writer')['DeadLettered'])).toBe(1);
    expect(counter).not.toHaveProperty('EventAge');
    expect(counter).not.toHaveProperty('Failed');
  });

  test('are null before the first start, and 0 where there was nothing', () => {
    const { events } = of('ledger-exporter');

    expect(events[0]).toBeNull();
    expect(sum(of('ledger-exporter').functionErrors)).toBe(0);
    expect(of('ledger-exporter').functionErrors).toContain(0);
  });

  test('are a table with bars for a person', async () => {
    const ran = await sluiceInside(pipeline, 'metrics', '--consumer', 'csv-row-counter');

    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain('csv-row-counter\t');
    expect(ran.stdout).toMatch(/[▁▂▃▄▅▆▇█]/);
    expect(ran.stderr).toContain('in periods of 10 s, by the runtime');
  });

  test.each([
    [['--window', '1m'], 'is 60 s long'],
    [['--window', '15d'], 'is 15 d long'],
    [['--since', '1h', '--until', '2h'], 'ends before it begins'],
    [['--window', 'ages'], 'is no length of time'],
  ])('of %j are refused', async (args, said) => {
    const ran = await sluiceInside(pipeline, 'metrics', ...args);

    expect(ran).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(said) as string });
  });
});
