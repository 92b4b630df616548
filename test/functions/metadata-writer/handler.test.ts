import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { documentClient as DocumentClient } from '../../../functions/rows/document-client.ts';
import type { Handler } from '../../../functions/batch/invocation.ts';
import guideNotification from '../../fixtures/s3-events/notification-put.json' with { type: 'json' };
import { DynamoDbTables } from '../../support/dynamodb-tables.ts';
import { failedIds, lambdaContext, sqsBatch, sqsMessage } from '../../support/invocations.ts';
import { backfill, busEvent, notification } from '../../support/object-events.ts';

const sqs = mockClient(SQSClient);

let tables: DynamoDbTables;
let handler: Handler;
let documentClient: typeof DocumentClient;

beforeAll(async () => {
  tables = await DynamoDbTables.start();
  await tables.create('upload-metadata', ['bucket', 'object_key']);
  for (const [name, value] of Object.entries({
    KEEPS: '{"rows":{"table":"UploadMetadataTableName","key":{"bucket":"{bucket}","object_key":"{key}"}}}',
    QUEUE_URL: 'http://127.0.0.1/queue',
    DEAD_LETTER_QUEUE_URL: 'http://127.0.0.1/letters',
    MAX_RECEIVE_COUNT: '14',
    TABLE_NAME: 'upload-metadata',
    TOMBSTONE_TTL_DAYS: '63',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
  })) {
    vi.stubEnv(name, value);
  }
  sqs.on(SendMessageCommand).resolves({});
  sqs.on(ChangeMessageVisibilityCommand).resolves({});
  ({ handler } = await import('../../../functions/metadata-writer/handler.ts'));
  ({ documentClient } = await import('../../../functions/rows/document-client.ts'));
});

afterAll(() => tables?.[Symbol.asyncDispose]());

afterEach(() => {
  documentClient?.middlewareStack.remove('fault');
  sqs.resetHistory();
});

const rowOf = (key: string, bucket = 'ingest') => tables.row('upload-metadata', { bucket, object_key: key });
const deliver = (...bodies: unknown[]) =>
  handler(sqsBatch(...bodies.map((body, index) => sqsMessage(body, { id: String(index) }))), lambdaContext());

/** A batch about two keys of its own: the one ends live, the other deleted. */
const batchOf = (run: number) => [
  busEvent({ key: `crash-${run}-a`, sequencer: '10', versionId: 'v1' }),
  busEvent({ key: `crash-${run}-a`, sequencer: '11', versionId: 'v2' }),
  busEvent({ key: `crash-${run}-b`, sequencer: '10', versionId: 'v1' }),
  busEvent({
    key: `crash-${run}-b`,
    sequencer: '11',
    versionId: 'm',
    deletionType: 'Delete Marker Created',
  }),
  backfill({ key: `crash-${run}-b`, versionId: 'v1' }),
];

/** Every order of the items. */
function permutations<Item>(items: readonly Item[]): Item[][] {
  return items.length === 0
    ? [[]]
    : items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

/** Lets the n-th request to DynamoDB, counted from zero, fail before or after it was applied; and, when the process died, all later ones. */
function fail(nth: number, when: 'before' | 'after', { dies = false } = {}): void {
  let request = 0;
  documentClient.middlewareStack.add(
    (next) => async (args) => {
      const number = request++;
      if ((number === nth && when === 'before') || (dies && number > nth)) {
        throw new Error('socket hang up');
      }
      const answer = await next(args);
      if (number === nth) {
        throw new Error('socket hang up');
      }
      return answer;
    },
    { step: 'initialize', name: 'fault' },
  );
}

describe('metadata-writer', () => {
  test('writes the row that an uploader looks for', async () => {
    await deliver(busEvent({ key: 'csv/a b+%2F é.csv', versionId: 'v1', size: 5 }));

    expect(await rowOf('csv/a b+%2F é.csv')).toEqual({
      bucket: 'ingest',
      object_key: 'csv/a b+%2F é.csv',
      size: 5,
      etag: '900150983cd24fb0d6963f7d28e17f72',
      event_time: '2026-11-20T07:00:00.000Z',
      event_name: 'ObjectCreated:Put',
      sequencer: '0000000000000000617f08299329d189',
      version_id: 'v1',
      deleted: false,
      revision: 2,
      reason: 'PutObject',
      request_id: 'N4N7GDK58NMKJ12R',
      region: 'eu-central-1',
    });
  });

  test.each([
    'a/../b',
    '__proto__',
    'constructor',
    '\r\n',
    '\t',
    'x'.repeat(1_024),
    '🚰',
    'é',
    'é',
    '< & \' "',
  ])('writes one row for the key %j, in either shape', async (key) => {
    await deliver(busEvent({ key, versionId: 'v1' }), notification({ key, versionId: 'v1' }));

    expect(await rowOf(key)).toMatchObject({ object_key: key, version_id: 'v1' });
  });

  test('takes the notification of the Lambda guide directly, and answers how many it wrote', async () => {
    const { s3 } = guideNotification.Records[0]!;

    expect(await handler(guideNotification, lambdaContext())).toEqual({
      written: 1,
      superseded: 0,
      skipped: 0,
    });
    expect(await handler(guideNotification, lambdaContext())).toEqual({
      written: 0,
      superseded: 1,
      skipped: 0,
    });
    expect(await rowOf(s3.object.key, s3.bucket.name)).toMatchObject({ size: 1_305_107 });
  });

  test('throws when a direct event cannot be written, so that Lambda retries it', async () => {
    fail(0, 'before');

    await expect(handler(busEvent({ key: 'direct' }), lambdaContext())).rejects.toThrow('socket hang up');
  });

  test('gives every permutation of put, put, delete version, undelete the same row', async () => {
    const orders = permutations([0, 1, 2, 3, 4]);
    for (const [number, order] of orders.entries()) {
      const key = `permutation-${number}`;
      const events = [
        busEvent({ key, sequencer: '10', versionId: 'v1' }),
        busEvent({ key, sequencer: '0011', versionId: 'v2' }),
        busEvent({ key, sequencer: '12', versionId: 'm', deletionType: 'Delete Marker Created' }),
        busEvent({ key, sequencer: '13', versionId: 'v1', deletionType: 'Permanently Deleted' }),
        busEvent({ key, sequencer: '14', versionId: 'm', deletionType: 'Permanently Deleted' }),
      ];
      for (const index of order) {
        await deliver(events[index]);
      }
    }

    const rows = await Promise.all(orders.keys().map((number) => rowOf(`permutation-${number}`)));
    expect(rows.map((row) => [row?.['version_id'], row?.['deleted']])).toEqual(orders.map(() => ['m', true]));
  });

  test('keeps the row when an old version of a live object expires, or an old marker under it goes', async () => {
    const key = 'live';
    await deliver(busEvent({ key, sequencer: '10', versionId: 'v1' }));
    await deliver(busEvent({ key, sequencer: '11', versionId: 'm', deletionType: 'Delete Marker Created' }));
    await deliver(busEvent({ key, sequencer: '12', versionId: 'v2' }));
    const before = await rowOf(key);
    const expiry = { key, deletionType: 'Permanently Deleted', reason: 'Lifecycle Expiration' } as const;

    await deliver(busEvent({ ...expiry, sequencer: '13', versionId: 'v1' }));
    await deliver(busEvent({ ...expiry, sequencer: '14', versionId: 'm' }));

    expect(await rowOf(key)).toEqual(before);
  });

  test('is right about every key though the function dies at any request, and all is delivered again', async () => {
    const crashes = [0, 1, 2, 3, 4].flatMap((nth) =>
      (['before', 'after'] as const).map((when) => ({ nth, when })),
    );
    for (const [run, { nth, when }] of crashes.entries()) {
      fail(nth, when, { dies: true });
      await deliver(...batchOf(run));
      documentClient.middlewareStack.remove('fault');

      expect(failedIds(await deliver(...batchOf(run)))).toEqual([]);
      expect(await rowOf(`crash-${run}-a`)).toMatchObject({ version_id: 'v2', deleted: false });
      expect(await rowOf(`crash-${run}-b`)).toMatchObject({ version_id: 'm', deleted: true });
    }
  });

  test('leaves the record in its queue when the answer was lost after the write, and is superseded next time', async () => {
    fail(0, 'after');
    const body = busEvent({ key: 'reset' });

    expect(failedIds(await deliver(body))).toEqual(['0']);
    const before = await rowOf('reset');
    expect(before).toBeDefined();
    expect(failedIds(await deliver(body))).toEqual([]);
    expect(await rowOf('reset')).toEqual(before);
  });

  test('gives up at once an event that has no place among the others of its key', async () => {
    expect(failedIds(await deliver(busEvent({ key: 'unordered', sequencer: undefined })))).toEqual([]);

    const [letter] = sqs.commandCalls(SendMessageCommand);
    expect(letter?.args[0].input.MessageAttributes?.['Reason']?.StringValue).toBe('malformed-event');
    expect(await rowOf('unordered')).toBeUndefined();
  });
});
