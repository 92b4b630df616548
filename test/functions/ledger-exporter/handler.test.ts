import { PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Handler } from '../../../functions/batch/invocation.ts';
import { busEvent, notification } from '../../support/object-events.ts';
import { failedIds, lambdaContext, sqsBatch, sqsMessage } from '../../support/invocations.ts';

const s3 = mockClient(S3Client);
const sqs = mockClient(SQSClient);
let handler: Handler;

/** What the output bucket holds, by key; a put of a key that is taken answers 412, as S3 does for `If-None-Match: *`. */
const bucket = new Map<string, string>();
/** Answers of S3 for keys that contain the text, instead of a put. */
const answers = new Map<string, Error>();

const answer = (name: string, httpStatusCode: number): Error =>
  new S3ServiceException({ name, message: name, $fault: 'server', $metadata: { httpStatusCode } });

beforeAll(async () => {
  for (const [name, value] of Object.entries({
    CONSUMER_NAME: 'ledger-exporter',
    KEEPS: '{"lines":"ledger/"}',
    QUEUE_URL: 'http://127.0.0.1/queue',
    DEAD_LETTER_QUEUE_URL: 'http://127.0.0.1/letters',
    MAX_RECEIVE_COUNT: '14',
    OUTPUT_BUCKET: 'output',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
  })) {
    vi.stubEnv(name, value);
  }
  ({ handler } = await import('../../../functions/ledger-exporter/handler.ts'));
});

beforeEach(() => {
  bucket.clear();
  answers.clear();
  s3.reset();
  sqs.reset();
  sqs.on(SendMessageCommand).resolves({});
  sqs.on(ChangeMessageVisibilityCommand).resolves({});
  s3.on(PutObjectCommand).callsFake(
    ({ Key, Body, IfNoneMatch }: { Key: string; Body: string; IfNoneMatch?: string }) => {
      const refusal = [...answers].find(([text]) => Key.includes(text))?.[1];
      if (refusal) {
        throw refusal;
      }
      if (IfNoneMatch === '*' && bucket.has(Key)) {
        throw answer('PreconditionFailed', 412);
      }
      bucket.set(Key, Body);
      return {};
    },
  );
});

const deliver = (...bodies: unknown[]) =>
  handler(sqsBatch(...bodies.map((body, index) => sqsMessage(body, { id: String(index) }))), lambdaContext());

const at = (time: string, key: string) => busEvent({ key, time: `2026-11-20T${time}Z` });

describe('ledger-exporter', () => {
  test('puts each hour of a batch once, typed, encrypted, described, and only if it is not there', async () => {
    expect(failedIds(await deliver(at('07:00:00', 'a'), at('08:00:00', 'b'), at('07:30:00', 'c')))).toEqual(
      [],
    );

    const puts = s3.commandCalls(PutObjectCommand).map(({ args: [{ input }] }) => input);
    expect(puts.map(({ Key }) => Key?.slice(0, 29))).toEqual([
      'ledger/dt=2026-11-20/hour=07/',
      'ledger/dt=2026-11-20/hour=08/',
    ]);
    expect(puts[0]).toMatchObject({
      Bucket: 'output',
      ContentType: 'application/x-ndjson',
      ServerSideEncryption: 'AES256',
      IfNoneMatch: '*',
      Metadata: {
        consumer: 'ledger-exporter',
        events: '2',
        'first-event-time': '2026-11-20T07:00:00.000Z',
        'last-event-time': '2026-11-20T07:30:00.000Z',
      },
    });
  });

  test('is done with a batch that comes again: the object is there', async () => {
    await deliver(at('07:00:00', 'a'), at('07:30:00', 'c'));
    const before = new Map(bucket);

    expect(failedIds(await deliver(at('07:30:00', 'c'), at('07:00:00', 'a')))).toEqual([]);
    expect(bucket).toEqual(before);
  });

  test.each([
    ['SlowDown', 503],
    ['ConditionalRequestConflict', 409],
    ['AccessDenied', 403],
  ])('fails only the records of the hour for which S3 answers %s', async (name, status) => {
    answers.set('hour=08', answer(name, status));

    const failed = failedIds(
      await deliver(at('07:00:00', 'a'), at('08:00:00', 'b'), at('07:30:00', 'c'), 'not json'),
    );

    expect(failed).toEqual(['1']);
    expect([...bucket.values()].join('')).toContain('"object_key":"c"');
    expect(sqs.commandCalls(SendMessageCommand)).toHaveLength(1);
  });

  test('takes every event that it is given, a permanent delete of a version included', async () => {
    await deliver(busEvent({ deletionType: 'Permanently Deleted', versionId: 'v1' }));

    expect([...bucket.values()].join('')).toContain('"event_name":"ObjectRemoved:Delete"');
  });

  test('called directly, answers how many events it wrote, and throws what S3 answers', async () => {
    expect(await handler(notification({ key: 'a b' }), lambdaContext())).toEqual({
      written: 1,
      superseded: 0,
      skipped: 0,
    });
    expect(await handler(notification({ key: 'a b' }), lambdaContext())).toEqual({
      written: 0,
      superseded: 1,
      skipped: 0,
    });
    answers.set('ledger', answer('SlowDown', 503));
    await expect(handler(busEvent({ key: 'other' }), lambdaContext())).rejects.toThrow('SlowDown');
  });
});

describe('ledger-exporter with a lock', () => {
  let locking: Handler;
  beforeAll(async () => {
    vi.resetModules();
    vi.stubEnv('LEDGER_LOCK_DAYS', '30');
    ({ handler: locking } = await import('../../../functions/ledger-exporter/handler.ts'));
  });

  const deliverAgain = async () =>
    await locking(sqsBatch(sqsMessage(at('07:00:00', 'a'), { id: '1' })), lambdaContext());

  test('locks each object for its days, under governance', async () => {
    const before = Date.now();
    expect(failedIds(await deliverAgain())).toEqual([]);

    const [{ input } = { input: undefined }] = s3
      .commandCalls(PutObjectCommand)
      .map(({ args: [command] }) => command);
    expect(input).toMatchObject({ ObjectLockMode: 'GOVERNANCE', IfNoneMatch: '*' });
    const days = (input!.ObjectLockRetainUntilDate!.getTime() - before) / 86_400_000;
    expect(days).toBeGreaterThanOrEqual(30);
    expect(days).toBeLessThan(30.1);
  });

  test('locks from when the message was sent where the clock of the queue is ahead, as one is that was moved on', async () => {
    const sentAtMs = Date.now() + 3 * 86_400_000;
    const message = sqsMessage(at('07:00:00', 'a'), { id: '1' });
    const { attributes } = message;
    await locking(
      sqsBatch({ ...message, attributes: { ...attributes, SentTimestamp: String(sentAtMs) } }),
      lambdaContext(),
    );

    const [{ args: [{ input }] } = { args: [{ input: undefined }] }] = s3.commandCalls(PutObjectCommand);
    expect(input!.ObjectLockRetainUntilDate).toEqual(new Date(sentAtMs + 30 * 86_400_000));
  });

  test('is done with a batch that comes again: the object is there, and keeps its date', async () => {
    await deliverAgain();
    const held = new Map(bucket);

    expect(failedIds(await deliverAgain())).toEqual([]);
    expect(bucket).toEqual(held);
  });

  test('does not load with what is no number of days', async () => {
    vi.resetModules();
    vi.stubEnv('LEDGER_LOCK_DAYS', 'a year');

    await expect(import('../../../functions/ledger-exporter/handler.ts')).rejects.toThrow(
      'environment variable LEDGER_LOCK_DAYS is "a year": it must be a whole number',
    );
  });
});

describe('ledger-exporter without a lock', () => {
  test('says nothing of one', async () => {
    await deliver(at('07:00:00', 'a'));

    const [{ input } = { input: undefined }] = s3
      .commandCalls(PutObjectCommand)
      .map(({ args: [command] }) => command);
    expect(Object.keys(input ?? {}).filter((name) => name.startsWith('ObjectLock'))).toEqual([]);
  });
});
