import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  eachRecord,
  wholeBatch,
  type Outcome,
  type RecordContext,
} from '../../../functions/batch/sqs-batch.ts';
import { InvalidEventError } from '../../../shared/object-event/invalid-event-error.ts';
import type { ObjectEvent } from '../../../shared/object-event/object-event.ts';
import { backfill, busEvent, notification } from '../../support/object-events.ts';
import { failedIds, lambdaContext, sqsBatch, sqsMessage } from '../../support/invocations.ts';

const replayed = (key: string) => ({ ...busEvent({ key }), 'replay-name': 'again' });

const sqs = mockClient(SQSClient);

/** What has been sent to the dead-letter queue, as reason, body and attributes. */
const letters = (): { reason: string; body: string; error: string; original: string }[] =>
  sqs.commandCalls(SendMessageCommand).map(({ args: [{ input }] }) => {
    const attribute = (name: string): string => input.MessageAttributes?.[name]?.StringValue ?? '';
    return {
      reason: attribute('Reason'),
      body: input.MessageBody ?? '',
      error: `${attribute('ErrorName')}: ${attribute('ErrorMessage')}`,
      original: attribute('OriginalMessageId'),
    };
  });

/** The visibility that was set, by message. */
const backoffs = (): Record<string, number | undefined> =>
  Object.fromEntries(
    sqs
      .commandCalls(ChangeMessageVisibilityCommand)
      .map(({ args: [{ input }] }) => [
        input.ReceiptHandle?.replace('receipt-of-', ''),
        input.VisibilityTimeout,
      ]),
  );

const recorded = async (): Promise<Outcome> => 'recorded';
const direct = () => eachRecord(recorded, { trigger: 'direct' });
/** A classic notification of several keys. */
const records = (...keys: string[]) => ({
  Records: keys.flatMap((key) => notification({ key })['Records']),
});

/** A whole-batch consumer that settles each key as said, and the rest as recorded. */
const settle = (fates: Record<string, Outcome | Error>) => async (events: readonly ObjectEvent[]) =>
  Promise.allSettled(
    events.map(async ({ key }) => {
      const fate = fates[key];
      if (fate instanceof Error) {
        throw fate;
      }
      return fate ?? 'recorded';
    }),
  );

/** What the function has logged. */
const lines: Record<string, unknown>[] = [];

beforeEach(() => {
  sqs.reset();
  sqs.on(SendMessageCommand).resolves({});
  sqs.on(ChangeMessageVisibilityCommand).resolves({});
  vi.stubEnv('KEEPS', '"nothing"');
  vi.stubEnv('QUEUE_URL', 'http://127.0.0.1/queue');
  vi.stubEnv('DEAD_LETTER_QUEUE_URL', 'http://127.0.0.1/letters');
  vi.stubEnv('MAX_RECEIVE_COUNT', '5');
  lines.length = 0;
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    lines.push(
      ...String(chunk)
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    );
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    lines.push(
      ...String(chunk)
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    );
    return true;
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('eachRecord, on a queue', () => {
  test('gives the consumer each event of each body, in any shape, and leaves nothing in the queue', async () => {
    const seen: [string, string][] = [];
    const handler = eachRecord(async (event) => {
      seen.push([event.origin, event.key]);
      return 'recorded';
    });

    const two = {
      Records: [notification({ key: 'b b' }), notification({ key: 'c' })].flatMap(({ Records }) => Records),
    };
    const answer = await handler(
      sqsBatch(sqsMessage(busEvent({ key: 'a+a' })), sqsMessage(two), sqsMessage(backfill({ key: 'd' }))),
      lambdaContext(),
    );

    expect(answer).toEqual({ batchItemFailures: [] });
    expect(seen.toSorted(([, left], [, right]) => left.localeCompare(right))).toEqual([
      ['eventbridge', 'a+a'],
      ['notification', 'b b'],
      ['notification', 'c'],
      ['backfill', 'd'],
    ]);
  });

  test('fails the one record that throws, backs it off, and leaves its nine neighbours done', async () => {
    const handler = eachRecord(
      async ({ key }) => {
        if (key === 'k4') {
          throw new Error('throttled');
        }
        return 'recorded';
      },
      { random: () => 0.5 },
    );
    const messages = Array.from({ length: 10 }, (_, index) =>
      sqsMessage(busEvent({ key: `k${index}` }), { id: `m${index}`, receiveCount: 2 }),
    );

    const answer = await handler(sqsBatch(...messages), lambdaContext());

    expect(failedIds(answer)).toEqual(['m4']);
    expect(backoffs()).toEqual({ m4: 23 });
    expect(letters()).toEqual([]);
  });

  test.each([
    ['malformed-event', 'not json'],
    ['malformed-event', { hello: 'world' }],
    ['malformed-event', { ...busEvent(), detail: {} }],
    ['unsupported-event', { ...busEvent(), 'detail-type': 'Object Teleported' }],
    ['unsupported-event', { ...busEvent(), version: '9' }],
  ])('sends a letter at once for a %s, its body unchanged', async (reason, body) => {
    const message = sqsMessage(body, { id: 'poison' });

    const answer = await eachRecord(recorded)(sqsBatch(message, sqsMessage(busEvent())), lambdaContext());

    expect(failedIds(answer)).toEqual([]);
    expect(letters()).toMatchObject([{ reason, body: message.body, original: 'poison' }]);
    expect(letters()[0]?.error).toMatch(/^InvalidEventError: /);
  });

  test('sends a letter with the last error on the last receive', async () => {
    const handler = eachRecord(() => Promise.reject(new TypeError('no table')));
    const messages = [4, 5, 6].map((receiveCount) =>
      sqsMessage(busEvent(), { id: `received-${receiveCount}`, receiveCount }),
    );

    const answer = await handler(sqsBatch(...messages), lambdaContext());

    expect(failedIds(answer)).toEqual(['received-4']);
    expect(letters().map(({ reason, error, original }) => [reason, error, original])).toEqual([
      ['retries-exhausted', 'TypeError: no table', 'received-6'],
      ['retries-exhausted', 'TypeError: no table', 'received-5'],
    ]);
  });

  test('keeps the message when the dead-letter queue refuses its letter', async () => {
    sqs.on(SendMessageCommand).rejects(new Error('AccessDenied'));
    const messages = [sqsMessage('not json', { id: 'poison' }), sqsMessage(busEvent(), { id: 'good' })];

    const answer = await eachRecord(recorded)(sqsBatch(...messages), lambdaContext());

    expect(failedIds(answer)).toEqual(['poison']);
  });

  test('keeps its answer when the backoff cannot be set', async () => {
    sqs.on(ChangeMessageVisibilityCommand).rejects(new Error('AccessDenied'));
    const messages = ['a', 'b'].map((id) => sqsMessage(busEvent({ key: id }), { id }));
    const handler = eachRecord(({ key }) => (key === 'a' ? Promise.reject(new Error('no')) : recorded()));

    const answer = await handler(sqsBatch(...messages), lambdaContext());

    expect(failedIds(answer)).toEqual(['a']);
  });

  test('fails the body of which one event fails, once all its events were tried', async () => {
    const seen: string[] = [];
    const handler = eachRecord(async ({ key }) => {
      seen.push(key);
      if (key === 'first') {
        throw new Error('no');
      }
      return 'recorded';
    });
    const body = {
      Records: [notification({ key: 'first' }), notification({ key: 'second' })].flatMap(
        ({ Records }) => Records,
      ),
    };

    const answer = await handler(sqsBatch(sqsMessage(body, { id: 'both' })), lambdaContext());

    expect(failedIds(answer)).toEqual(['both']);
    expect(seen).toEqual(['first', 'second']);
  });

  test('tries a body again of which one event is refused for good and another might succeed', async () => {
    const handler = eachRecord(({ key }) =>
      Promise.reject(
        key === 'refused' ? new InvalidEventError('malformed-event', 'no') : new Error('throttled'),
      ),
    );

    const answer = await handler(
      sqsBatch(sqsMessage(records('refused', 'throttled'), { id: 'both' })),
      lambdaContext(),
    );

    expect(failedIds(answer)).toEqual(['both']);
    expect(letters()).toEqual([]);
  });

  test('gives neither folder placeholders nor test notifications to the consumer, and is done with them', async () => {
    const consume = vi.fn<() => Promise<Outcome>>(recorded);
    const bodies = [busEvent({ key: 'photos/' }), notification({ key: 'a b/' }), { Event: 's3:TestEvent' }];

    const answer = await eachRecord(consume)(
      sqsBatch(...bodies.map((body) => sqsMessage(body))),
      lambdaContext(),
    );

    expect(answer).toEqual({ batchItemFailures: [] });
    expect(consume).not.toHaveBeenCalled();
  });

  test('abandons what hangs at the deadline, and does not begin what is left, so that the done stay done', async () => {
    vi.useFakeTimers();
    const end = Date.now() + 30_000;
    const begun: string[] = [];
    let aborted: unknown;
    const handler = eachRecord(
      async ({ key }, { signal }) => {
        begun.push(key);
        if (key === 'hangs') {
          signal.addEventListener('abort', () => (aborted = signal.reason));
          await new Promise(() => {});
        }
        return 'recorded';
      },
      { concurrency: 1 },
    );
    const messages = ['done', 'hangs', 'waits'].map((key) => sqsMessage(busEvent({ key }), { id: key }));

    const answer = handler(
      sqsBatch(...messages),
      lambdaContext(() => end - Date.now()),
    );
    await vi.advanceTimersByTimeAsync(28_000);

    expect(failedIds(await answer)).toEqual(['hangs', 'waits']);
    expect(begun).toEqual(['done', 'hangs']);
    expect(aborted).toMatchObject({ name: 'OutOfTimeError' });
  });

  test('takes the records nearest to their last receive first, and letters one that time never reaches', async () => {
    vi.useFakeTimers();
    const end = Date.now() + 30_000;
    const begun: string[] = [];
    const handler = eachRecord(
      async ({ key }) => {
        begun.push(key);
        vi.setSystemTime(Date.now() + 15_000);
        return 'recorded';
      },
      { concurrency: 1 },
    );
    const messages = [1, 5, 5, 5].map((receiveCount, index) =>
      sqsMessage(busEvent({ key: `k${index}` }), { id: `m${index}`, receiveCount }),
    );

    const answer = await handler(
      sqsBatch(...messages),
      lambdaContext(() => end - Date.now()),
    );

    expect(begun).toEqual(['k1', 'k2']);
    expect(failedIds(answer)).toEqual(['m0']);
    expect(letters()).toMatchObject([{ reason: 'retries-exhausted', original: 'm3' }]);
    expect(letters()[0]?.error).toMatch(/^OutOfTimeError: not begun/);
  });

  test('tells the consumer which message it is and how often it was received', async () => {
    let context: RecordContext | undefined;
    const handler = eachRecord(async (_, given) => {
      context = given;
      return 'superseded';
    });

    await handler(sqsBatch(sqsMessage(busEvent(), { id: 'm', receiveCount: 3 })), lambdaContext(12_345));

    expect(context).toMatchObject({ messageId: 'm', receiveCount: 3 });
    expect(context?.remainingTimeMs()).toBe(12_345);
  });

  test('lets any set of messages fail without hurting another: failed and lettered are exactly what threw', async () => {
    const fate = fc.constantFrom('recorded', 'superseded', 'skipped', 'throws', 'poison', 'exhausted');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fate, { maxLength: 30 }),
        fc.integer({ min: 1, max: 12 }),
        async (fates, concurrency) => {
          sqs.resetHistory();
          const handler = eachRecord(
            async ({ key }) => {
              const outcome = fates[Number(key)]!;
              if (outcome === 'throws' || outcome === 'exhausted') {
                throw new Error(outcome);
              }
              return outcome as Outcome;
            },
            { concurrency },
          );
          const messages = fates.map((each, index) =>
            sqsMessage(each === 'poison' ? 'not json' : busEvent({ key: String(index) }), {
              id: String(index),
              receiveCount: each === 'exhausted' ? 5 : 1,
            }),
          );

          const answer =
            fates.length > 0
              ? await handler(sqsBatch(...messages), lambdaContext())
              : { batchItemFailures: [] };

          const idsOf = (...kinds: string[]): string[] =>
            [...fates.entries()].filter(([, each]) => kinds.includes(each)).map(([index]) => String(index));
          expect(failedIds(answer).toSorted()).toEqual(idsOf('throws').toSorted());
          expect(
            letters()
              .map(({ original }) => original)
              .toSorted(),
          ).toEqual(idsOf('poison', 'exhausted').toSorted());
          expect(Object.keys(backoffs()).toSorted()).toEqual(idsOf('throws').toSorted());
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('eachRecord of a function that has no queue', () => {
  beforeEach(() => {
    for (const name of ['KEEPS', 'QUEUE_URL', 'DEAD_LETTER_QUEUE_URL', 'MAX_RECEIVE_COUNT']) {
      vi.stubEnv(name, undefined);
    }
  });

  test('loads without the variables that tell of one, takes notifications and skips placeholders', async () => {
    expect(await direct()(records('new', 'photos/'), lambdaContext())).toEqual({
      written: 1,
      superseded: 0,
      skipped: 1,
    });
  });

  test('refuses messages of a queue, and loses none', async () => {
    await expect(direct()(sqsBatch(sqsMessage(busEvent())), lambdaContext())).rejects.toThrow(
      "messages of an SQS queue came to a handler with trigger: 'direct'",
    );
  });

  test('does not load without them where nobody said that there is none', () => {
    expect(() => eachRecord(recorded)).toThrow('environment variable QUEUE_URL is missing');
  });
});

describe('eachRecord, called directly', () => {
  const outcomeOf: Record<string, Outcome> = { new: 'recorded', old: 'superseded', version: 'skipped' };
  const handler = () =>
    eachRecord(async ({ key }) => outcomeOf[key] ?? Promise.reject(new Error(`cannot do ${key}`)));

  test('takes an EventBridge event and answers how many were written', async () => {
    expect(await handler()(busEvent({ key: 'new' }), lambdaContext())).toEqual({
      written: 1,
      superseded: 0,
      skipped: 0,
    });
  });

  test('takes a classic notification, and skips folder placeholders', async () => {
    const answer = await handler()(records('new', 'photos/', 'old', 'new', 'version'), lambdaContext());

    expect(answer).toEqual({ written: 2, superseded: 1, skipped: 2 });
  });

  test('throws what an event failed with, once the others are done, for Lambda to retry', async () => {
    const done: string[] = [];
    const consume = async ({ key }: ObjectEvent): Promise<Outcome> => {
      if (key === 'bad') {
        throw new TypeError('cannot do bad');
      }
      done.push(key);
      return 'recorded';
    };

    await expect(eachRecord(consume)(records('bad', 'a', 'b'), lambdaContext())).rejects.toThrow(TypeError);
    expect(done).toEqual(['a', 'b']);
    expect(sqs.calls()).toEqual([]);
  });

  test('throws several failures together', async () => {
    await expect(handler()(records('bad', 'new', 'worse'), lambdaContext())).rejects.toThrow(
      /^2 of 3 events failed, the first with: Error: cannot do bad$/,
    );
  });

  test.each([
    [null],
    ['text'],
    [{}],
    [{ Records: [{ eventSource: 'aws:sns' }] }],
    [{ Records: [{ eventSource: 'aws:sqs' }] }],
  ])('refuses %j, which is no event, by throwing', async (payload) => {
    await expect(handler()(payload, lambdaContext())).rejects.toThrow(/event|record/);
  });

  test('refuses a batch that mixes messages and notifications', async () => {
    const mixed = { Records: [sqsMessage(busEvent()), ...records('new').Records] };

    await expect(handler()(mixed, lambdaContext())).rejects.toThrow(/aws:sqs/);
  });

  test('answers an empty list of records, of whichever sender, with success', async () => {
    expect(await handler()({ Records: [] }, lambdaContext())).toEqual({
      written: 0,
      superseded: 0,
      skipped: 0,
      batchItemFailures: [],
    });
  });

  test('answers the test notification', async () => {
    expect(await handler()({ Service: 'Amazon S3', Event: 's3:TestEvent' }, lambdaContext())).toMatchObject({
      written: 0,
    });
  });
});

describe('wholeBatch', () => {
  test('gives the consumer all events of the batch at once', async () => {
    const calls: string[][] = [];
    const handler = wholeBatch(async (events) => {
      calls.push(events.map(({ key }) => key).toSorted());
      return Promise.allSettled(events.map(recorded));
    });

    await handler(
      sqsBatch(...['a', 'b', 'photos/', 'c'].map((key) => sqsMessage(busEvent({ key })))),
      lambdaContext(),
    );

    expect(calls).toEqual([['a', 'b', 'c']]);
  });

  test('fails the messages whose events failed, and only those', async () => {
    const two = { Records: ['b', 'c'].flatMap((key) => notification({ key })['Records']) };
    const messages = [
      sqsMessage('not json', { id: 'poison' }),
      sqsMessage(busEvent({ key: 'a' }), { id: 'a' }),
      sqsMessage(two, { id: 'b-c' }),
      sqsMessage(busEvent({ key: 'd' }), { id: 'd', receiveCount: 5 }),
      sqsMessage(busEvent({ key: 'e' }), { id: 'e', receiveCount: 2 }),
    ];
    const handler = wholeBatch(settle({ c: new Error('slow down'), d: new Error('slow down') }));

    const answer = await handler(sqsBatch(...messages), lambdaContext());

    expect(failedIds(answer)).toEqual(['b-c']);
    expect(letters().map(({ reason, original }) => [reason, original])).toEqual([
      ['malformed-event', 'poison'],
      ['retries-exhausted', 'd'],
    ]);
  });

  test.each([
    ['throws', () => Promise.reject(new Error('no'))],
    ['forgets an event', async () => []],
  ])('fails every message when the consumer %s', async (_, consume) => {
    const messages = ['a', 'b'].map((id) => sqsMessage(busEvent({ key: id }), { id }));

    const answer = await wholeBatch(consume)(sqsBatch(...messages), lambdaContext());

    expect(failedIds(answer)).toEqual(['a', 'b']);
    expect(Object.keys(backoffs())).toEqual(['a', 'b']);
  });

  test('does not call the consumer for nothing', async () => {
    const consume = vi.fn<() => Promise<[]>>(async () => []);

    const answer = await wholeBatch(consume)(sqsBatch(sqsMessage('not json')), lambdaContext());

    expect(answer).toEqual({ batchItemFailures: [] });
    expect(consume).not.toHaveBeenCalled();
  });

  test('called directly, answers how many were written, and throws a failure', async () => {
    const handler = wholeBatch(settle({ b: new Error('slow down') }));

    expect(await handler(busEvent({ key: 'a' }), lambdaContext())).toMatchObject({ written: 1 });
    await expect(handler(busEvent({ key: 'b' }), lambdaContext())).rejects.toThrow('slow down');
  });
});

describe('telemetry', () => {
  test('says of each event its bucket, key, sequencer and message, with the key as data', async () => {
    const key = '%s %d\r\n{"level":"FATAL"} __proto__';

    await eachRecord(recorded)(sqsBatch(sqsMessage(busEvent({ key }), { id: 'm' })), lambdaContext());

    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'INFO',
        message: 'recorded',
        outcome: 'recorded',
        bucket: 'ingest',
        key,
        sequencer: '0000000000000000617f08299329d189',
        message_id: 'm',
      }),
    );
  });

  test('names the object in the line of a failure too, for whoever asks what became of it', async () => {
    const handler = eachRecord(async () => Promise.reject(new Error('slow down')));

    await handler(
      sqsBatch(sqsMessage(busEvent({ key: 'a' }), { id: 'm', receiveCount: 2 })),
      lambdaContext(),
    );

    expect(lines).toContainEqual(
      expect.objectContaining({
        message: 'failed, to be tried again',
        outcome: 'failed',
        bucket: 'ingest',
        key: 'a',
        message_id: 'm',
        receive_count: 2,
      }),
    );
  });

  test('says of a folder placeholder that it was skipped', async () => {
    const placeholder = busEvent({ key: 'photos/', replayName: 'again' });

    await eachRecord(recorded)(sqsBatch(sqsMessage(placeholder, { id: 'm' })), lambdaContext());

    expect(lines).toContainEqual(
      expect.objectContaining({
        message: 'skipped',
        outcome: 'skipped',
        key: 'photos/',
        message_id: 'm',
        replay_name: 'again',
      }),
    );
  });

  test('says of a whole batch what became of the live events, and of those of each replay', async () => {
    const handler = wholeBatch(settle({ b: 'superseded', c: new Error('slow down') }));

    await handler(
      sqsBatch(...[replayed('a'), replayed('b'), busEvent({ key: 'c' })].map((event) => sqsMessage(event))),
      lambdaContext(),
    );

    expect(lines.filter(({ message }) => message === 'batch')).toMatchObject([
      { replay_name: 'again', events: 2, recorded: 1, superseded: 1, failed: 0 },
      { events: 1, recorded: 0, superseded: 0, failed: 1 },
    ]);
  });

  test('counts outcomes, failures and letters, and the age of live events', async () => {
    const time = new Date(Math.floor(Date.now() / 1000) * 1000 - 60_000).toISOString();
    const handler = eachRecord(({ key }) => (key === 'bad' ? Promise.reject(new Error('no')) : recorded()));

    await handler(
      sqsBatch(
        sqsMessage(busEvent({ key: 'live', time })),
        sqsMessage(busEvent({ key: 'replayed', replayName: 'again' })),
        sqsMessage(backfill({ key: 'found' })),
        sqsMessage(busEvent({ key: 'photos/' })),
        sqsMessage(busEvent({ key: 'bad' })),
        sqsMessage('not json'),
      ),
      lambdaContext(),
    );

    const metrics = lines.find((line) => '_aws' in line);
    expect(metrics).toMatchObject({ Recorded: [1, 1, 1], Skipped: 1, Failed: 1, DeadLettered: 1 });
    expect(metrics?.['EventAge']).toBeGreaterThanOrEqual(60_000);
    expect(metrics?.['EventAge']).toBeLessThan(120_000);
  });

  test('has what is counted in the log alone in its line, and no metric of it', async () => {
    vi.stubEnv('LOGGED_COUNTS', 'Recorded,Superseded,Skipped,DeadLettered,EventAge');
    const handler = eachRecord(recorded);

    await handler(sqsBatch(sqsMessage(busEvent()), sqsMessage(busEvent({ key: 'two' }))), lambdaContext());
    await handler(sqsBatch(sqsMessage(busEvent())), lambdaContext());

    const counted = lines.filter((line) => 'counted' in line);
    expect(counted).toMatchObject([{ counted: { Recorded: 2 } }, { counted: { Recorded: 1 } }]);
    expect(counted.filter((line) => '_aws' in line)).toEqual([]);
  });

  test('leaves out the success of live events where it is told to, and not of one that was tried before', async () => {
    vi.stubEnv('LOGGED_SUCCESSES', '0');
    const handler = eachRecord(({ key }) => (key === 'bad' ? Promise.reject(new Error('no')) : recorded()));

    await handler(
      sqsBatch(
        sqsMessage(busEvent({ key: 'live' })),
        sqsMessage(busEvent({ key: 'again' }), { receiveCount: 2 }),
        sqsMessage(busEvent({ key: 'replayed', replayName: 'all' })),
        sqsMessage(busEvent({ key: 'photos/' })),
        sqsMessage(busEvent({ key: 'bad' })),
      ),
      lambdaContext(),
    );

    expect(lines.flatMap(({ outcome, key }) => (outcome === undefined ? [] : [[key, outcome]]))).toEqual(
      expect.arrayContaining([
        ['again', 'recorded'],
        ['replayed', 'recorded'],
        ['bad', 'failed'],
      ]),
    );
    expect(lines.filter(({ outcome }) => outcome !== undefined)).toHaveLength(3);
  });

  test('names the invocation in each line, and a trace that is recorded', async () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0');
    await eachRecord(recorded)(sqsBatch(sqsMessage(busEvent())), lambdaContext());
    vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1');
    await eachRecord(recorded)(sqsBatch(sqsMessage(busEvent())), lambdaContext());

    const [untraced, traced] = lines.filter(({ outcome }) => outcome === 'recorded');
    expect(untraced).toMatchObject({ function_request_id: lambdaContext().awsRequestId });
    expect(untraced).not.toHaveProperty('xray_trace_id');
    expect(traced).toMatchObject({ xray_trace_id: '1-5759e988-bd862e3fe1be46a994272793' });
  });

  test('says of the first invocation alone that it was a cold start', async () => {
    vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', 'on-demand');
    vi.resetModules();
    const started = await import('../../../functions/batch/sqs-batch.ts');
    const handler = started.eachRecord(recorded);

    await handler(sqsBatch(sqsMessage(busEvent({ key: 'a' }))), lambdaContext());
    await handler(sqsBatch(sqsMessage(busEvent({ key: 'b' })), sqsMessage('not json')), lambdaContext());

    expect(
      lines.flatMap(({ message, key, cold_start: cold }) => (message ? [[message, key, cold]] : [])),
    ).toEqual([
      ['recorded', 'a', true],
      ['dead-lettered', undefined, undefined],
      ['recorded', 'b', undefined],
    ]);
  });

  test('says the event in each line that a consumer writes, whatever it is given, and the same of two at once', async () => {
    const both = Promise.withResolvers<void>();
    let seen = 0;
    const handler = eachRecord(async ({ key }, { logger }) => {
      seen += 1;
      if (seen === 2) both.resolve();
      await both.promise;
      logger.warn('a text', { rows: 1 });
      logger.info({ message: 'an object', rows: 2, key: `not ${key}` }, { rows: 3 });
      logger.error('an error', new TypeError('odd'));
      logger.debug('too much');
      return 'superseded';
    });

    await handler(
      sqsBatch(
        sqsMessage(busEvent({ key: 'a' }), { id: 'm1' }),
        sqsMessage(backfill({ key: 'b' }), { id: 'm2' }),
      ),
      lambdaContext(),
    );

    const common = ['level', 'message', 'timestamp', 'service', 'function_request_id'];
    const ofA = ['bucket', 'key', 'event_name', 'sequencer', 'request_id', 'message_id'];
    const ofB = ['bucket', 'key', 'event_name', 'origin', 'message_id'];
    const written = lines.filter((line) => 'key' in line);
    expect(written.map(({ level, message, key, message_id: id }) => [level, message, key, id])).toEqual([
      ['WARN', 'a text', 'a', 'm1'],
      ['INFO', 'an object', 'not a', 'm1'],
      ['ERROR', 'an error', 'a', 'm1'],
      ['WARN', 'a text', 'b', 'm2'],
      ['INFO', 'an object', 'not b', 'm2'],
      ['ERROR', 'an error', 'b', 'm2'],
      ['INFO', 'superseded', 'a', 'm1'],
      ['INFO', 'superseded', 'b', 'm2'],
    ]);
    expect(written.map(({ rows }) => rows)).toEqual([1, 3, undefined, 1, 3, undefined, undefined, undefined]);
    expect(written[2]).toMatchObject({ error: { name: 'TypeError', message: 'odd' } });
    expect(Object.keys(written[0]!)).toEqual([...common, ...ofA, 'rows']);
    expect(Object.keys(written[5]!)).toEqual([...common, ...ofB, 'error']);
    expect(Object.keys(written[6]!)).toEqual([...common, ...ofA, 'outcome', 'duration_ms']);
  });

  test('writes nothing of an invocation that had nothing to do', async () => {
    await eachRecord(recorded)({ Records: [] }, lambdaContext());

    expect(lines).toEqual([]);
  });

  test('names the variable that a function was deployed without', () => {
    vi.stubEnv('DEAD_LETTER_QUEUE_URL', undefined);

    expect(() => eachRecord(recorded)).toThrow(/DEAD_LETTER_QUEUE_URL is missing/);
  });
});
