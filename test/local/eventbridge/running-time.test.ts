import { describe, expect, test } from 'vitest';
import { Tally } from '../../../local/storage/tally.ts';
import { BusUnderTest, queueArn } from './bus-under-test.ts';

const DAY_MS = 86_400_000;
const ANY = { source: ['test'] };
const AWAY = { errorCode: 'THROTTLING', errorMessage: 'away', retryable: true };

describe('when the runtime was off for a year', () => {
  test('an archive has lost nothing, and drops what is too old after as many days of running', async () => {
    await using under = new BusUnderTest();
    under.archive('week', null, 7);
    under.bus.start();
    under.enqueue({ id: '1' });
    await under.settle();

    under.crash(365 * DAY_MS);
    under.bus.start();
    await under.settle();
    const { eventCount } = under.bus.archives.contents('week');
    // the kill has cost the running time of a beat, and an archive is looked at once an hour
    await under.advance(7 * DAY_MS + 2 * 3_600_000);

    expect(eventCount).toBe(1);
    expect(under.bus.archives.contents('week').eventCount).toBe(0);
    expect(new Tally(under.store).counts()).toEqual({ 'expired-archive-events': 1 });
    expect(under.log).toEqual([
      {
        message: 'archived events expired after 7 days, and are gone',
        details: { archive: 'week', count: 1 },
      },
    ]);
  });

  test('an event that waits for its retry has not grown too old', async () => {
    await using under = new BusUnderTest();
    under.rule('all', ANY);
    under.queues.failures.set(queueArn('all'), AWAY);
    under.bus.start();
    under.enqueue({ id: '1' });
    await under.settle();

    under.crash(365 * DAY_MS);
    under.queues.failures.set(queueArn('all'), AWAY);
    under.bus.start();
    await under.settle();
    const lettersAtStart = under.queues.letters('all-dlq');
    under.queues.failures.clear();
    await under.advance(60_000);

    expect(lettersAtStart).toEqual([]);
    expect(under.queues.events('all')).toMatchObject([{ id: '1' }]);
  });

  test('the record of a replay is still there, and goes 90 days of running after its end, in words', async () => {
    await using under = new BusUnderTest();
    under.archive('all');
    under.bus.start();
    under.bus.replays.start({
      name: 'again',
      archiveName: 'all',
      description: null,
      filterArns: [],
      eventStart: 0,
      eventEnd: 1,
    });
    await under.settle();

    under.crash(365 * DAY_MS);
    const kept = under.bus.replays.list().map(({ name }) => name);
    await under.advance(91 * DAY_MS);

    expect(kept).toEqual(['again']);
    expect(under.bus.replays.list()).toEqual([]);
    expect(new Tally(under.store).counts()).toEqual({ 'expired-replay-records': 1 });
  });
});

test('an event that no queue takes, without a dead-letter queue, is dropped with a line and a count', async () => {
  await using under = new BusUnderTest();
  under.rule('all', ANY, { letters: false });
  under.queues.failures.set(queueArn('all'), { ...AWAY, retryable: false });
  under.bus.start();

  under.enqueue({ id: '1' });
  await under.settle();

  expect(new Tally(under.store).counts()).toEqual({ 'dropped-events': 1 });
  expect(under.log).toHaveLength(1);
});
