import { PutObjectCommand, DeleteObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { archiveDocument } from '../../../cli/archive/archive-document.ts';
import { sluice } from '../../../cli/command-line.ts';
import type { DocumentOf } from '../../../cli/terminal/document.ts';
import { fakeStreams } from '../../support/fake-streams.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { sluiceInside } from '../../support/sluice-inside.ts';

type ArchiveDocument = DocumentOf<typeof archiveDocument>;

const MINUTE_MS = 60_000;
let pipeline: PipelineUnderTest;

const put = (Key: string) =>
  pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body: 'a\n' }));
const sum = (numbers: readonly number[] = []) => numbers.reduce((total, one) => total + one, 0);

beforeAll(async () => {
  pipeline = await PipelineUnderTest.start();
  for (const key of ['csv/a.csv', 'b.txt', 'c.txt']) await put(key);
  await pipeline.drain();
  await pipeline.advance(10 * MINUTE_MS);
  await put('d.txt');
  await pipeline.s3.send(new DeleteObjectCommand({ Bucket: pipeline.bucket, Key: 'b.txt' }));
  await pipeline.drain();
});
afterAll(async () => {
  await pipeline?.[Symbol.asyncDispose]();
});

const archive = (...args: string[]) => sluiceInside(pipeline, 'archive', ...args);

describe('the archive on this machine', () => {
  test('is counted from its oldest event on, by period and detail-type', async () => {
    const ran = await archive('--periods', '100', '--json');
    const document = ran.json<ArchiveDocument>();
    const { types, times, periodSeconds, oldest, newest } = document;

    expect(ran.exitCode).toBe(0);
    expect(document).toMatchObject({ state: 'ENABLED', events: 5, countedBy: 'archive', isCounted: true });
    expect(document.bytes).toBeGreaterThan(5 * 300);
    expect(types.map(({ type, events }) => [type, sum(events)])).toEqual([
      ['Object Created', 4],
      ['Object Deleted', 1],
    ]);
    for (const { events } of types) expect(events).toHaveLength(times.length);
    expect(Date.parse(newest!) - Date.parse(oldest!)).toBeGreaterThanOrEqual(10 * MINUTE_MS);
    // the first period holds the oldest event, and the later put and delete share one
    const created = types[0]!.events;
    const oldestPeriod = Math.floor((Date.parse(oldest!) - Date.parse(times[0]!)) / (periodSeconds * 1_000));
    expect([oldestPeriod, created[0]! > 0]).toEqual([0, true]);
  });

  test('of a time without events is exit code 3, and says which time', async () => {
    const { newest } = (await archive('--json')).json<ArchiveDocument>();
    const since = new Date(Date.parse(newest!) + MINUTE_MS).toISOString();
    await pipeline.advance(5 * MINUTE_MS);

    const { exitCode, stdout, stderr } = await archive('--since', since);

    expect([exitCode, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/0 events from .* in periods of/);
  });

  test('ends before --until', async () => {
    const { newest } = (await archive('--json')).json<ArchiveDocument>();

    const before = (await archive('--until', newest!, '--json')).json<ArchiveDocument>();
    const after = await archive('--since', newest!, '--json');

    const last = after.json<ArchiveDocument>().types.flatMap(({ events }) => events);
    expect(sum(before.types.flatMap(({ events }) => events)) + sum(last)).toBe(5);
    expect(sum(last)).toBeGreaterThan(0);
  });

  test('is a table with bars on a terminal', async () => {
    const streams = fakeStreams(100);

    await sluice(['archive', '--periods', '4', '--data-dir', pipeline.dataDir], streams);

    expect(streams.out()).toMatch(/Object Created +Object Deleted +events/);
    expect(streams.out()).toMatch(/█{24}$/m);
    expect(streams.err()).toMatch(/is ENABLED: 5 events, .* kept for 14 days/);
  });

  test.each([
    [['--since', '1h', '--until', '2h'], '--since'],
    [['--periods', '0'], '--periods "0" is no whole number from 1 to 1000'],
    [['--periods', '1001'], '1001'],
  ])('refuses %j', async (args, said) => {
    const { exitCode, stderr } = await archive(...args);

    expect([exitCode, stderr.includes(said)]).toEqual([2, true]);
  });
});
