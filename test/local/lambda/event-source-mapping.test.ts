import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { md5OfAttributes } from '../../../local/sqs/message-attributes.ts';
import { UnsupportedFeatureError } from '../../../local/unsupported-feature-error.ts';
import { MappingUnderTest, QUEUE_ARN } from './mapping-under-test.ts';

const numbered = (count: number, first = 0) =>
  Array.from({ length: count }, (_, index) => String(first + index));

const receivesOf = ({ store }: MappingUnderTest) =>
  store.prepare('SELECT receiver, receive_count FROM sqs_message').all();

describe('a batch', () => {
  test('is an event as SQS gives it to Lambda', async () => {
    using underTest = new MappingUnderTest();
    underTest.mapping.start();
    underTest.sqs.messages.send(underTest.queue, {
      body: '{"key":"é"}',
      attributes: {
        Reason: { DataType: 'String', StringValue: 'malformed-event' },
        Digest: { DataType: 'Binary', BinaryValue: 'AQID' },
      },
    });
    await underTest.settle();

    expect(underTest.invocations[0]?.records).toEqual([
      {
        messageId: expect.stringMatching(/^[\da-f-]{36}$/),
        receiptHandle: expect.any(String),
        body: '{"key":"é"}',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: '000000000000',
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        },
        messageAttributes: {
          Reason: {
            stringValue: 'malformed-event',
            stringListValues: [],
            binaryListValues: [],
            dataType: 'String',
          },
          Digest: { binaryValue: 'AQID', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
        },
        md5OfMessageAttributes: md5OfAttributes({
          Reason: { DataType: 'String', StringValue: 'malformed-event' },
          Digest: { DataType: 'Binary', BinaryValue: 'AQID' },
        }),
        md5OfBody: createHash('md5').update('{"key":"é"}').digest('hex'),
        eventSource: 'aws:sqs',
        eventSourceARN: QUEUE_ARN,
        awsRegion: 'eu-central-1',
      },
    ]);
  });

  test('has at most the batch size, the rest goes on in the next', async () => {
    using underTest = new MappingUnderTest({ batchSize: 4 });
    underTest.mapping.start();
    await underTest.sent(...numbered(10));

    expect(underTest.invocations.map(({ bodies }) => bodies)).toEqual([
      ['0', '1', '2', '3'],
      ['4', '5', '6', '7'],
      ['8', '9'],
    ]);
  });

  test('has at most 6 MB, even when the messages are of 1 MiB, and what is too much goes on in the next', async () => {
    using underTest = new MappingUnderTest({ batchSize: 100, maximumBatchingWindowSeconds: 1 });
    underTest.mapping.start();
    // quotes take two bytes in the event
    const bodies = Array.from({ length: 7 }, (_, index) => `${index}${'"'.repeat(1_000_000)}`);
    await underTest.sent(...bodies);
    await underTest.advance(1_000);
    await underTest.advance(1_000);
    await underTest.advance(1_000);

    const events = underTest.invocations.map(({ records }) => JSON.stringify({ Records: records }));
    expect(events.every((event) => Buffer.byteLength(event) <= 6 * 1024 * 1024)).toBe(true);
    expect(underTest.invocations.flatMap((invocation) => invocation.bodies)).toEqual(bodies);
    expect(events.length).toBeLessThanOrEqual(4);
  });

  test('of large messages takes no more in flight than it may soon need', async () => {
    using underTest = new MappingUnderTest({
      maximumConcurrency: 2,
      batchSize: 100,
      maximumBatchingWindowSeconds: 1,
    });
    underTest.mapping.start();
    await underTest.sent(...Array.from({ length: 40 }, () => 'x'.repeat(1_000_000)));

    expect(underTest.invocations).toHaveLength(2);
    expect(underTest.waiting.inFlight).toBeLessThanOrEqual(20);
  });

  test('is invoked with at once when there is no window', async () => {
    using underTest = new MappingUnderTest();
    underTest.mapping.start();
    await underTest.sent('one');

    expect(underTest.invocations.map(({ bodies }) => bodies)).toEqual([['one']]);
  });

  test('is gathered for the window, from its first message on', async () => {
    using underTest = new MappingUnderTest({
      batchSize: 100,
      maximumBatchingWindowSeconds: 60,
      visibilityTimeoutSeconds: 120,
    });
    underTest.mapping.start();
    await underTest.sent('one');
    await underTest.advance(50_000);
    await underTest.sent('two');
    await underTest.advance(9_000);
    expect(underTest.invocations).toEqual([]);

    await underTest.advance(1_000);

    expect(underTest.invocations.map(({ bodies }) => bodies)).toEqual([['one', 'two']]);

    // and the next batch has a window of its own
    await underTest.sent('three');
    await underTest.advance(59_000);
    expect(underTest.invocations).toHaveLength(1);
    await underTest.advance(1_000);
    expect(underTest.invocations).toHaveLength(2);
  });

  test('does not wait for the window once it is full', async () => {
    using underTest = new MappingUnderTest({
      batchSize: 3,
      maximumBatchingWindowSeconds: 60,
      visibilityTimeoutSeconds: 120,
    });
    underTest.mapping.start();
    await underTest.sent('one', 'two', 'three', 'four');

    expect(underTest.invocations.map(({ bodies }) => bodies)).toEqual([['one', 'two', 'three']]);
    await underTest.advance(60_000);
    expect(underTest.invocations.map(({ bodies }) => bodies)).toEqual([['one', 'two', 'three'], ['four']]);
  });

  test('whose window ends while all are busy, goes when one is done', async () => {
    using underTest = new MappingUnderTest({
      batchSize: 2,
      maximumBatchingWindowSeconds: 10,
      maximumConcurrency: 2,
    });
    underTest.mapping.start();
    await underTest.sent(...numbered(5));
    await underTest.advance(30_000);
    expect(underTest.invocations.map(({ bodies }) => bodies)).toEqual([
      ['0', '1'],
      ['2', '3'],
    ]);

    underTest.invocations[0]?.answer({});
    await underTest.settle();
    await underTest.advance(10_000);

    expect(underTest.invocations.map(({ bodies }) => bodies)).toEqual([['2', '3'], ['4']]);
  });
});

describe('when an invocation ends', () => {
  test.each([
    ['with nothing said, all are deleted', 'null', []],
    ['with an empty list, all are deleted', '{"batchItemFailures":[]}', []],
    ['with an unknown item, all stay', '{"batchItemFailures":[{"itemIdentifier":"x"}]}', ['a', 'b', 'c']],
    ['with an answer that is no object, all stay', '"fine"', ['a', 'b', 'c']],
    ['with no JSON, all stay', '{', ['a', 'b', 'c']],
  ])('%s', async (_, answer, staying) => {
    using underTest = new MappingUnderTest();
    underTest.mapping.start();
    await underTest.sent('a', 'b', 'c');
    underTest.invocations[0]?.answerText(answer);
    await underTest.settle();

    expect(underTest.waiting).toEqual({ visible: 0, inFlight: staying.length });
    await underTest.advance(60_000);
    expect(underTest.invocations.flatMap(({ bodies }) => bodies)).toEqual(staying);
  });

  test('with some failed, these stay invisible for the visibility timeout, and come again with their count', async () => {
    using underTest = new MappingUnderTest();
    underTest.mapping.start();
    await underTest.sent('a', 'b', 'c');
    const [invocation] = underTest.invocations;
    invocation?.answer({ batchItemFailures: [{ itemIdentifier: invocation.records[1]?.messageId }] });
    await underTest.advance(59_000);
    expect(underTest.invocations).toEqual([]);

    await underTest.advance(1_000);

    expect(underTest.invocations.map(({ bodies }) => bodies)).toEqual([['b']]);
    expect(underTest.invocations[0]?.records[0]?.['attributes']).toMatchObject({
      ApproximateReceiveCount: '2',
    });
  });

  test('with an error, all stay, whatever the payload says', async () => {
    using underTest = new MappingUnderTest();
    underTest.mapping.start();
    await underTest.sent('a', 'b');
    underTest.invocations[0]?.fail();
    await underTest.advance(60_000);

    expect(underTest.invocations.map(({ bodies }) => bodies)).toEqual([['a', 'b']]);
  });

  test('without ReportBatchItemFailures, an answer deletes all of them', async () => {
    using underTest = new MappingUnderTest({ reportBatchItemFailures: false });
    underTest.mapping.start();
    await underTest.sent('a', 'b');
    const [invocation] = underTest.invocations;
    invocation?.answer({ batchItemFailures: [{ itemIdentifier: invocation.records[0]?.messageId }] });
    await underTest.settle();

    expect(underTest.waiting).toEqual({ visible: 0, inFlight: 0 });
  });

  test('too late, what another has received since stays with the other', async () => {
    using underTest = new MappingUnderTest({ visibilityTimeoutSeconds: 1 });
    underTest.mapping.start();
    await underTest.sent('a');
    await underTest.advance(1_000);
    const [early, late] = underTest.invocations;
    expect(late?.bodies).toEqual(['a']);

    early?.answer({});
    await underTest.settle();

    expect(underTest.waiting).toEqual({ visible: 0, inFlight: 1 });
  });
});

describe('concurrency', () => {
  test('is at most what the mapping says', async () => {
    using underTest = new MappingUnderTest({ batchSize: 1, maximumConcurrency: 3 });
    underTest.mapping.start();
    await underTest.sent(...numbered(20));
    while (underTest.invocations.length > 0) {
      underTest.invocations[0]?.answer({});
      await underTest.settle();
    }

    expect(underTest.mostAtATime).toBe(3);
    expect(underTest.waiting).toEqual({ visible: 0, inFlight: 0 });
  });

  test('grows for full batches at once, though no environment is idle', async () => {
    using underTest = new MappingUnderTest({ batchSize: 5, maximumConcurrency: 4 });
    underTest.lambda.hasIdleEnvironment = false;
    underTest.mapping.start();
    await underTest.sent(...numbered(17));

    expect(underTest.invocations.map(({ bodies }) => bodies.length)).toEqual([5, 5, 5]);
  });

  test('does not grow for a few messages while the busy one may soon be done', async () => {
    using underTest = new MappingUnderTest();
    underTest.lambda.hasIdleEnvironment = false;
    underTest.mapping.start();
    await underTest.sent('one');
    await underTest.sent('two');
    await underTest.sent('three');
    expect(underTest.invocations.map(({ bodies }) => bodies)).toEqual([['one']]);

    underTest.invocations[0]?.answer({});
    await underTest.settle();

    expect(underTest.invocations.map(({ bodies }) => bodies)).toEqual([['two', 'three']]);
  });

  test('grows when they have waited a tenth of a second', async () => {
    using underTest = new MappingUnderTest();
    underTest.lambda.hasIdleEnvironment = false;
    underTest.mapping.start();
    await underTest.sent('one');
    await underTest.sent('two');
    await underTest.advance(100);

    expect(underTest.invocations.map(({ bodies }) => bodies)).toEqual([['one'], ['two']]);

    // the next ones wait for as long
    await underTest.sent('three');
    expect(underTest.invocations).toHaveLength(2);
    await underTest.advance(100);
    expect(underTest.invocations).toHaveLength(3);
  });
});

describe('a mapping', () => {
  test('takes what waited before it started', async () => {
    using underTest = new MappingUnderTest();
    await underTest.sent('one');
    underTest.mapping.start();
    await underTest.settle();

    expect(underTest.invocations.map(({ bodies }) => bodies)).toEqual([['one']]);
  });

  test('takes none after its stop, and still deletes what was done', async () => {
    using underTest = new MappingUnderTest();
    underTest.mapping.start();
    await underTest.sent('one');
    underTest.mapping.stop();
    await underTest.sent('two');
    underTest.invocations[0]?.answer({});
    await underTest.settle();

    expect(underTest.invocations).toEqual([]);
    expect(underTest.waiting).toEqual({ visible: 1, inFlight: 0 });
  });

  test('gives back at the next start what a runtime that was killed had in flight', async () => {
    using underTest = new MappingUnderTest();
    underTest.mapping.start();
    await underTest.sent('one', 'two');
    underTest.mapping.stop();
    expect(underTest.waiting).toEqual({ visible: 0, inFlight: 2 });

    underTest.sqs.provision([]);

    expect(underTest.waiting).toEqual({ visible: 2, inFlight: 0 });
  });

  test('counts a receive when the function gets the message, and not while it is gathered', async () => {
    using underTest = new MappingUnderTest();
    const environment = Promise.withResolvers<void>();
    underTest.coldStart = environment.promise;
    underTest.mapping.start();
    await underTest.sent('one');
    const gathered = receivesOf(underTest);

    environment.resolve();
    await underTest.settle();

    expect(gathered).toEqual([{ receiver: 'event-source-mapping', receive_count: 0 }]);
    expect(receivesOf(underTest)).toEqual([{ receiver: 'function', receive_count: 1 }]);
    expect(underTest.invocations[0]?.records[0]?.['attributes']).toMatchObject({
      ApproximateReceiveCount: '1',
    });
  });

  test('lets a failed message wait on, and count, when the runtime ends meanwhile', async () => {
    using underTest = new MappingUnderTest();
    underTest.mapping.start();
    await underTest.sent('one');
    underTest.invocations[0]?.fail();
    await underTest.settle();

    underTest.sqs.provision([]);

    expect(receivesOf(underTest)).toEqual([{ receiver: null, receive_count: 1 }]);
    expect(underTest.waiting).toEqual({ visible: 0, inFlight: 1 });
  });

  test('outlives an error of the store, and tries again', async () => {
    using underTest = new MappingUnderTest();
    underTest.mapping.start();
    underTest.store.db.exec(
      "CREATE TRIGGER full BEFORE UPDATE ON sqs_message BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    );
    await underTest.sent('one');
    expect(underTest.invocations).toEqual([]);

    underTest.store.db.exec('DROP TRIGGER full');
    await underTest.advance(1_000);

    expect(underTest.invocations.map(({ bodies }) => bodies)).toEqual([['one']]);
  });

  test.each([
    [{ actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'] }, /lacks sqs:GetQueueAttributes on arn:/],
    [
      { actions: [] },
      /role ConsumerRole lacks sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes/,
    ],
    [{ batchSize: 11 }, /a batch size of 11 without a batching window/],
    [{ batchSize: 10_001, maximumBatchingWindowSeconds: 1 }, /a batch size of 10001/],
    [{ maximumConcurrency: 1 }, /a maximum concurrency of 1,/],
  ])('that AWS would refuse is refused: %j', (changes, message) => {
    expect(() => new MappingUnderTest(changes)).toThrow(UnsupportedFeatureError);
    expect(() => new MappingUnderTest(changes)).toThrow(message);
  });
});

test('every message is deleted once it succeeds and not before, whatever fails, and in whatever order', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('send' as const), count: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ do: fc.constant('answer' as const), which: fc.nat(5), failing: fc.array(fc.nat(9)) }),
    fc.record({ do: fc.constant('fail' as const), which: fc.nat(5) }),
    fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 70_000 }) }),
  );
  const options = fc.record({
    batchSize: fc.integer({ min: 1, max: 10 }),
    maximumBatchingWindowSeconds: fc.constantFrom(0, 0, 5),
    maximumConcurrency: fc.integer({ min: 2, max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(options, fc.array(step, { maxLength: 30 }), async (plan, steps) => {
      using underTest = new MappingUnderTest(plan);
      underTest.mapping.start();
      const succeeded = new Set<string>();
      let sent = 0;
      const end = (invocation: MappingUnderTest['invocations'][number], failing: readonly number[]): void => {
        const failed = invocation.records.filter((_, index) => failing.includes(index));
        for (const record of invocation.records) if (!failed.includes(record)) succeeded.add(record.body);
        invocation.answer({
          batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })),
        });
      };
      for (const what of steps) {
        const invocation = 'which' in what ? underTest.invocations[what.which] : undefined;
        if (what.do === 'send') underTest.send(...numbered((sent += what.count), 0).slice(-what.count));
        else if (what.do === 'advance') underTest.clock.advance(what.ms);
        else if (what.do === 'fail') invocation?.fail();
        else if (invocation !== undefined) end(invocation, what.failing);
        await underTest.settle();
        const { visible, inFlight } = underTest.waiting;
        expect(visible + inFlight).toBeGreaterThanOrEqual(sent - succeeded.size);
      }
      for (
        let round = 0;
        round < 100 && underTest.waiting.visible + underTest.waiting.inFlight > 0;
        round++
      ) {
        while (underTest.invocations[0] !== undefined) end(underTest.invocations[0], []);
        await underTest.advance(20_000);
      }

      expect(underTest.waiting).toEqual({ visible: 0, inFlight: 0 });
      expect([...succeeded].toSorted()).toEqual(numbered(sent).toSorted());
      expect(underTest.mostAtATime).toBeLessThanOrEqual(plan.maximumConcurrency);
    }),
    { numRuns: 60 },
  );
});
