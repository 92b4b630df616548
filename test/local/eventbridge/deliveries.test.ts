import { describe, expect, test } from 'vitest';
import { BusUnderTest, queueArn, ruleArn } from './bus-under-test.ts';

const ANY = { source: ['test'] };
const THROTTLED = { errorCode: 'THROTTLING', errorMessage: 'slow down', retryable: true };
const MISSING = { errorCode: 'NO_RESOURCE', errorMessage: 'no such queue', retryable: false };
const DENIED = {
  errorCode: 'NO_PERMISSIONS',
  errorMessage: 'the policy does not let it in',
  retryable: false,
};

describe('a delivery', () => {
  test.each([MISSING, DENIED])(
    'that no retry can save goes to the dead-letter queue at once: $errorCode',
    async (failure) => {
      await using under = new BusUnderTest();
      under.rule('all', ANY);
      under.queues.failures.set(queueArn('all'), failure);
      under.bus.start();

      under.enqueue({ id: '1' });
      await under.settle();

      const [letter] = under.queues.letters('all-dlq');
      expect(JSON.parse(letter!.body)).toMatchObject({ id: '1' });
      expect(letter!.attributes).toEqual({
        RULE_ARN: ruleArn('all'),
        TARGET_ARN: queueArn('all'),
        ERROR_CODE: failure.errorCode,
        ERROR_MESSAGE: failure.errorMessage,
        RETRY_ATTEMPTS: '0',
      });
      expect(under.bus.pending().deliveries).toBe(0);
    },
  );

  test('is tried again, later each time, until the target takes it', async () => {
    await using under = new BusUnderTest();
    under.rule('all', ANY);
    under.queues.failures.set(queueArn('all'), THROTTLED);
    under.bus.start();

    under.enqueue({ id: '1' });
    await under.advance(60_000);
    expect(under.bus.pending()).toEqual({ outbox: 0, deliveries: 1, replays: 0 });
    expect(under.queues.letters('all-dlq')).toEqual([]);

    under.queues.failures.clear();
    await under.advance(120_000);
    expect(under.queues.events('all').map(({ id }) => id)).toEqual(['1']);
    expect(under.bus.pending().deliveries).toBe(0);
  });

  test('holds up neither other targets nor later events', async () => {
    await using under = new BusUnderTest();
    under.rule('slow', ANY);
    under.rule('quick', ANY);
    under.queues.failures.set(queueArn('slow'), THROTTLED);
    under.bus.start();

    under.enqueue({ id: '1' }, { id: '2' });
    await under.settle();

    expect(under.queues.events('quick').map(({ id }) => id)).toEqual(['1', '2']);
  });

  test('goes to the dead-letter queue after its last retry, with the number of retries', async () => {
    await using under = new BusUnderTest();
    under.rule('all', ANY, { retries: 3 });
    under.queues.failures.set(queueArn('all'), THROTTLED);
    let tries = 0;
    under.queues.beforeDelivery = () => void tries++;
    under.bus.start();

    under.enqueue({ id: '1' });
    await under.advance(3_600_000);

    expect(under.queues.letters('all-dlq').map(({ attributes }) => attributes)).toEqual([
      {
        RULE_ARN: ruleArn('all'),
        TARGET_ARN: queueArn('all'),
        ERROR_CODE: 'THROTTLING',
        ERROR_MESSAGE: 'slow down',
        EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
        RETRY_ATTEMPTS: '3',
      },
    ]);
    // the first, three retries, and the letter
    expect(tries).toBe(5);
  });

  test('without retries goes there at once', async () => {
    await using under = new BusUnderTest();
    under.rule('all', ANY, { retries: 0 });
    under.queues.failures.set(queueArn('all'), THROTTLED);
    under.bus.start();

    under.enqueue({ id: '1' });
    await under.settle();

    expect(under.queues.letters('all-dlq')[0]?.attributes).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
      RETRY_ATTEMPTS: '0',
    });
  });

  test('goes there when the event is too old, and not before', async () => {
    await using under = new BusUnderTest();
    under.rule('all', ANY, { ageSeconds: 60 });
    under.queues.failures.set(queueArn('all'), THROTTLED);
    under.bus.start();

    under.enqueue({ id: '1' });
    await under.advance(59_000);
    expect(under.queues.letters('all-dlq')).toEqual([]);

    await under.advance(2_000);
    expect(under.queues.letters('all-dlq')[0]?.attributes).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
    });
  });

  test('has all of its 185 retries within a day', async () => {
    await using under = new BusUnderTest();
    under.rule('all', ANY);
    under.queues.failures.set(queueArn('all'), THROTTLED);
    under.bus.start();

    under.enqueue({ id: '1' });
    await under.advance(86_400_000);

    const [letter] = under.queues.letters('all-dlq');
    expect(Number(letter?.attributes?.['RETRY_ATTEMPTS'])).toBeGreaterThan(180);
  });

  test('survives a crash between its retries', async () => {
    await using under = new BusUnderTest();
    under.rule('all', ANY);
    under.queues.failures.set(queueArn('all'), THROTTLED);
    under.bus.start();
    under.enqueue({ id: '1' });
    await under.settle();

    under.crash();
    under.bus.start();
    await under.advance(60_000);

    expect(under.queues.events('all').map(({ id }) => id)).toEqual(['1']);
  });

  test('without a dead-letter queue ends in the log', async () => {
    await using under = new BusUnderTest();
    under.rule('all', ANY, { letters: false });
    under.queues.failures.set(queueArn('all'), MISSING);
    under.bus.start();

    under.enqueue({ id: '1' });
    await under.settle();

    expect(under.log).toMatchObject([
      {
        message: 'event dropped: its target failed and has no dead-letter queue',
        details: { RULE_ARN: ruleArn('all'), ERROR_CODE: 'NO_RESOURCE' },
      },
    ]);
  });

  test('whose dead-letter queue refuses it ends in the log', async () => {
    await using under = new BusUnderTest();
    under.rule('all', ANY);
    under.queues.failures.set(queueArn('all'), MISSING).set(queueArn('all-dlq'), DENIED);
    under.bus.start();

    under.enqueue({ id: '1' });
    await under.settle();

    expect(under.log).toMatchObject([
      {
        message: 'event dropped: its target failed, and so did the dead-letter queue',
        details: { dead_letter_error: 'NO_PERMISSIONS: the policy does not let it in' },
      },
    ]);
  });
});
