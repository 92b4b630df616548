import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UndoneEvent } from '../../../shared/control-objects.ts';
import { standingOfKeys } from '../../../local/control/standing-of-keys.ts';
import { undoneOfKeys } from '../../../local/control/undone-events.ts';
import { Attempts } from '../../../local/lambda/attempts.ts';
import { Store } from '../../../local/store.ts';
import { busEvent } from '../../support/object-events.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: string;
let store: Store;

const event = (key: string, versionId = 'v1') => JSON.stringify(busEvent({ key, versionId, etag: 'e' }));

const tried = (messageId: string, versionId: string, outcome: 'failed' | 'succeeded') => ({
  functionName: 'writer',
  queueArn: 'arn:aws:sqs:eu-west-1:111122223333:one',
  messageId,
  body: JSON.stringify(busEvent({ key: 'tried', versionId })),
  receiveCount: 1,
  startedAtMs: 0,
  durationMs: 1,
  outcome,
});

beforeAll(() => {
  folder = temporaryFolder('standing');
  store = new Store(folder);
  const message = store.prepare(
    'INSERT INTO sqs_message (queue, message_id, body, sent_at, visible_at, receive_count) VALUES (?, ?, ?, 0, 0, ?)',
  );
  store.prepare('INSERT INTO event_outbox (event, available_at) VALUES (?, 0)').run(event('on the bus'));
  store
    .prepare(
      `INSERT INTO event_delivery (event, rule_arn, target_arn, maximum_retry_attempts, maximum_event_age_seconds, retries,
         first_tried_at, due_at) VALUES (?, 'rule', 'arn:aws:sqs:eu-west-1:111122223333:one', 0, 0, 0, 0, 0)`,
    )
    .run(event('before the queue'));
  message.run('one', 'm1', event('in the queue "é"'), 0);
  message.run('one', 'm2', event('tried'), 2);
  message.run('one', 'm3', event('of nobody'), 0);
  message.run('one', 'm4', 'no JSON: in the queue', 0);
  message.run('dead', 'm5', event('tried', 'v0'), 1);
  const notification = {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    eventTime: '2026-11-20T11:00:00.000Z',
    eventName: 'ObjectCreated:Put',
    s3: {
      bucket: { name: 'ingest' },
      object: { key: 'by+notification', size: 1, eTag: 'n', sequencer: '00A1' },
    },
  };
  message.run('other', 'm6', JSON.stringify({ Records: [notification] }), 0);
});
afterAll(() => {
  store?.close();
  rmSync(folder, { recursive: true, force: true });
});

const KEYS = ['on the bus', 'before the queue', 'in the queue "é"', 'tried', 'by notification', 'none'];

function undone(keys: readonly string[], lookedThrough?: number): readonly UndoneEvent[] {
  const found: UndoneEvent[] = [];
  let after: string | undefined;
  do {
    const page = undoneOfKeys(store, { bucket: 'ingest', keys: new Set(keys), after }, lookedThrough);
    found.push(...page.events);
    after = page.next;
  } while (after !== undefined);
  return found;
}

describe('what is undone of some keys', () => {
  const ALL = [
    { queueName: null, key: 'on the bus', versionId: 'v1', etag: 'e', state: 'arriving' },
    { queueName: 'one', key: 'before the queue', versionId: 'v1', etag: 'e', state: 'arriving' },
    { queueName: 'one', key: 'in the queue "é"', versionId: 'v1', etag: 'e', state: 'waiting' },
    { queueName: 'one', key: 'tried', versionId: 'v1', etag: 'e', state: 'retried' },
    { queueName: 'dead', key: 'tried', versionId: 'v0', etag: 'e', state: 'retried' },
    { queueName: 'other', key: 'by notification', etag: 'n', state: 'waiting' },
  ];

  test('is told of those keys and no others, in whatever shape the message is', () => {
    expect(undone(KEYS)).toEqual(ALL);
    expect(undone(['tried']).map(({ queueName }) => queueName)).toEqual(['one', 'dead']);
    expect(undone(['in the queue'])).toEqual([]);
  });

  test.each([1, 2, 3, 5])('is the same when %i events are looked through for a page', (lookedThrough) => {
    expect(undone(KEYS, lookedThrough)).toEqual(ALL);
  });
});

test('the standing of keys tells what functions have dealt with, and what would have been sent, on its first page', () => {
  const attempts = new Attempts(store);
  attempts.add([tried('a', 'v0', 'succeeded'), tried('b', 'v1', 'failed'), tried('c', 'v0', 'succeeded')]);
  const wouldSend = {
    about: (_: string, key: string) =>
      key === 'none'
        ? [
            { by: 'rule', events: undefined },
            { by: 'rule', events: [] },
          ]
        : [],
  };
  const search = { bucket: 'ingest', keys: new Set(['tried', 'none']) };

  const first = standingOfKeys({ store, attempts, wouldSend }, search);
  const second = standingOfKeys({ store, attempts, wouldSend }, { ...search, after: '2-3' });

  expect(first).toMatchObject({
    done: [
      {
        key: 'tried',
        functionName: 'writer',
        versionId: 'v0',
        eventTime: expect.stringMatching(/^2026/) as string,
      },
    ],
    sent: [{ key: 'none', by: 'rule' }],
  });
  expect([second.done, second.sent, second.undone.length]).toEqual([[], [], 1]);
});
