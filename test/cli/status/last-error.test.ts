import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { beforeEach, describe, expect, test } from 'vitest';
import { lastErrorIn } from '../../../cli/status/last-error.ts';
import { logs, NOW, resetMocks } from '../../support/mocked-aws.ts';
import { consumerNamed, mockedPipeline } from '../../support/mocked-pipeline.ts';

beforeEach(resetMocks);

const AT = NOW.getTime() - 1_000;

async function lastError() {
  const pipeline = mockedPipeline();
  return await lastErrorIn(pipeline, consumerNamed(pipeline, 'metadata-writer'));
}

/** What the log tells of these lines, a millisecond between them. */
async function lastErrorOf(...lines: readonly string[]) {
  logs.on(FilterLogEventsCommand).resolves({
    events: lines.map((message, index) => ({ eventId: String(index), timestamp: AT + index, message })),
  });
  return await lastError();
}

/** How far back each question went, in minutes. */
const windows = () =>
  logs
    .commandCalls(FilterLogEventsCommand)
    .map(({ args: [{ input }] }) => (NOW.getTime() - (input.startTime ?? 0)) / 60_000);

describe('the last error in a consumer’s log', () => {
  test.each<[what: string, line: string, error: string]>([
    [
      'has the name and the message of the error',
      '{"level":"WARN","message":"failed","error":{"name":"SlowDown","message":"less"}}',
      'SlowDown: less',
    ],
    [
      'has the message alone where the name is empty',
      '{"level":"ERROR","error":{"name":"","message":"less"}}',
      'less',
    ],
    ['is the line’s text where it has no error', '{"level":"ERROR","message":"no table"}', 'no table'],
    [
      'is the line’s text where its error is none',
      '{"level":"ERROR","message":"no table","error":null}',
      'no table',
    ],
    [
      'is Lambda’s line of a function that took too long',
      '2026-11-20T11:59:59.000Z 4f2 Task timed out after 3.00 seconds',
      'Task timed out after 3.00 seconds',
    ],
    [
      'is Lambda’s line of a function that died',
      'RequestId: 4f2 Error: Runtime exited with error: signal: killed',
      'Runtime exited with error: signal: killed',
    ],
    [
      'is what Node’s runtime says of an invocation',
      '2026-11-20T11:59:59.000Z\t4f2\tERROR\tInvoke Error\t{"errorType":"TypeError","errorMessage":"x is undefined"}',
      'TypeError: x is undefined',
    ],
    [
      'is the runtime’s own words where it gives no error',
      '2026-11-20T11:59:59.000Z\t4f2\tERROR\tUncaught Exception \tno JSON',
      'Uncaught Exception',
    ],
  ])('%s', async (_, line, error) => {
    expect(await lastErrorOf(line)).toEqual({ at: '2026-11-20T11:59:59.000Z', error });
  });

  test.each([
    '{"level":"INFO","message":"recorded","error":{"name":"SlowDown","message":"less"}}',
    '{"level":"WARN"}',
    'START RequestId: 4f2 Version: $LATEST',
    '2026-11-20T11:59:59.000Z\t4f2\tWARN\tslow',
    '{"level":"ERROR"',
    '',
  ])('is none in the line %j', async (line) => {
    expect(await lastErrorOf(line)).toBeUndefined();
  });

  test('is the newest, though a line about something else comes after it', async () => {
    const found = await lastErrorOf(
      '{"level":"ERROR","message":"first"}',
      '{"level":"ERROR","message":"second"}',
      '{"level":"INFO","message":"recorded"}',
    );

    expect(found).toEqual({ at: new Date(AT + 1).toISOString(), error: 'second' });
  });

  test('is looked for in the last minute alone where that has one', async () => {
    await lastErrorOf('{"level":"ERROR","message":"first"}');

    expect(windows()).toEqual([1]);
  });

  test('is looked for further and further back, two hours at most', async () => {
    expect(await lastError()).toBeUndefined();
    expect(windows()).toEqual([1, 15, 120]);
  });

  test('is that of the first two thousand lines: the rest of a long log is not read', async () => {
    const page = Array.from({ length: 1_000 }, (_, index) => ({ eventId: String(index), timestamp: AT }));
    logs.on(FilterLogEventsCommand).callsFake(({ nextToken = '0' }: { nextToken?: string }) => ({
      events: page.map((event) => ({
        ...event,
        message: `{"level":"ERROR","message":"of page ${nextToken}"}`,
      })),
      nextToken: String(Number(nextToken) + 1),
    }));

    expect(await lastError()).toMatchObject({ error: 'of page 1' });
    expect(windows()).toEqual([1, 1]);
  });
});
