import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi, type MockInstance } from 'vitest';
import { RuntimeClock } from '../../../local/clock.ts';
import { LONGEST_PAUSE_MS } from '../../../local/time/running-time.ts';
import { keepTime, readTime } from '../../../local/time/saved-clock.ts';
import { withAttributes } from '../../../local/sqs/queue-settings.ts';
import { Sqs } from '../../../local/sqs/sqs.ts';
import { Store } from '../../../local/store.ts';
import { Tally } from '../../../local/storage/tally.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { FakeMachine } from '../fake-machine.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const BEAT = 10_000;

/** SQS as the runtime has it, on a machine of the test's, through starts and kills. */
class World {
  readonly machine = new FakeMachine();
  readonly #dataDir = temporaryFolder('expiry');
  clock!: RuntimeClock;
  store!: Store;
  sqs!: Sqs;

  constructor(retentionSeconds: number) {
    this.start();
    const letters = this.sqs.queues.create('letters', withAttributes({ MessageRetentionPeriod: '1209600' }));
    this.sqs.queues.create(
      'work',
      withAttributes({
        MessageRetentionPeriod: String(retentionSeconds),
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: letters.arn, maxReceiveCount: 5 }),
      }),
    );
  }

  get queue() {
    return this.sqs.queues.named('work');
  }

  get letters() {
    return this.sqs.queues.named('letters');
  }

  start(): void {
    const store = new Store(this.#dataDir);
    this.store = store;
    this.clock = new RuntimeClock({
      saved: readTime(store),
      keep: (beat) => keepTime(store, beat),
      source: this.machine.source,
    });
    this.clock.beat();
    const place = { endpoint: 'http://127.0.0.1', region: 'us-east-1', accountId: '000000000000' };
    this.sqs = new Sqs({ store, clock: this.clock, ...place });
    // as the runtime starts it, but for the pump that sweeps: the test says when
    this.sqs.polled.release();
  }

  /** `kill -9`: what the last beat has not kept is lost. */
  kill(): void {
    this.sqs.stop();
    this.clock.stop();
    this.store.close();
  }

  run(ms: number): void {
    for (let left = ms; left > 0; left -= BEAT) {
      this.machine.pass(Math.min(left, BEAT));
      this.clock.beat();
    }
  }

  bodies(queueName: string): string[] {
    return this.store
      .prepare('SELECT body FROM sqs_message WHERE queue = ? ORDER BY id')
      .all(queueName)
      .map((row) => String(row['body']));
  }
}

const worlds: World[] = [];
let said: MockInstance<typeof console.error>;

function world(retentionSeconds: number): World {
  const made = new World(retentionSeconds);
  worlds.push(made);
  return made;
}

beforeEach(() => {
  said = vi.spyOn(console, 'error').mockImplementation(() => {});
});

afterEach(() => {
  for (const made of worlds.splice(0)) made.kill();
  vi.restoreAllMocks();
});

const lines = () => said.mock.calls.map(([line]) => JSON.parse(String(line)) as Record<string, unknown>);

describe('a message', () => {
  test('that waits while nobody runs does not grow old', () => {
    const here = world(4 * 86_400);
    here.sqs.send(here.queue, 'waits');
    here.run(MINUTE);
    here.kill();
    here.machine.pass(500 * DAY);
    here.start();

    here.sqs.expiry.sweep();

    expect(here.sqs.messages.receive(here.queue, 1)).toMatchObject([{ body: 'waits' }]);
    expect(new Tally(here.store).counts()).toEqual({});
  });

  test('that is too old becomes a letter with the reason, a line and a count', () => {
    const here = world(60);
    here.sqs.messages.send(here.queue, {
      body: 'too old',
      attributes: { Own: { DataType: 'String', StringValue: 'kept' } },
    });
    here.run(MINUTE);

    here.sqs.expiry.sweep();

    const [letter] = here.sqs.messages.receive(here.letters, 1);
    expect(letter).toMatchObject({
      body: 'too old',
      deadLetterSource: here.queue.arn,
      attributes: {
        Own: { StringValue: 'kept' },
        Reason: { DataType: 'String', StringValue: 'expired' },
        ErrorMessage: {
          StringValue: expect.stringContaining('days of running time that work keeps a message'),
        },
        OriginalMessageId: { StringValue: letter?.messageId },
      },
    });
    expect(here.bodies('work')).toEqual([]);
    expect(new Tally(here.store).counts()).toEqual({ 'expired-messages': 1 });
    expect(lines()).toContainEqual(
      expect.objectContaining({
        message: 'messages expired, and are letters now',
        queue: 'work',
        dead_letter_queue: 'letters',
        count: 1,
        message_ids: [letter?.messageId],
      }),
    );
  });

  test('is never handed out once it is too old, however many there are', () => {
    const here = world(60);
    here.store.transaction(() => {
      for (let index = 0; index < 2_500; index++) here.sqs.send(here.queue, String(index));
    });
    here.run(MINUTE);

    const received = here.sqs.messages.receive(here.queue, 10);

    expect(received).toEqual([]);
    // the rest of them by the next sweeps, which come at once
    while (here.bodies('work').length > 0) here.sqs.expiry.sweep();
    expect(here.bodies('letters')).toHaveLength(2_500);
    expect(new Tally(here.store).counts()).toEqual({ 'expired-messages': 2_500 });
  });

  test('that a function has in hand is left until it is visible again', () => {
    const here = world(60);
    here.sqs.send(here.queue, 'in hand');
    const [message] = here.sqs.poll(here.queue, 1);
    here.sqs.messages.changeVisibility(here.queue, message!.receiptHandle, 600);
    here.run(2 * MINUTE);

    here.sqs.expiry.sweep();
    const whileInHand = here.bodies('work');
    const deleted = here.sqs.messages.delete(here.queue, message!.receiptHandle);

    expect(whileInHand).toEqual(['in hand']);
    expect(deleted).toBe(true);
    expect(here.bodies('letters')).toEqual([]);
  });
});

describe('a letter', () => {
  test('that expires is gone, with a line and a count', () => {
    const here = world(60);
    here.sqs.send(here.letters, 'a letter');
    here.clock.advance(14 * DAY);

    here.sqs.expiry.sweep();

    expect(here.bodies('letters')).toEqual([]);
    expect(new Tally(here.store).counts()).toEqual({ 'expired-letters': 1 });
    expect(lines()).toContainEqual(
      expect.objectContaining({ message: 'letters expired, and are gone', queue: 'letters', count: 1 }),
    );
  });

  test('of an expired message can be seen for all of its own retention', () => {
    const here = world(60);
    here.sqs.send(here.queue, 'too old');
    here.clock.advance(13 * DAY);
    here.sqs.expiry.sweep();
    here.clock.advance(14 * DAY - 1);
    here.sqs.expiry.sweep();

    expect(here.bodies('letters')).toEqual(['too old']);
  });
});

test('a message expires never before its retention in running time, and always after, whatever the machine does', () => {
  const retentionSeconds = 120;
  const step = fc.oneof(
    fc.record({ do: fc.constant('run' as const), ms: fc.integer({ min: 1, max: 60_000 }) }),
    fc.record({
      do: fc.constant('sleep' as const),
      ms: fc.integer({ min: LONGEST_PAUSE_MS + 1, max: 9 * DAY }),
    }),
    fc.record({ do: fc.constant('deep sleep' as const), ms: fc.integer({ min: 1, max: 9 * DAY }) }),
    fc.record({ do: fc.constant('set back' as const), ms: fc.integer({ min: 1, max: 9 * DAY }) }),
    fc.record({ do: fc.constant('kill' as const), ms: fc.integer({ min: 1, max: 9 * DAY }) }),
    fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 60_000 }) }),
    fc.record({ do: fc.constant('send' as const), ms: fc.constant(0) }),
    fc.record({ do: fc.constant('receive' as const), ms: fc.constant(0) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const here = world(retentionSeconds);
      /** By body: the running time that certainly passed since it was sent, and that may have. */
      const ages = new Map<string, { least: number; most: number }>();
      const pass = (least: number, most: number): void => {
        for (const age of ages.values()) {
          age.least += least;
          age.most += most;
        }
      };
      for (const { do: what, ms } of steps) {
        if (what === 'run') {
          here.run(ms);
          pass(ms, ms);
        } else if (what === 'sleep') {
          here.machine.pass(ms);
          here.clock.beat();
        } else if (what === 'deep sleep') {
          here.machine.leap(ms);
          here.clock.beat();
        } else if (what === 'set back') {
          here.machine.leap(-ms);
          here.clock.beat();
        } else if (what === 'kill') {
          here.kill();
          here.machine.pass(ms);
          here.start();
          // a short stop counts
          const counted = ms <= LONGEST_PAUSE_MS ? ms : 0;
          pass(counted, counted);
        } else if (what === 'advance') {
          here.clock.advance(ms);
          pass(ms, ms);
        } else if (what === 'send') {
          const body = String(ages.size);
          here.sqs.send(here.queue, body);
          ages.set(body, { least: 0, most: 0 });
        } else {
          here.sqs.messages.receive(here.queue, 3, { visibilityTimeoutSeconds: 1 });
        }
        here.sqs.expiry.sweep();
        // what is in flight waits for a second at most
        const expired = new Set(here.bodies('letters'));
        const retentionMs = retentionSeconds * 1_000;
        const tooEarly = [...ages].filter(([body, { most }]) => expired.has(body) && most < retentionMs);
        const tooLate = [...ages].filter(
          ([body, { least }]) => !expired.has(body) && least >= retentionMs + 1_000,
        );
        expect({ tooEarly, tooLate }).toEqual({ tooEarly: [], tooLate: [] });
        expect(here.bodies('work').length + expired.size).toBe(ages.size);
      }
      worlds.splice(worlds.indexOf(here), 1);
      here.kill();
    }),
    { numRuns: 40 },
  );
}, 120_000);
