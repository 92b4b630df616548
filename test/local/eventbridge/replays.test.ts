import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BusUnderTest, ruleArn } from './bus-under-test.ts';

const ANY = { source: ['test'] };
const at = (minute: number, second = 0) => new Date(Date.UTC(2026, 0, 1, 0, minute, second));
const stamp = (time: Date) => time.toISOString().replace('.000', '');

/** A bus with the rules `one` and `two` and an archive of ten events, one in every half minute; the queues are empty. */
async function busWithArchive(): Promise<BusUnderTest> {
  const under = new BusUnderTest();
  under.archive('kept');
  under.bus.start();
  under.enqueue(...Array.from({ length: 10 }, (_, id) => ({ id, time: stamp(at(0, id * 30)) })));
  await under.settle();
  under.rule('one', ANY);
  under.rule('two', ANY);
  return under;
}

const replay = (name: string, options: { from?: Date; to?: Date; filterArns?: readonly string[] } = {}) => ({
  name,
  archiveName: 'kept',
  description: null,
  eventStart: Number(options.from ?? at(0)),
  eventEnd: Number(options.to ?? at(60)),
  filterArns: options.filterArns ?? [],
});

describe('a replay', () => {
  test('reaches only the rule that it names', async () => {
    await using under = await busWithArchive();

    under.bus.replays.start(replay('again', { filterArns: [ruleArn('one')] }));
    under.bus.wakeReplays();
    await under.settle();

    expect(under.queues.events('one').map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(under.queues.events('two')).toEqual([]);
    expect(under.bus.replays.get('again')).toMatchObject({
      state: 'COMPLETED',
      lastReplayed: Number(at(4, 30)),
    });
  });

  test('without a filter reaches every rule, and marks its events with its name', async () => {
    await using under = await busWithArchive();

    under.bus.replays.start(replay('again'));
    under.bus.wakeReplays();
    await under.settle();

    expect(under.queues.events('one')).toHaveLength(10);
    expect(under.queues.events('two').every((event) => event['replay-name'] === 'again')).toBe(true);
  });

  test('takes the events from its start to its end, both included', async () => {
    await using under = await busWithArchive();

    under.bus.replays.start(replay('some', { from: at(1), to: at(2, 30), filterArns: [ruleArn('one')] }));
    under.bus.wakeReplays();
    await under.settle();

    expect(under.queues.events('one').map(({ id }) => id)).toEqual([2, 3, 4, 5]);
  });

  test('leaves out events that the rule no longer matches, and rules that exclude replays', async () => {
    await using under = await busWithArchive();
    under.rule('one', { id: [{ numeric: ['<', 3] }] });
    under.rule('two', { ...ANY, 'replay-name': [{ exists: false }] });

    under.bus.replays.start(replay('again'));
    under.bus.wakeReplays();
    await under.settle();

    expect(under.queues.events('one').map(({ id }) => id)).toEqual([0, 1, 2]);
    expect(under.queues.events('two')).toEqual([]);
  });

  test('is not archived again', async () => {
    await using under = await busWithArchive();

    under.bus.replays.start(replay('again'));
    under.bus.wakeReplays();
    await under.settle();

    expect(under.bus.archives.contents('kept').eventCount).toBe(10);
  });

  test('goes minute by minute and tells its progress', async () => {
    await using under = await busWithArchive();
    under.bus.stop();
    under.bus.replays.start(replay('again', { filterArns: [ruleArn('one')] }));
    const progress: unknown[] = [];
    while (under.bus.replays.step() !== undefined) {
      const { state, lastReplayed } = under.bus.replays.get('again');
      progress.push([state, lastReplayed, under.queues.events('one').length]);
    }

    expect(progress).toEqual([
      ['RUNNING', null, 0],
      ['RUNNING', Number(at(0, 30)), 2],
      ['RUNNING', Number(at(1, 30)), 4],
      ['RUNNING', Number(at(2, 30)), 6],
      ['RUNNING', Number(at(3, 30)), 8],
      ['RUNNING', Number(at(4, 30)), 10],
      ['COMPLETED', Number(at(4, 30)), 10],
    ]);
  });

  test('goes on after a crash at any step, and sends nothing twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 5 }),
        async (stepsBeforeCrash) => {
          await using under = await busWithArchive();
          under.bus.stop();
          under.bus.replays.start(replay('again', { filterArns: [ruleArn('one')] }));
          for (const steps of stepsBeforeCrash) {
            for (let step = 0; step < steps; step++) under.bus.replays.step();
            under.crash();
          }

          under.bus.start();
          await under.settle();

          expect(under.queues.events('one').map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
          expect(under.bus.replays.get('again').state).toBe('COMPLETED');
        },
      ),
      { numRuns: 15 },
    );
  });

  test('sends nothing twice when a portion fails half way: its messages and the progress commit together', async () => {
    await using under = await busWithArchive();
    under.bus.stop();
    let deliveries = 0;
    under.queues.beforeDelivery = () => {
      if (++deliveries === 4) throw new Error('the disk is full');
    };
    under.bus.replays.start(replay('again', { filterArns: [ruleArn('one')] }));
    for (let step = 0; step < 2; step++) under.bus.replays.step();
    expect(() => under.bus.replays.step()).toThrow('the disk is full');

    under.crash();
    under.bus.start();
    await under.settle();

    expect(under.queues.events('one').map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('takes a busy minute in portions without losing or repeating an event of one second', async () => {
    await using under = new BusUnderTest();
    under.archive('kept');
    under.bus.start();
    under.store.transaction(() => {
      under.enqueue(...Array.from({ length: 777 }, (_, id) => ({ id, time: stamp(at(3, 3)) })));
    });
    await under.settle();
    under.rule('one', ANY);

    under.bus.replays.start(replay('again'));
    under.bus.wakeReplays();
    await under.settle();

    expect(under.queues.events('one').map(({ id }) => id)).toEqual(
      Array.from({ length: 777 }, (_, id) => id),
    );
  });

  test('that is cancelled stops where it is', async () => {
    await using under = await busWithArchive();
    under.bus.stop();
    under.bus.replays.start(replay('again', { filterArns: [ruleArn('one')] }));
    for (let step = 0; step < 3; step++) under.bus.replays.step();

    expect(under.bus.replays.cancel('again').state).toBe('CANCELLING');
    under.bus.replays.step();

    expect(under.bus.replays.get('again').state).toBe('CANCELLED');
    expect(under.bus.replays.step()).toBeUndefined();
    expect(under.queues.events('one')).toHaveLength(4);
    expect(() => under.bus.replays.cancel('again')).toThrow(/not in a valid state: CANCELLED/);
  });

  test('whose archive is gone has failed, and says why', async () => {
    await using under = await busWithArchive();
    under.bus.provision({
      rules: [],
      archives: [{ name: 'kept', arn: '', eventSourceArn: '', retentionDays: 0 }],
    });
    under.bus.stop();
    under.bus.replays.start(replay('again'));
    under.bus.provision({ rules: [], archives: [] });

    while (under.bus.replays.step() !== undefined);

    expect(under.bus.replays.get('again')).toMatchObject({
      state: 'FAILED',
      stateReason: 'Archive kept does not exist.',
    });
  });

  test('is one of ten at most that are active, and its record is kept for 90 days', async () => {
    await using under = await busWithArchive();
    under.bus.stop();
    for (let n = 0; n < 10; n++) under.bus.replays.start(replay(`replay-${n}`));
    expect(() => under.bus.replays.start(replay('eleventh'))).toThrow(/10 active replays/);

    under.bus.start();
    await under.settle();
    expect(() => under.bus.replays.start(replay('replay-0'))).toThrow(/already exists/);

    await under.advance(91 * 86_400_000);
    expect(under.bus.replays.list()).toEqual([]);
    expect(under.bus.replays.start(replay('replay-0')).state).toBe('STARTING');
  });
});

describe('an archive', () => {
  const DAY_MS = 86_400_000;

  test('keeps the events that match its pattern, and says how many and how large they are', async () => {
    await using under = new BusUnderTest();
    under.archive('some', { detail: { key: [{ prefix: 'é' }] } });
    under.bus.start();

    under.enqueue({ detail: { key: 'é1' } }, { detail: { key: 'b' } }, { detail: { key: 'é2' } });
    await under.settle();

    const text = '{"version":"0","source":"test","time":"2026-01-01T00:00:00Z","detail":{"key":"é1"}}';
    expect(under.bus.archives.contents('some')).toEqual({
      eventCount: 2,
      sizeBytes: 2 * Buffer.byteLength(text),
    });
  });

  test('drops an event when its retention has passed, by the clock', async () => {
    await using under = new BusUnderTest();
    under.archive('week', null, 7);
    under.archive('ever', null, 0);
    under.bus.start();
    const counts = () => ['week', 'ever'].map((name) => under.bus.archives.contents(name).eventCount);

    under.enqueue({ id: '1' });
    await under.advance(5 * DAY_MS);
    under.enqueue({ id: '2' });
    await under.advance(1.9 * DAY_MS);
    expect(counts()).toEqual([2, 2]);

    await under.advance(0.2 * DAY_MS);
    expect(counts()).toEqual([1, 2]);
    await under.advance(7 * DAY_MS);
    expect(counts()).toEqual([0, 2]);
  });
});
