import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeRuleCommand } from '@aws-sdk/client-eventbridge';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import type { MessageAbout } from '../../../shared/control-api.ts';
import type { UndoneEvent } from '../../../shared/control-objects.ts';
import { keepsText } from '../../../shared/keeps.ts';
import { fateOf } from '../../../cli/fate/fate.ts';
import { ARN, events, logs, NOW, OUTPUTS, resetMocks, s3, sqs, tables } from '../../support/mocked-aws.ts';
import { bucketHolds, LONG_AGO } from '../../support/mocked-contents.ts';
import { mockedPipeline, type MockedPipelineOptions } from '../../support/mocked-pipeline.ts';
import { busEvent } from '../../support/object-events.ts';

beforeEach(() => {
  resetMocks();
  sqs.on(ReceiveMessageCommand).resolves({});
  bucketHolds({ key: 'a.csv' });
});

interface Asked extends MockedPipelineOptions {
  readonly key?: string;
  readonly consumer?: string;
  readonly versionId?: string;
}

/** The fate of the key at one consumer. */
async function fate({ key = 'a.csv', consumer = 'metadata-writer', versionId, ...options }: Asked = {}) {
  const pipeline = mockedPipeline(options);
  const found = await fateOf(pipeline, key, {
    consumers: pipeline.consumersNamed([consumer]),
    ...(versionId !== undefined && { versionId }),
    signal: new AbortController().signal,
  });
  return { ...found.consumers[0]!, version: found.version, versions: found.versions };
}

/** A local runtime that knows of these messages and of these events. */
const local = (
  messages: readonly Partial<MessageAbout>[] = [],
  undone: readonly Pick<UndoneEvent, 'queueName' | 'key'>[] = [],
): MockedPipelineOptions => ({
  runtime: {
    attempts: () => ({ attempts: [], messages: messages as readonly MessageAbout[] }),
    undone: () => ({ events: undone.map((event) => ({ ...event, state: 'arriving' })) }),
  },
});

const rowIs = (Item: Record<string, unknown>) => tables.on(GetCommand).resolves({ Item });

const queueHolds = (Attributes: Record<string, string>) =>
  sqs.on(GetQueueAttributesCommand, { QueueUrl: OUTPUTS['MetadataWriterQueueUrl'] }).resolves({ Attributes });

/** The dead-letter queue of the writer holds one letter about this event. */
function letterAbout(facts: Parameters<typeof busEvent>[0]): void {
  const QueueUrl = OUTPUTS['MetadataWriterDeadLetterQueueUrl']!;
  sqs
    .on(GetQueueAttributesCommand, { QueueUrl })
    .resolves({ Attributes: { ApproximateNumberOfMessages: '1' } });
  sqs
    .on(ReceiveMessageCommand, { QueueUrl })
    .resolvesOnce({
      Messages: [
        {
          MessageId: 'letter-1',
          ReceiptHandle: 'handle',
          Body: JSON.stringify(busEvent(facts)),
          Attributes: { SentTimestamp: String(NOW.getTime() - 60_000) },
          MessageAttributes: {
            Reason: { DataType: 'String', StringValue: 'retries-exhausted' },
            ErrorName: { DataType: 'String', StringValue: 'SlowDown' },
          },
        },
      ],
    })
    .resolves({});
  sqs.on(ChangeMessageVisibilityBatchCommand).resolves({});
}

describe('an object', () => {
  test('is recorded where the row shows this version, and the row is told', async () => {
    rowIs({ version_id: 'v1', status: 'counted' });

    expect(await fate()).toMatchObject({
      consumer: 'metadata-writer',
      outcome: 'recorded',
      stored: { version_id: 'v1', status: 'counted' },
      attempts: [],
    });
  });

  test('is not matched where the rule does not want it, by the clauses that do not hold', async () => {
    events.on(DescribeRuleCommand).resolves({
      Arn: ARN('rule/x'),
      State: 'ENABLED',
      EventPattern: '{"source":["aws.s3"],"detail":{"object":{"key":[{"prefix":"csv/"}]}}}',
    });

    const { outcome, unmet } = await fate();

    expect(outcome).toBe('not-matched');
    expect(unmet).toEqual([{ path: 'detail.object.key', wanted: '[{"prefix":"csv/"}]', found: ['"a.csv"'] }]);
  });

  test('is dead-lettered where a letter is about this version, with its reason', async () => {
    letterAbout({ key: 'a.csv', versionId: 'v1' });

    expect(await fate()).toMatchObject({
      outcome: 'dead-lettered',
      note: 'mend the cause, then `sluice redrive`',
      letter: { messageId: 'letter-1', reason: 'retries-exhausted', errorName: 'SlowDown' },
    });
  });

  test.each([
    ['another version', { key: 'a.csv', versionId: 'v0' }],
    ['another key', { key: 'b.csv', versionId: 'v1' }],
  ])('is not dead-lettered by a letter about %s', async (_, facts) => {
    letterAbout(facts);

    expect((await fate()).outcome).toBe('missing');
  });

  test('is recorded, and its letter told all the same, where the row shows it since', async () => {
    rowIs({ version_id: 'v1' });
    letterAbout({ key: 'a.csv', versionId: 'v1' });

    expect(await fate()).toMatchObject({ outcome: 'recorded', letter: { messageId: 'letter-1' } });
  });

  test('is skipped where the consumer keeps nothing of such a name', async () => {
    bucketHolds({ key: 'a.txt' });

    expect(await fate({ key: 'a.txt', consumer: 'csv-row-counter' })).toMatchObject({
      outcome: 'skipped',
      note: 'not named as a CSV',
    });
  });

  test('is superseded where the row shows a newer version', async () => {
    s3.on(ListObjectVersionsCommand).resolves({
      Versions: ['v2', 'v1'].map((VersionId, index) => ({
        Key: 'a.csv',
        VersionId,
        IsLatest: index === 0,
        LastModified: new Date(LONG_AGO),
      })),
    });
    rowIs({ version_id: 'v2' });

    expect(await fate({ versionId: 'v1' })).toMatchObject({
      outcome: 'superseded',
      version: { versionId: 'v1' },
    });
    expect((await fate()).outcome).toBe('recorded');
  });

  test('tells every version that the bucket holds of its key, newest first, and of no other key', async () => {
    bucketHolds(
      { key: 'a.csv', versionId: 'v1', isDeleteMarker: true },
      { key: 'a.csv.gz', versionId: 'v7' },
    );

    expect((await fate()).versions).toEqual([
      { versionId: 'v1', isLatest: true, isDeleteMarker: true, lastModified: LONG_AGO },
    ]);
  });

  test.each([
    [undefined, 'ingest holds no version of "A.csv"'],
    ['v9', 'ingest holds no version v9 of "A.csv"'],
  ])('that is not there is nothing to tell of, with 3: version %s', async (versionId, message) => {
    await expect(fate({ key: 'A.csv', ...(versionId !== undefined && { versionId }) })).rejects.toMatchObject(
      {
        exitCode: 3,
        message,
      },
    );
  });
});

const inQueue = (receiveCount: number, queueName = 'Sluice-prod-metadata-writer') => ({
  queueName,
  receiveCount,
  visibleAt: '2026-11-20T12:01:00.000Z',
});

describe('an object of a local pipeline', () => {
  test.each([
    [0, 'not tried yet'],
    [1, 'tried 1 time, next at 2026-11-20T12:01:00.000Z'],
    [2, 'tried 2 times, next at 2026-11-20T12:01:00.000Z'],
  ])('waits in its queue, received %d times', async (receiveCount, note) => {
    expect(await fate(local([inQueue(receiveCount)]))).toMatchObject({ outcome: 'waiting', note });
  });

  test('waits on its way to the queue', async () => {
    expect(await fate(local([], [{ queueName: null, key: 'a.csv' }]))).toMatchObject({
      outcome: 'waiting',
      note: 'on its way to the queue',
    });
  });

  test('is missing though a message of it waits for another consumer', async () => {
    expect(await fate(local([inQueue(0, 'Sluice-prod-csv-row-counter')]))).toMatchObject({
      outcome: 'missing',
      note: 'nothing is stored and nothing waits; `sluice backfill --prefix a.csv --consumer metadata-writer` or `sluice verify --prefix a.csv --repair` sends it again',
    });
  });

  test('is missing at a rule that is disabled, which is said', async () => {
    events.on(DescribeRuleCommand).resolves({
      Arn: ARN('rule/x'),
      State: 'DISABLED',
      EventPattern: '{"source":["aws.s3"]}',
    });

    expect((await fate(local())).note).toMatch(
      /^nothing is stored and nothing waits; its rule is disabled; `sluice/,
    );
  });

  test('is missing where its row shows an older version', async () => {
    rowIs({ version_id: 'v0', sequencer: '0a', event_time: '2026-10-01T00:00:00Z' });

    expect(await fate(local())).toMatchObject({
      outcome: 'missing',
      note: 'its store shows an older version and nothing waits; `sluice verify --prefix a.csv --repair` mends it',
    });
  });

  test('was removed by its version where the row shows a later one, which is gone', async () => {
    rowIs({ version_id: 'gone', event_time: '2026-11-02T00:00:00Z' });

    expect(await fate(local())).toMatchObject({
      outcome: 'removed-by-version',
      note: expect.stringMatching(/^removed by version, and the object is v1 again/) as string,
    });
  });

  test('that the bucket holds no version of any more is known by its row', async () => {
    bucketHolds();
    rowIs({ version_id: 'v7', event_time: LONG_AGO });

    expect(await fate(local())).toMatchObject({
      outcome: 'removed-by-version',
      version: { versionId: 'v7', isRemoved: true },
    });
  });
});

describe('an object of a pipeline in AWS that is not stored', () => {
  test('is missing where its queue is empty and it is old enough', async () => {
    expect(await fate()).toMatchObject({
      outcome: 'missing',
      note: expect.stringMatching(/^nothing is stored and its queue is empty; `sluice backfill/) as string,
    });
  });

  test('may wait where its queue holds messages', async () => {
    queueHolds({ ApproximateNumberOfMessages: '2', ApproximateNumberOfMessagesNotVisible: '3' });

    expect(await fate()).toMatchObject({
      outcome: 'unknown',
      note: 'nothing is stored yet; AWS cannot tell which messages wait (about 5 do): ask again later',
    });
  });

  test.each([
    // NOW is 12:00:00
    ['2026-11-20T11:55:00.000Z', 'missing'],
    ['2026-11-20T11:55:00.001Z', 'unknown'],
  ])('of %s is %s at noon: an event may be five minutes late', async (lastModified, outcome) => {
    bucketHolds({ key: 'a.csv', lastModified });

    expect((await fate()).outcome).toBe(outcome);
  });
});

const lastLine = (outcome: string) =>
  logs.on(FilterLogEventsCommand).resolves({
    events: [{ eventId: '1', timestamp: NOW.getTime(), message: JSON.stringify({ outcome, key: 'a.csv' }) }],
  });

describe('an object of a consumer whose store proves nothing', () => {
  const nothing = { outputs: { LedgerExporterKeeps: keepsText('nothing') }, consumer: 'ledger-exporter' };

  test.each(['recorded', 'superseded', 'skipped'])('is %s by its last attempt', async (outcome) => {
    lastLine(outcome);

    expect(await fate(nothing)).toMatchObject({ outcome, note: 'by its attempts' });
  });

  test('is not known where its last attempt failed, and nothing says that it is missing', async () => {
    lastLine('failed');

    expect(await fate(nothing)).toMatchObject({
      outcome: 'unknown',
      note: 'nothing was found, but it keeps nothing that could be found',
    });
  });
});
