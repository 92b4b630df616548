import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RuntimeClock } from '../../../local/clock.ts';
import type { Queue } from '../../../local/sqs/queues.ts';
import { Sqs } from '../../../local/sqs/sqs.ts';
import { withAttributes } from '../../../local/sqs/queue-settings.ts';
import { Store } from '../../../local/store.ts';
import { Tally } from '../../../local/storage/tally.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let dataDir: string;
let store: Store;
let clock: RuntimeClock;
let sqs: Sqs;
let queue: Queue;
let letterbox: Queue;

/** A start of the runtime; the one before it, if any, is killed. */
function start(): void {
  kill();
  store = new Store(dataDir);
  clock = new RuntimeClock();
  sqs = new Sqs({
    store,
    clock,
    endpoint: 'http://127.0.0.1:4566',
    region: 'us-east-1',
    accountId: '000000000000',
  });
  sqs.provision([]);
}

function kill(): void {
  sqs?.stop();
  clock?.stop();
  store?.close();
}

beforeEach(() => {
  dataDir = temporaryFolder('polled');
  start();
  letterbox = sqs.queues.create('letters', withAttributes({}));
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: letterbox.arn, maxReceiveCount: 5 });
  queue = sqs.queues.create('work', withAttributes({ RedrivePolicy }));
});

afterEach(() => {
  kill();
  vi.restoreAllMocks();
});

const letters = () => sqs.messages.receive(letterbox, 10).length;

/** Gathers the one message, and gives it to a function. @returns which receive the function sees */
function invoke(): number | undefined {
  const [message] = sqs.poll(queue, 1);
  if (message !== undefined) sqs.polled.begin([message.receiptHandle]);
  return message?.receiveCount;
}

describe('the receive of a message', () => {
  test('that was gathered, and that no function got, never counts', () => {
    sqs.send(queue, 'good');
    for (let life = 0; life < 30; life++) {
      expect(sqs.poll(queue, 1)).toHaveLength(1);
      start();
    }

    expect(invoke()).toBe(1);
    expect(letters()).toBe(0);
    expect(new Tally(store).counts()).toEqual({});
  });

  test('that a function had when the runtime ended is given back three times, in words and in number, and then counts', () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    sqs.send(queue, 'takes the machine down');
    const seen = [];
    for (let life = 0; life < 9; life++) {
      seen.push(invoke());
      start();
    }

    expect(seen).toEqual([1, 1, 1, 1, 2, 3, 4, 5, undefined]);
    expect(letters()).toBe(1);
    expect(new Tally(store).counts()).toEqual({ 'given-back': 3 });
    const lines = said.mock.calls
      .map(([line]) => String(line))
      .filter((line) => line.includes('do not count'));
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[0]!)).toMatchObject({ count: 1, message_ids: [expect.any(String)] });
  });

  test('by a client of SQS counts at once, whatever becomes of the runtime', () => {
    sqs.send(queue, 'body');
    sqs.messages.receive(queue, 1, { visibilityTimeoutSeconds: 0 });
    start();

    expect(invoke()).toBe(2);
  });
});
