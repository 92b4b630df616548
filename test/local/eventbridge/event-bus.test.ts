import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BusUnderTest, queueArn, ruleArn } from './bus-under-test.ts';

const ANY = { source: ['test'] };
const target = (name: string) => ({
  id: 'queue',
  arn: queueArn(name),
  maximumRetryAttempts: 185,
  maximumEventAgeSeconds: 86_400,
});

const plan = (name: string, enabled = true) => ({
  name,
  arn: ruleArn(name),
  eventPattern: JSON.stringify(ANY),
  enabled,
  targets: [target(name)],
});

describe('the event bus', () => {
  test('hands an event to every rule that it matches, once for each target, on behalf of the rule', async () => {
    await using under = new BusUnderTest();
    under.rule('all', ANY);
    under.rule('csv', { detail: { key: [{ suffix: '.csv' }] } });
    under.rule('other', { source: ['aws.s3'] });
    under.bus.start();

    under.enqueue({ detail: { key: 'a.csv' } }, { detail: { key: 'b.png' } });
    await under.settle();

    expect(under.queues.events('all').map(({ detail }) => detail)).toEqual([
      { key: 'a.csv' },
      { key: 'b.png' },
    ]);
    expect(under.queues.events('csv').map(({ detail }) => detail)).toEqual([{ key: 'a.csv' }]);
    expect(under.queues.letters('csv')[0]?.ruleArn).toBe(ruleArn('csv'));
    expect(under.queues.events('other')).toEqual([]);
    expect(under.bus.pending()).toEqual({ outbox: 0, deliveries: 0, replays: 0 });
  });

  test('hands on the very text of the event, its numbers as they were written', async () => {
    await using under = new BusUnderTest();
    under.rule('all', ANY);
    under.bus.start();
    const text = '{"source":"test","detail":{"size":9007199254740993,"ratio":1.0}}';

    under.bus.publish(text);
    await under.settle();

    expect(under.queues.letters('all').map(({ body }) => body)).toEqual([text]);
  });

  test('fires a rule again for an event that comes twice', async () => {
    await using under = new BusUnderTest();
    under.rule('all', ANY);
    under.bus.start();

    under.enqueue({ id: '1' }, { id: '1' });
    await under.settle();

    expect(under.queues.events('all')).toHaveLength(2);
  });

  test('passes over a disabled rule, and heeds one from the moment that it is enabled', async () => {
    await using under = new BusUnderTest();
    under.rule('all', ANY);
    under.bus.start();

    under.bus.rules.setState('all', 'DISABLED');
    under.enqueue({ id: '1' });
    await under.settle();
    under.bus.rules.setState('all', 'ENABLED');
    under.enqueue({ id: '2' });
    await under.settle();

    expect(under.queues.events('all').map(({ id }) => id)).toEqual(['2']);
  });

  test('keeps a late event back until its time, and lets others pass it', async () => {
    await using under = new BusUnderTest();
    under.rule('all', ANY);
    under.bus.start();
    const text = JSON.stringify({ source: 'test', id: 'late' });

    under.bus.publish(text, under.clock.now() + 3_600_000);
    under.enqueue({ id: 'prompt' });
    await under.settle();
    expect(under.queues.events('all').map(({ id }) => id)).toEqual(['prompt']);
    expect(under.bus.pending().outbox).toBe(1);
    expect(under.bus.isBusy()).toBe(false);

    await under.advance(3_600_000);
    expect(under.queues.events('all').map(({ id }) => id)).toEqual(['prompt', 'late']);
  });

  test('sees no event of a transaction that failed', async () => {
    await using under = new BusUnderTest();
    under.rule('all', ANY);
    under.bus.start();

    expect(() =>
      under.store.transaction(() => {
        under.bus.publish('{"source":"test"}');
        throw new Error('the disk is full');
      }),
    ).toThrow('the disk is full');
    await under.settle();

    expect(under.queues.events('all')).toEqual([]);
    expect(under.bus.pending().outbox).toBe(0);
  });

  test('drops what is no event, says so, and goes on with the next', async () => {
    await using under = new BusUnderTest();
    under.rule('all', ANY);
    under.bus.start();

    under.bus.publish('{"source":');
    under.enqueue({ id: 'next' });
    await under.settle();

    expect(under.queues.events('all').map(({ id }) => id)).toEqual(['next']);
    expect(under.log).toMatchObject([
      { message: 'event dropped: it is not an event', details: { event: '{"source":' } },
    ]);
  });

  test('goes on after a crash with what was in the outbox', async () => {
    await using under = new BusUnderTest();
    under.rule('all', ANY);
    under.archive('kept');

    under.enqueue({ id: '1' }, { id: '2' });
    under.crash();
    under.bus.start();
    await under.settle();

    expect(under.queues.events('all').map(({ id }) => id)).toEqual(['1', '2']);
    expect(under.bus.archives.contents('kept').eventCount).toBe(2);
  });

  test('delivers each event once when it fails anywhere in a batch: archive, messages and outbox commit together', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.boolean(), async (failAt, crash) => {
        await using under = new BusUnderTest();
        under.rule('one', ANY);
        under.rule('two', ANY);
        under.archive('kept');
        let deliveries = 0;
        under.queues.beforeDelivery = () => {
          if (++deliveries === failAt) throw new Error('the disk is full');
        };
        under.enqueue(...Array.from({ length: 6 }, (_, id) => ({ id })));

        under.bus.start();
        await new Promise((resolve) => void setImmediate(resolve));
        if (crash) {
          under.crash();
          under.bus.start();
        } else under.clock.advance(1_000);
        await under.settle();

        for (const queue of ['one', 'two']) {
          expect(under.queues.events(queue).map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5]);
        }
        expect(under.bus.archives.contents('kept').eventCount).toBe(6);
      }),
      { numRuns: 15 },
    );
  });

  test('takes thousands of events in batches', async () => {
    await using under = new BusUnderTest();
    under.rule('all', ANY);
    under.bus.start();

    under.store.transaction(() => under.enqueue(...Array.from({ length: 3_000 }, (_, id) => ({ id }))));
    await under.settle();

    expect(under.queues.events('all').map(({ id }) => id)).toEqual(
      Array.from({ length: 3_000 }, (_, id) => id),
    );
  });
});

describe('provisioning', () => {
  test('makes the rules of the template, and takes away those that an earlier one had', async () => {
    await using under = new BusUnderTest();
    under.rule('by-hand', ANY);

    under.bus.provision({ rules: [plan('a'), plan('b')], archives: [] });
    under.bus.provision({ rules: [plan('b'), plan('c')], archives: [] });

    expect(under.bus.rules.list().map(({ name }) => name)).toEqual(['b', 'by-hand', 'c']);
    expect(under.bus.rules.targets('a')).toEqual([]);
    expect(under.bus.rules.targets('c')).toMatchObject([{ arn: queueArn('c'), deadLetterArn: null }]);
  });

  test('leaves a rule as the operator switched it, until the template says otherwise', async () => {
    await using under = new BusUnderTest();
    const state = () => under.bus.rules.get('a').state;
    under.bus.provision({ rules: [plan('a')], archives: [] });
    under.bus.rules.setState('a', 'DISABLED');

    under.crash();
    under.bus.provision({ rules: [plan('a')], archives: [] });
    expect(state()).toBe('DISABLED');

    under.bus.provision({ rules: [plan('a', false)], archives: [] });
    under.bus.provision({ rules: [plan('a', true)], archives: [] });
    expect(state()).toBe('ENABLED');
  });

  test('keeps an archive and its events over a restart, with the retention of the new template', async () => {
    await using under = new BusUnderTest();
    const archive = { name: 'kept', arn: '', eventSourceArn: '', retentionDays: 30 };
    under.bus.provision({ rules: [], archives: [archive] });
    under.bus.start();
    under.enqueue({ id: '1' });
    await under.settle();

    under.crash();
    under.bus.provision({ rules: [], archives: [{ ...archive, retentionDays: 7 }] });

    expect(under.bus.archives.get('kept').retentionDays).toBe(7);
    expect(under.bus.archives.contents('kept').eventCount).toBe(1);
  });
});
