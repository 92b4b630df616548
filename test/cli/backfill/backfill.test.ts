import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { backfill } from '../../../cli/backfill/backfill.ts';
import { Checkpoint } from '../../../cli/backfill/checkpoint.ts';
import { routesOf } from '../../../cli/pipeline/routing.ts';
import { NOW, pipelineInAws, resetMocks, s3, sqs } from '../../support/mocked-aws.ts';
import { consumerNamed } from '../../support/mocked-pipeline.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const OBJECTS = 25;
const key = (n: number) => `a/${String(n).padStart(2, '0')}.csv`;
const signal = new AbortController().signal;

function checkpointIn(folder: string): Checkpoint {
  return new Checkpoint(join(folder, 'checkpoint.json'), {
    account: '',
    region: '',
    stack: '',
    bucket: '',
    prefix: 'a/',
    consumers: [],
  });
}

/** Sends to the metadata writer and to the ledger's exporter, which both want every key. */
async function backfilled(options: Partial<Parameters<typeof backfill>[1]> = {}) {
  const pipeline = pipelineInAws();
  return await backfill(pipeline, {
    routes: await routesOf(
      pipeline,
      ['metadata-writer', 'ledger-exporter'].map((name) => consumerNamed(pipeline, name)),
    ),
    prefix: 'a/',
    perSecond: Infinity,
    checkpoint: undefined,
    signal,
    ...options,
  });
}

const isRefused = (body: string) => body.includes(key(15));

/** Keys that were sent to a consumer, in the order of the requests. */
const sentTo = (consumer: string): string[] =>
  sqs
    .commandCalls(SendMessageBatchCommand)
    .filter(({ args: [{ input }] }) => input.QueueUrl?.endsWith(consumer))
    .flatMap(({ args: [{ input }] }) => input.Entries ?? [])
    .map(
      ({ MessageBody = '' }) =>
        (JSON.parse(MessageBody) as { detail: { object: { key: string } } }).detail.object.key,
    );

beforeEach(() => {
  resetMocks();
  s3.on(ListObjectVersionsCommand).callsFake(({ KeyMarker = '' }: { KeyMarker?: string }) => ({
    Versions: Array.from({ length: OBJECTS }, (_, n) => key(n))
      .filter((Key) => Key > KeyMarker)
      .map((Key) => ({ Key, VersionId: 'v', IsLatest: true, LastModified: NOW, Size: 1, ETag: '"e"' })),
    DeleteMarkers: [{ Key: 'a/gone', VersionId: 'm', IsLatest: true, LastModified: NOW }],
  }));
  sqs.on(SendMessageBatchCommand).callsFake(({ Entries }: { Entries: { Id: string }[] }) => ({
    Successful: Entries.map(({ Id }) => ({ Id, MessageId: Id, MD5OfMessageBody: '' })),
  }));
});
afterAll(() => {
  vi.useRealTimers();
});

describe('a backfill', () => {
  test('sends every object to each consumer once, deleted ones not, and removes its checkpoint', async () => {
    const checkpoint = checkpointIn(temporaryFolder('backfill'));

    expect(await backfilled({ checkpoint })).toEqual({
      isComplete: true,
      objects: 25,
      lastKey: key(24),
      messages: { 'metadata-writer': 25, 'ledger-exporter': 25 },
    });
    const all = Array.from({ length: OBJECTS }, (_, n) => key(n));
    expect(sentTo('metadata-writer')).toEqual(all);
    expect(sentTo('ledger-exporter')).toEqual(all);
    expect(await checkpoint.read()).toBeUndefined();
  });

  test('without a checkpoint counts, and sends nothing', async () => {
    expect(await backfilled()).toMatchObject({ objects: 25, messages: { 'metadata-writer': 25 } });
    expect(sqs.commandCalls(SendMessageBatchCommand)).toEqual([]);
  });

  test('goes on behind the last key, and counts on', async () => {
    const from = {
      lastKey: key(19),
      objects: 20,
      messages: { 'metadata-writer': 20, 'ledger-exporter': 18 },
    };

    expect(await backfilled({ from, checkpoint: checkpointIn(temporaryFolder('backfill')) })).toMatchObject({
      objects: 25,
      messages: { 'metadata-writer': 25, 'ledger-exporter': 23 },
    });
    expect(sentTo('metadata-writer')).toEqual([20, 21, 22, 23, 24].map(key));
  });

  test('that is interrupted keeps how far it has come', async () => {
    const interruption = new AbortController();
    const checkpoint = checkpointIn(temporaryFolder('backfill'));

    const done = await backfilled({
      checkpoint,
      signal: interruption.signal,
      onProgress: () => interruption.abort(),
    });

    expect(done).toMatchObject({ isComplete: false, objects: 10, lastKey: key(9) });
    expect(await checkpoint.read()).toMatchObject({ objects: 10, lastKey: key(9) });
  });

  test('that a queue refuses stays before the ten that were refused, and is partly done', async () => {
    const checkpoint = checkpointIn(temporaryFolder('backfill'));
    sqs
      .on(SendMessageBatchCommand)
      .callsFake(({ Entries }: { Entries: { Id: string; MessageBody: string }[] }) => ({
        Successful: Entries.filter(({ MessageBody }) => !isRefused(MessageBody)).map(({ Id }) => ({ Id })),
        Failed: Entries.filter(({ MessageBody }) => isRefused(MessageBody)).map(({ Id }) => ({
          Id,
          Code: 'TooLong',
          SenderFault: true,
        })),
      }));

    await expect(backfilled({ checkpoint })).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining('refused 1 message: TooLong') as string,
    });
    expect(await checkpoint.read()).toMatchObject({ objects: 10, lastKey: key(9) });
  });
});
