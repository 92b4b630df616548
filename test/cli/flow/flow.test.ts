import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { flowDocument } from '../../../cli/flow/flow-document.ts';
import type { DocumentOf } from '../../../cli/terminal/document.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { sluiceInside } from '../../support/sluice-inside.ts';
import { startSluice } from '../../support/sluice.ts';
import { waitFor } from '../../support/wait-for.ts';

type FlowDocument = DocumentOf<typeof flowDocument>;

let pipeline: PipelineUnderTest;

beforeAll(async () => {
  pipeline = await PipelineUnderTest.start();
});
afterAll(async () => {
  await pipeline?.[Symbol.asyncDispose]();
});

const flow = async (...args: string[]): Promise<FlowDocument> =>
  (await sluiceInside(pipeline, 'flow', '--json', ...args)).json<FlowDocument>();

const of = ({ consumers }: FlowDocument, name: string) => consumers.find((one) => one.name === name)!;

describe('flow on this machine', () => {
  test('counts what was published, matched, delivered and done, consumer by consumer', async () => {
    const before = await flow();
    for (const Key of ['csv/a.csv', 'csv/b.csv', 'photos/c.jpg']) {
      await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body: 'a,b\n1,2\n' }));
    }
    await pipeline.drain();
    const after = await flow();

    const more = (name: string) =>
      (['matched', 'delivered', 'done', 'failed', 'waiting'] as const).map(
        (count) => of(after, name)[count]! - of(before, name)[count]!,
      );
    expect(after.bus.published! - before.bus.published!).toBe(3);
    expect(after.archive.events! - before.archive.events!).toBe(3);
    expect(more('metadata-writer')).toEqual([3, 3, 3, 0, 0]);
    expect(more('csv-row-counter')).toEqual([2, 2, 2, 0, 0]);
    expect(after).toMatchObject({ countedBy: 'runtime', bus: { waiting: 0 }, unavailable: [] });
  });

  test('counts failures each time, and letters', async () => {
    const before = await flow('--consumer', 'csv-row-counter');
    await pipeline.sqs.send(
      new SendMessageCommand({ QueueUrl: pipeline.output('CsvRowCounterQueueUrl'), MessageBody: 'no event' }),
    );
    await pipeline.drain();
    const after = await flow('--consumer', 'csv-row-counter');

    expect(after.consumers).toHaveLength(1);
    expect(after.consumers[0]!.deadLetters! - before.consumers[0]!.deadLetters!).toBe(1);
    // the batch edge has sent the letter itself, and is done with the message
    expect(after.consumers[0]!.done! - before.consumers[0]!.done!).toBe(1);
    expect(after.consumers[0]!.matched).toBe(before.consumers[0]!.matched);
  });

  test('keeps its counts over a restart', async () => {
    await using first = await PipelineUnderTest.start();
    await first.s3.send(new PutObjectCommand({ Bucket: first.bucket, Key: 'csv/a.csv', Body: 'a\n1\n' }));
    await first.drain();
    const before = (await sluiceInside(first, 'flow', '--json')).json<FlowDocument>();
    await first.stop();
    await using second = await PipelineUnderTest.start({ dataDir: first.dataDir });
    const after = (await sluiceInside(second, 'flow', '--json')).json<FlowDocument>();

    expect(before.bus.published).toBe(1);
    expect([after.bus.published, after.since]).toEqual([1, before.since]);
    expect(of(after, 'csv-row-counter')).toMatchObject({ matched: 1, delivered: 1, done: 1 });
  }, 60_000);

  test('with --follow is a document a line, until Ctrl-C', async () => {
    const running = startSluice(['flow', '--follow', '--interval', '250ms', '--json'], { pipeline });
    await waitFor(() => running.stdout().split('\n').length > 3, 'three documents');
    running.child.kill('SIGINT');
    const { exitCode, stdout } = await running.ended;

    expect(exitCode).toBe(130);
    const documents = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as FlowDocument);
    const times = documents.map(({ at }) => at);
    expect(documents.every(({ verb }) => verb === 'flow')).toBe(true);
    expect(times).toEqual([...new Set(times)].toSorted());
  }, 60_000);

  test('more often than four times a second is refused', async () => {
    const ran = await sluiceInside(pipeline, 'flow', '--follow', '--interval', '100ms');

    expect(ran).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('too often') as string });
  });
});
