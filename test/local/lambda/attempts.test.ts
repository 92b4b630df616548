import { describe, expect, test } from 'vitest';
import { Attempts, type TriedMessage } from '../../../local/lambda/attempts.ts';
import { Store } from '../../../local/store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { backfill, busEvent, notification } from '../../support/object-events.ts';

const QUEUE = 'arn:aws:sqs:eu-central-1:000000000000:work';
const attempts = (kept?: number) => new Attempts(new Store(temporaryFolder('attempts')), kept);

const tried = (body: unknown, more: Partial<TriedMessage> = {}): TriedMessage => ({
  functionName: 'writer',
  queueArn: QUEUE,
  messageId: 'm',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  receiveCount: 1,
  startedAtMs: 1_000,
  durationMs: 12.4,
  outcome: 'succeeded',
  ...more,
});

describe('the record of attempts', () => {
  test('tells each attempt on an object, oldest first, with what the event was', () => {
    const record = attempts();
    const body = { ...busEvent({ key: 'a b' }), 'replay-name': 'again' };

    record.add([
      tried(body, { receiveCount: 1, outcome: 'function-error', error: 'Sandbox.Timedout: too slow' }),
      tried(busEvent({ key: 'other' })),
    ]);
    record.add([tried(body, { receiveCount: 2, startedAtMs: 5_000 })]);

    expect(record.of('ingest', 'a b')).toMatchObject([
      {
        functionName: 'writer',
        queueName: 'work',
        attempt: 1,
        startedAt: '1970-01-01T00:00:01.000Z',
        durationMs: 12,
        outcome: 'function-error',
        error: 'Sandbox.Timedout: too slow',
        eventName: 'ObjectCreated:Put',
        replayName: 'again',
      },
      { attempt: 2, outcome: 'succeeded' },
    ]);
  });

  test('tells when each message came into the queue, where that is known', () => {
    const record = attempts();
    const body = busEvent({ key: 'a' });

    record.add([tried(body, { sentAtMs: 500 }), tried(body)]);

    expect(record.of('ingest', 'a').map(({ sentAt }) => sentAt)).toEqual([
      '1970-01-01T00:00:00.500Z',
      undefined,
    ]);
  });

  test('counts a message about several objects for each, in whatever shape it came', () => {
    const record = attempts();
    const two = { Records: ['a', 'b'].flatMap((key) => notification({ key })['Records']) };

    record.add([tried(two), tried(backfill({ key: 'b' }))]);

    expect(record.of('ingest', 'a')).toHaveLength(1);
    expect(record.of('ingest', 'b').map(({ eventName }) => eventName)).toEqual([
      'ObjectCreated:Put',
      'ObjectCreated:Backfill',
    ]);
  });

  test('takes a message that cannot be read for an attempt on nothing', () => {
    const record = attempts();

    record.add([tried('not json')]);

    expect(record.of('ingest', 'not json')).toEqual([]);
  });

  test('keeps the newest, as many as it is told, about', () => {
    const record = attempts(100);

    for (let n = 0; n < 1_000; n++) record.add([tried(busEvent({ key: 'k' }), { startedAtMs: n * 1_000 })]);

    const kept = record.of('ingest', 'k');
    expect(kept.length).toBeGreaterThanOrEqual(100);
    expect(kept.length).toBeLessThanOrEqual(103);
    expect(kept.at(-1)?.startedAt).toBe('1970-01-01T00:16:39.000Z');
  });
});
