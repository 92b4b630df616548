import { DescribeReplayCommand, StartReplayCommand } from '@aws-sdk/client-eventbridge';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assemblyOfEditedSources } from '../support/assembly.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';

const CONSUMERS = ['MetadataWriter', 'CsvRowCounter', 'LedgerExporter'];

const arn = (kind: string) => `arn:aws:events:us-east-1:000000000000:${kind}`;

/** Replays everything of the last two days to the rules of some consumers, and waits until all of it is done. */
async function replay(pipeline: PipelineUnderTest, ReplayName: string, consumers: readonly string[]) {
  const now = Date.now();
  await pipeline.events.send(
    new StartReplayCommand({
      ReplayName,
      EventSourceArn: arn(`archive/${pipeline.output('EventArchiveName')}`),
      EventStartTime: new Date(now - 2 * 86_400_000),
      EventEndTime: new Date(now + 86_400_000),
      Destination: {
        Arn: arn('event-bus/default'),
        FilterArns: consumers.map((consumer) => arn(`rule/${pipeline.output(`${consumer}RuleName`)}`)),
      },
    }),
  );
  await pipeline.drain();
  const { State } = await pipeline.events.send(new DescribeReplayCommand({ ReplayName }));
  expect(State).toBe('COMPLETED');
}

const byKey = (name: string) => (left: Record<string, unknown>, right: Record<string, unknown>) =>
  String(left[name]) < String(right[name]) ? -1 : 1;

async function tables(pipeline: PipelineUnderTest) {
  return {
    metadata: (await pipeline.metadataRows()).toSorted(byKey('object_key')),
    counts: (await pipeline.counterRows()).toSorted(byKey('file_key')),
  };
}

async function upload(pipeline: PipelineUnderTest): Promise<void> {
  const put = (Key: string, Body: string) =>
    pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body }));
  for (let index = 0; index < 20; index++) await put(`csv/${index}.csv`, 'a,b\n'.repeat(index));
  await put('csv/0.csv', 'overwritten\n');
  await put('notes.txt', 'hello');
  await pipeline.s3.send(new DeleteObjectCommand({ Bucket: pipeline.bucket, Key: 'csv/1.csv' }));
  await pipeline.drain();
}

describe('a replay', () => {
  let pipeline: PipelineUnderTest;

  beforeAll(async () => {
    pipeline = await PipelineUnderTest.start();
    await upload(pipeline);
  });

  afterAll(async () => pipeline?.[Symbol.asyncDispose]());

  test('of everything, twice, changes no row and no distinct ledger line', async () => {
    const before = await tables(pipeline);
    const identities = new Set((await pipeline.ledgerLines()).map((line) => line['identity']));

    await replay(pipeline, 'everything-1', CONSUMERS);
    await replay(pipeline, 'everything-2', CONSUMERS);

    expect(await tables(pipeline)).toEqual(before);
    const lines = await pipeline.ledgerLines();
    expect(new Set(lines.map((line) => line['identity']))).toEqual(identities);
    expect(identities.size).toBe(23);
    expect(new Set(lines.map((line) => line['replay_name']))).toEqual(
      new Set([undefined, 'everything-1', 'everything-2']),
    );
  });

  test('to one consumer reaches that one alone', async () => {
    const lines = (await pipeline.ledgerLines()).length;

    await replay(pipeline, 'metadata-only', ['MetadataWriter']);

    expect(await pipeline.ledgerLines()).toHaveLength(lines);
    expect(
      pipeline
        .logs()
        .split('\n')
        .some((line) => line.includes('metadata-only')),
    ).toBe(true);
    const files = pipeline.logsBy();
    for (const [file, text] of files) {
      expect(text.includes('metadata-only')).toBe(/MetadataWriter/.test(file));
    }
  });
});

test('after one consumer’s revision was raised, a replay recomputes exactly that consumer’s rows', async () => {
  const dataDir = temporaryFolder('revision');
  let before: Awaited<ReturnType<typeof tables>>;
  {
    await using pipeline = await PipelineUnderTest.start({ dataDir });
    await upload(pipeline);
    before = await tables(pipeline);
  }
  const assemblyDir = assemblyOfEditedSources('functions/metadata-writer/metadata.ts', (text) =>
    text.replace('export const REVISION = 2;', 'export const REVISION = 3;'),
  );

  await using pipeline = await PipelineUnderTest.start({ dataDir, assemblyDir });
  await replay(pipeline, 'revision-3', CONSUMERS);

  const after = await tables(pipeline);
  expect(after.counts).toEqual(before.counts);
  expect(after.metadata).toEqual(before.metadata.map((row) => ({ ...row, revision: 3 })));
}, 120_000);
