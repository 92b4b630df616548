import { mkdtempSync, readFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import type { EventSourceMappingPlan } from '../../../local/plan.ts';
import { UnsupportedFeatureError } from '../../../local/unsupported-feature-error.ts';
import { waitFor } from '../../support/wait-for.ts';
import { arnOf, FunctionsUnderTest, namedPlan } from './functions-under-test.ts';

const mapping = (
  functionName: string,
  changes: Partial<EventSourceMappingPlan> = {},
): EventSourceMappingPlan => ({
  functionName,
  queueArn: arnOf('work'),
  batchSize: 10,
  maximumBatchingWindowSeconds: 0,
  maximumConcurrency: 2,
  reportBatchItemFailures: true,
  enabled: true,
  ...changes,
});

const QUEUES = [{ name: 'work' }];

const waiting = (world: FunctionsUnderTest) => {
  const { visible, inFlight } = world.sqs.stats(world.sqs.queues.named('work'));
  return { visible, inFlight };
};

const send = (world: FunctionsUnderTest, body: string) =>
  world.sqs.send(world.sqs.queues.named('work'), body);

describe('a message for a mapped function', () => {
  test('is deleted when the function has handled it', async () => {
    await using world = await FunctionsUnderTest.start({
      functions: [namedPlan('nothing')],
      mappings: [mapping('nothing')],
      queues: QUEUES,
    });
    world.functions.start();
    send(world, 'one');

    await waitFor(() => waiting(world).visible + waiting(world).inFlight === 0, 'the message to be handled');
    expect(world.lines.filter((line) => line.includes(': START'))).toHaveLength(1);
  });

  test.each([
    ['has thrown', 'raise', {}],
    ['was killed at its timeout', 'block', { timeoutSeconds: 1 }],
    ['was killed above its memory', 'hoard', { memoryMb: 192 }],
    ['has exited', 'abort', {}],
    ['cannot be loaded', 'missing', {}],
  ])('comes again after the visibility timeout when the function %s', async (_, handler, changes) => {
    await using world = await FunctionsUnderTest.start({
      functions: [namedPlan(handler, changes)],
      mappings: [mapping(handler)],
      queues: QUEUES,
    });
    world.functions.start();
    const reports = () => world.lines.filter((line) => line.includes(': REPORT')).length;
    send(world, 'one');
    await waitFor(() => reports() === 1 && !world.functions.isBusy(), 'the first try');
    expect(waiting(world)).toEqual({ visible: 0, inFlight: 1 });

    world.clock.advance(60_000);

    await waitFor(() => reports() === 2 && !world.functions.isBusy(), 'the second try');
    expect(waiting(world)).toEqual({ visible: 0, inFlight: 1 });
  });

  test('finds a warm environment, once they are prewarmed', async () => {
    await using world = await FunctionsUnderTest.start({
      functions: [namedPlan('nothing')],
      mappings: [mapping('nothing')],
      queues: QUEUES,
    });
    world.functions.start();
    await world.functions.prewarm();
    for (let message = 0; message < 20; message++) {
      send(world, String(message));
      await waitFor(
        () => waiting(world).visible + waiting(world).inFlight === 0,
        'the message to be handled',
      );
    }

    expect(world.lines.filter((line) => line.includes('Init Duration'))).toHaveLength(1);
  });
});

test('a stop lets what runs end, for as long as it is given', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'sluice-stop-')), 'pids');
  await using world = await FunctionsUnderTest.start({ functions: [namedPlan('announce')] });
  const Payload = Buffer.from(JSON.stringify({ file, waitMs: 300 }));
  const invoked = world.client.send(new InvokeCommand({ FunctionName: 'announce', Payload }));
  await waitFor(() => existsSync(file), 'the function to be at it');
  expect(world.functions.isBusy()).toBe(true);

  await world.functions.stop(5_000);

  expect(await invoked).toMatchObject({ StatusCode: 200 });
  expect((await invoked).FunctionError).toBeUndefined();
  expect(() => process.kill(Number(readFileSync(file, 'utf8')), 0)).toThrow('ESRCH');
});

test('a queue whose messages come again before the function’s timeout is refused, as by AWS', async () => {
  const start = FunctionsUnderTest.start({
    functions: [namedPlan('nothing', { timeoutSeconds: 30 })],
    mappings: [mapping('nothing')],
    queues: [{ name: 'work', visibilityTimeoutSeconds: 29 }],
  });

  await expect(start).rejects.toThrow(UnsupportedFeatureError);
  await expect(start).rejects.toThrow(/visibility timeout of .*:work, 29 s, is less than .* timeout, 30 s/);
});
