import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ObjectAttempt } from '../../../shared/control-api.ts';
import { attemptsOf, errorText, runtimeAttempts } from '../../../cli/fate/attempts.ts';
import { logs, NOW, resetMocks } from '../../support/mocked-aws.ts';
import { consumerNamed, mockedPipeline } from '../../support/mocked-pipeline.ts';

beforeEach(resetMocks);

const AT = NOW.getTime();

const at = (ms: number) => new Date(AT + ms).toISOString();

/** The function has logged these, each so many milliseconds after noon. */
const logSays = (...lines: readonly [afterMs: number, line: object | string][]) =>
  logs.on(FilterLogEventsCommand).resolves({
    events: lines.map(([afterMs, line], index) => ({
      eventId: String(index),
      timestamp: AT + afterMs,
      message: typeof line === 'string' ? line : JSON.stringify(line),
    })),
  });

const attempt = (change: Partial<ObjectAttempt> = {}): ObjectAttempt => ({
  functionName: 'function-metadata-writer',
  queueName: 'Sluice-prod-metadata-writer',
  messageId: 'm1',
  attempt: 1,
  startedAt: NOW.toISOString(),
  durationMs: 40,
  outcome: 'succeeded',
  ...change,
});

async function attempts(known?: readonly ObjectAttempt[]) {
  const pipeline = mockedPipeline();
  const record = known && { attempts: known, messages: [] };
  return await attemptsOf(pipeline, consumerNamed(pipeline, 'metadata-writer'), 'a.csv', NOW, record);
}

describe('the attempts that a log tells of', () => {
  test('have what the line says, and its time', async () => {
    logSays([
      5,
      {
        message: 'failed, to be tried again',
        outcome: 'failed',
        key: 'a.csv',
        event_name: 'ObjectCreated:Put',
        message_id: 'm1',
        sequencer: '0a',
        replay_name: 'again',
        receive_count: 2,
        error: { name: 'SlowDown', message: 'less', stack: 'at' },
      },
    ]);

    expect(await attempts()).toEqual([
      {
        at: '2026-11-20T12:00:00.005Z',
        outcome: 'failed',
        messageId: 'm1',
        eventName: 'ObjectCreated:Put',
        sequencer: '0a',
        replayName: 'again',
        receiveCount: 2,
        error: 'SlowDown: less',
      },
    ]);
  });

  test('have nothing that the line does not say, or says otherwise', async () => {
    logSays([0, { message: 'recorded', key: 'a.csv', message_id: 7, receive_count: '2', error: null }]);

    expect(await attempts()).toEqual([{ at: NOW.toISOString(), outcome: 'recorded' }]);
  });

  test.each<[what: string, line: object | string]>([
    ['about another key, which only begins alike', { outcome: 'recorded', key: 'a.csv.gz' }],
    ['about anything else', { message: 'read the row', key: 'a.csv' }],
    ['that is no JSON', '{"key":"a.csv","outcome":'],
    ['of the platform', 'REPORT RequestId: 4f2'],
  ])('are none in a line %s', async (_, line) => {
    logSays([0, line]);

    expect(await attempts()).toEqual([]);
  });

  test('are asked for since then, by the key', async () => {
    await attempts();

    expect(logs.commandCalls(FilterLogEventsCommand)[0]?.args[0].input).toMatchObject({
      logGroupName: 'log-metadata-writer',
      startTime: AT,
      filterPattern: '{ $.key = "a.csv" }',
    });
  });
});

describe('the attempts that the local runtime knows of', () => {
  test('end as the function’s line of that time says', async () => {
    logSays(
      [10, { outcome: 'failed', key: 'a.csv', message_id: 'm1', error: { message: 'less' } }],
      [60_010, { outcome: 'superseded', key: 'a.csv', message_id: 'm1' }],
    );
    const later = new Date(AT + 60_000).toISOString();

    expect(
      await attempts([attempt({ outcome: 'failed' }), attempt({ attempt: 2, startedAt: later })]),
    ).toEqual([
      {
        at: NOW.toISOString(),
        outcome: 'failed',
        durationMs: 40,
        receiveCount: 1,
        messageId: 'm1',
        error: 'less',
      },
      { at: later, outcome: 'superseded', durationMs: 40, receiveCount: 2, messageId: 'm1' },
    ]);
  });

  test.each([
    [-1, 'done'],
    [0, 'recorded'],
    // it took 40 ms, and the line may be a second late
    [1_040, 'recorded'],
    [1_041, 'done'],
  ])('belong to a line %d ms after their start or not: %s', async (afterMs, outcome) => {
    logSays([afterMs, { outcome: 'recorded', key: 'a.csv', message_id: 'm1' }]);

    expect(await attempts([attempt()])).toMatchObject([{ outcome }]);
  });

  test('do not belong to the line of another message', async () => {
    logSays([0, { outcome: 'recorded', key: 'a.csv', message_id: 'm2' }]);

    expect(await attempts([attempt()])).toMatchObject([{ outcome: 'done' }]);
  });

  test('that left no line are done, failed or dead, as the queue tells, with the runtime’s error', async () => {
    expect(await attempts([attempt({ outcome: 'function-error', error: 'Runtime exited' })])).toMatchObject([
      { outcome: 'function-error', error: 'Runtime exited' },
    ]);
    expect(await attempts([attempt({ outcome: 'failed' })])).toMatchObject([{ outcome: 'failed' }]);
  });

  test('are those of the consumer’s own function', async () => {
    expect(await attempts([attempt({ functionName: 'function-csv-row-counter' })])).toEqual([]);
  });

  test('come oldest first, in whatever order the runtime tells them', async () => {
    const starts = fc.uniqueArray(fc.integer({ min: 0, max: 1e6 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(starts, async (afterMs) => {
        const found = await attempts(afterMs.map((ms) => attempt({ startedAt: at(ms) })));

        expect(found.map((one) => one.at)).toEqual(afterMs.toSorted((left, right) => left - right).map(at));
      }),
      { numRuns: 30 },
    );
  });

  test('are asked for by bucket and key, and in AWS by nobody', async () => {
    const asked: object[] = [];
    const record = { attempts: [attempt()], messages: [] };
    const runtime = {
      attempts: (question: object) => {
        asked.push(question);
        return record;
      },
    };

    expect(await runtimeAttempts(mockedPipeline({ runtime }), 'a.csv')).toBe(record);
    expect(asked).toEqual([{ bucket: 'ingest', key: 'a.csv' }]);
    expect(await runtimeAttempts(mockedPipeline(), 'a.csv')).toBeUndefined();
  });
});

describe('an error in a log', () => {
  test.each<[error: unknown, text: string | undefined]>([
    [{ name: 'SlowDown', message: 'less' }, 'SlowDown: less'],
    [{ message: 'less' }, 'less'],
    [{ name: 'SlowDown', message: 7 }, 'SlowDown'],
    [null, undefined],
    ['less', undefined],
  ])('%j is %j', (error, text) => {
    expect(errorText(error)).toBe(text);
  });
});
