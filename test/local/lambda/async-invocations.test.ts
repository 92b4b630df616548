import { readFileSync, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { UnsupportedFeatureError } from '../../../local/unsupported-feature-error.ts';
import { deadLetter } from '../../../local/lambda/failed-event.ts';
import { Tally } from '../../../local/storage/tally.ts';
import { waitFor } from '../../support/wait-for.ts';
import { arnOf, FunctionsUnderTest, namedPlan } from './functions-under-test.ts';

const MINUTE_MS = 60_000;
const QUEUES = [{ name: 'failures' }];
const asyncInvoke = (changes: object = {}) => ({
  asyncInvoke: {
    maximumRetryAttempts: 2,
    maximumEventAgeSeconds: 21_600,
    onFailureArn: arnOf('failures'),
    ...changes,
  },
});

async function accept(world: FunctionsUnderTest, FunctionName: string, event: object) {
  const { StatusCode, Payload, $metadata } = await world.client.send(
    new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: Buffer.from(JSON.stringify(event)) }),
  );
  return { StatusCode, answer: Buffer.from(Payload ?? []).toString(), requestId: $metadata.requestId };
}

/** Lets the tries under way end. */
const quiet = async (world: FunctionsUnderTest) =>
  waitFor(() => !world.functions.isBusy(), 'the invocation to end');

const starts = (world: FunctionsUnderTest) =>
  world.lines.filter((line) => line.includes(': START')).map((line) => line.split(' ').at(-3));

describe('an event for later', () => {
  test('is answered at once with 202, and handled', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'sluice-async-')), 'pids');
    await using world = await FunctionsUnderTest.start({ functions: [namedPlan('announce')] });

    const accepted = await accept(world, 'announce', { file, waitMs: 0 });
    expect(accepted).toMatchObject({ StatusCode: 202, answer: '' });
    await quiet(world);

    expect(readFileSync(file, 'utf8')).toMatch(/^\d+\n$/);
    expect(world.functions.pendingAsync()).toBe(0);
    expect(starts(world)).toEqual([accepted.requestId]);
  });

  test('that fails is tried after a minute and after two more, under one request id, and then its failure is recorded', async () => {
    await using world = await FunctionsUnderTest.start({
      functions: [namedPlan('raise', asyncInvoke())],
      queues: QUEUES,
    });

    const { requestId } = await accept(world, 'raise', { key: 'é' });
    await quiet(world);
    world.clock.advance(MINUTE_MS - 1_000);
    await quiet(world);
    expect(starts(world)).toHaveLength(1);
    world.clock.advance(1_000);
    await quiet(world);
    expect(starts(world)).toHaveLength(2);
    world.clock.advance(2 * MINUTE_MS - 1_000);
    await quiet(world);
    expect(starts(world)).toHaveLength(2);
    expect(world.functions.pendingAsync()).toBe(1);
    world.clock.advance(1_000);
    await quiet(world);

    expect(starts(world)).toEqual([requestId, requestId, requestId]);
    expect(world.functions.pendingAsync()).toBe(0);
    const letters = world.letters('failures');
    expect(letters.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      {
        version: '1.0',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        requestContext: {
          requestId,
          functionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:raise:$LATEST',
          condition: 'RetriesExhausted',
          approximateInvokeCount: 3,
        },
        requestPayload: { key: 'é' },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: { errorType: 'TypeError', errorMessage: 'it went wrong', trace: expect.any(Array) },
      },
    ]);
  });

  test('is tried no more once it is older than its maximum age', async () => {
    await using world = await FunctionsUnderTest.start({
      functions: [namedPlan('raise', asyncInvoke({ maximumEventAgeSeconds: 90 }))],
      queues: QUEUES,
    });

    await accept(world, 'raise', {});
    await quiet(world);
    world.clock.advance(MINUTE_MS);
    await quiet(world);

    expect(starts(world)).toHaveLength(2);
    const [letter] = world.letters('failures');
    expect(JSON.parse(letter!.body)).toMatchObject({
      requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 2 },
    });
  });

  test('is tried once when no retries are wanted, and goes as it was to a dead-letter queue', async () => {
    await using world = await FunctionsUnderTest.start({
      functions: [
        namedPlan(
          'raise',
          asyncInvoke({ maximumRetryAttempts: 0, onFailureArn: undefined, deadLetterArn: arnOf('failures') }),
        ),
      ],
      queues: QUEUES,
    });

    const { requestId } = await accept(world, 'raise', { key: 1 });
    await quiet(world);

    const [letter] = world.letters('failures');
    expect(letter?.body).toBe('{"key":1}');
    expect(letter?.attributes).toMatchObject({
      RequestID: { DataType: 'String', StringValue: requestId },
      ErrorCode: { DataType: 'Number', StringValue: '200' },
      ErrorMessage: { DataType: 'String', StringValue: 'it went wrong' },
    });
  });

  test('its letter has the first kilobyte of the error, in whole characters', () => {
    const errorMessage = `x${'ü'.repeat(1_000)}`;
    const { ErrorMessage } = deadLetter({
      requestId: 'r',
      functionArn: 'arn',
      failedAtMs: 0,
      condition: 'RetriesExhausted',
      tries: 3,
      payload: '{}',
      answer: JSON.stringify({ errorMessage }),
    });

    expect(ErrorMessage).toBe(`x${'ü'.repeat(511)}`);
  });

  test('survives a stop in the middle, and is tried again at the next start', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'sluice-async-')), 'pids');
    let dataDir: string;
    {
      await using world = await FunctionsUnderTest.start({ functions: [namedPlan('announce')] });
      ({ dataDir } = world);
      await accept(world, 'announce', { file, waitMs: 60_000 });
      await waitFor(() => existsSync(file), 'the function to be at it');
    }

    await using world = await FunctionsUnderTest.start({
      dataDir,
      functions: [namedPlan('announce', { handler: 'handlers.nothing' })],
    });
    expect(world.functions.pendingAsync()).toBe(1);
    world.functions.start();
    await quiet(world);

    expect(world.functions.pendingAsync()).toBe(0);
  });

  test('that takes the machine down is given back three times, and then counts as failed', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'sluice-async-'));
    const options = {
      dataDir,
      functions: [namedPlan('raise', asyncInvoke({ maximumRetryAttempts: 0 }))],
      queues: QUEUES,
    };
    {
      await using world = await FunctionsUnderTest.start(options);
      await world.functions.stop();
      await accept(world, 'raise', { key: 'poison' });
    }
    const states = [];
    for (let life = 0; life < 4; life++) {
      await using world = await FunctionsUnderTest.start(options);
      // as a kill leaves it that comes while the function is at it
      world.store.db.exec('UPDATE lambda_async_invocation SET under_way = 1, due_at = due_at + 3600000');
      world.functions.start();
      states.push({ left: world.functions.pendingAsync(), tally: new Tally(world.store).counts() });
      if (life < 3) continue;
      expect(world.letters('failures').map(({ body }) => JSON.parse(body) as object)).toMatchObject([
        {
          requestContext: { condition: 'RetriesExhausted' },
          requestPayload: { key: 'poison' },
          responsePayload: { errorType: 'Runtime.ExitError' },
        },
      ]);
    }

    expect(states).toEqual([
      { left: 1, tally: { 'given-back': 1 } },
      { left: 1, tally: { 'given-back': 2 } },
      { left: 1, tally: { 'given-back': 3 } },
      { left: 0, tally: { 'given-back': 3 } },
    ]);
  });

  test('that fails for the last time and has no destination is dropped with a count', async () => {
    await using world = await FunctionsUnderTest.start({
      functions: [
        namedPlan('raise', { asyncInvoke: { maximumRetryAttempts: 0, maximumEventAgeSeconds: 21_600 } }),
      ],
    });

    await accept(world, 'raise', {});
    await quiet(world);

    expect(world.functions.pendingAsync()).toBe(0);
    expect(new Tally(world.store).counts()).toEqual({ 'dropped-events': 1 });
  });

  test.each([
    [
      { onFailureArn: 'arn:aws:sns:eu-central-1:000000000000:topic' },
      /topic as the destination of raise's failures/,
    ],
    [{}, /its role ConsumerRole lacks sqs:SendMessage on arn:aws:sqs:eu-central-1:000000000000:failures/],
  ])('has no destination that AWS would refuse: %j', async (changes, message) => {
    const start = FunctionsUnderTest.start({
      functions: [namedPlan('raise', { statements: [], ...asyncInvoke(changes) })],
      queues: QUEUES,
    });

    await expect(start).rejects.toThrow(UnsupportedFeatureError);
    await expect(start).rejects.toThrow(message);
  });
});
