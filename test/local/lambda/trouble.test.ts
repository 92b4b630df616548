import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { LogFile } from '../../../local/lambda/function-log.ts';
import type { FunctionPlan } from '../../../local/plan.ts';
import { waitFor } from '../../support/wait-for.ts';
import { FunctionUnderTest } from './function-under-test.ts';
import { arnOf, FunctionsUnderTest, namedPlan } from './functions-under-test.ts';

// Vitest fails a run with an unhandled rejection or an uncaught exception: each would end the runtime.

/** No process can be made for it: `spawn` throws, as it does when there is no memory for one. */
const unspawnable = { codeDir: '/nowhere\0' } satisfies Partial<FunctionPlan>;

describe('a process that cannot be made', () => {
  test('rejects the invocation, and holds no place', async () => {
    await using underTest = new FunctionUnderTest('pid', { ...unspawnable, reservedConcurrency: 1 });

    await expect(underTest.invoke()).rejects.toThrow('null bytes');
    await expect(underTest.invoke()).rejects.toThrow('null bytes');

    expect(underTest.lambda.inHand).toBe(0);
    await waitFor(
      () => !process.getActiveResourcesInfo().includes('TCPServerWrap'),
      'its socket to be closed',
    );
  });

  test('is no reason to think that one is on its way after prewarming', async () => {
    await using underTest = new FunctionUnderTest('pid', unspawnable);

    await expect(underTest.lambda.prewarm()).rejects.toThrow('null bytes');

    expect(underTest.lambda.hasIdleEnvironment).toBe(false);
  });

  test('does not keep the others from being prewarmed', async () => {
    await using world = await FunctionsUnderTest.start({
      functions: [namedPlan('raise', unspawnable), namedPlan('pid')],
    });

    await world.functions.prewarm();
    await world.client.send(new InvokeCommand({ FunctionName: 'pid' }));

    expect(world.lines.filter((line) => line.includes('Init Duration'))).toHaveLength(1);
  });

  test('is a 500 to who invokes the function', async () => {
    await using world = await FunctionsUnderTest.start({ functions: [namedPlan('pid', unspawnable)] });

    const invoked = world.client.send(new InvokeCommand({ FunctionName: 'pid' }));

    await expect(invoked).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  });

  test('leaves its messages until their visibility timeout, each tried once in it, and costs them no receive', async () => {
    await using world = await FunctionsUnderTest.start({
      functions: [namedPlan('pid', unspawnable)],
      mappings: [
        {
          functionName: 'pid',
          queueArn: arnOf('work'),
          batchSize: 1,
          maximumBatchingWindowSeconds: 0,
          reportBatchItemFailures: true,
          enabled: true,
        },
      ],
      queues: [{ name: 'work' }],
    });
    const queue = world.sqs.queues.named('work');
    world.functions.start();
    for (const body of ['one', 'two', 'three']) world.sqs.send(queue, body);
    await waitFor(
      () => world.sqs.stats(queue).inFlight === 3 && !world.functions.isBusy(),
      'one try of each',
    );
    expect(world.sqs.stats(queue)).toMatchObject({ visible: 0, inFlight: 3 });

    await world.functions.stop();
    world.clock.advance(60_000);

    const counts = world.sqs.poll(queue, 10).map(({ receiveCount }) => receiveCount);
    expect(counts).toEqual([1, 1, 1]);
  });

  test('is tried again for an event that waits, and costs it no try', async () => {
    await using world = await FunctionsUnderTest.start({ functions: [namedPlan('pid', unspawnable)] });

    await world.client.send(new InvokeCommand({ FunctionName: 'pid', InvocationType: 'Event' }));
    await waitFor(() => !world.functions.isBusy(), 'the first try');
    for (let minute = 0; minute < 10; minute++) world.clock.advance(60_000);

    await waitFor(() => !world.functions.isBusy(), 'the next tries');
    expect(world.functions.pendingAsync()).toBe(1);
  });
});

test('events of one function do not wait for those of another', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'sluice-async-')), 'pids');
  await using world = await FunctionsUnderTest.start({
    functions: [namedPlan('announce'), namedPlan('pid')],
  });
  const slow = Buffer.from(JSON.stringify({ file, waitMs: 900_000 }));
  for (let event = 0; event < 25; event++) {
    await world.client.send(
      new InvokeCommand({ FunctionName: 'announce', InvocationType: 'Event', Payload: slow }),
    );
  }
  await world.client.send(new InvokeCommand({ FunctionName: 'pid', InvocationType: 'Event' }));

  await waitFor(() => world.lines.some((line) => line.startsWith('pid: REPORT')), 'the quick one');
  expect(world.functions.pendingAsync()).toBe(25);
});

describe('a log that cannot be kept', () => {
  test.runIf(process.platform === 'linux')('on a full disk', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-log-'));
    symlinkSync('/dev/full', join(folder, 'group.log'));
    const file = new LogFile(folder, 'group');

    expect(() => file.write('one')).not.toThrow();
    file.close();
  });

  test('where its folder should be', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'sluice-lambda-'));
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(join(dataDir, 'logs'), 'not a folder');
    await using world = await FunctionsUnderTest.start({ dataDir, functions: [namedPlan('pid')] });

    const { FunctionError } = await world.client.send(new InvokeCommand({ FunctionName: 'pid' }));

    expect(FunctionError).toBeUndefined();
    expect(world.lines.some((line) => line.startsWith('pid: REPORT'))).toBe(true);
  });
});
