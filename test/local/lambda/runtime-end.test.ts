import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { waitFor } from '../../support/wait-for.ts';
import { arnOf, FunctionsUnderTest, namedPlan } from './functions-under-test.ts';

test('a message that a stop cuts off in a function has no failed attempt, and its receive is given back', async () => {
  const dataDir = temporaryFolder('runtime-end');
  const file = join(dataDir, 'pids');
  const plan = namedPlan('announceRecord');
  const options = {
    dataDir,
    functions: [plan],
    mappings: [
      {
        functionName: plan.name,
        queueArn: arnOf('work'),
        batchSize: 1,
        maximumBatchingWindowSeconds: 0,
        reportBatchItemFailures: true,
        enabled: true,
      },
    ],
    queues: [{ name: 'work' }],
  };
  {
    await using world = await FunctionsUnderTest.start(options);
    world.functions.start();
    world.sqs.send(world.sqs.queues.named('work'), JSON.stringify({ file, waitMs: 60_000 }));
    await waitFor(() => existsSync(file), 'the function to be at it', 30_000);
    await world.functions.stop(0);
    expect(world.store.prepare('SELECT outcome FROM lambda_attempt').all()).toEqual([]);
  }

  await using world = await FunctionsUnderTest.start(options);

  const messages = world.sqs.poll(world.sqs.queues.named('work'), 1);
  expect(messages.map(({ receiveCount }) => receiveCount)).toEqual([1]);
});
