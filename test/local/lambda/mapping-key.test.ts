import { expect, test } from 'vitest';
import type { PolicyStatement } from '../../../local/iam/decision.ts';
import { arnOf, FunctionsUnderTest, namedPlan } from './functions-under-test.ts';

const KEY = 'arn:aws:kms:eu-central-1:000000000000:key/11111111-2222-4333-8444-555555555555';

/** Lambda with a function that is mapped to an encrypted queue, and may do this besides all of SQS. */
const started = async (...more: readonly PolicyStatement[]) =>
  FunctionsUnderTest.start({
    functions: [
      namedPlan('echo', {
        statements: [{ effect: 'Allow', actions: ['sqs:*'], resources: ['*'] }, ...more],
      }),
    ],
    queues: [{ name: 'locked', key: { id: KEY, reuseSeconds: 300 } }],
    keys: [
      {
        arn: KEY,
        aliases: [],
        policy: [
          {
            effect: 'Allow',
            principals: ['arn:aws:iam::000000000000:root'],
            actions: ['kms:*'],
            resources: ['*'],
          },
        ],
      },
    ],
    mappings: [
      {
        functionName: 'echo',
        queueArn: arnOf('locked'),
        batchSize: 1,
        maximumBatchingWindowSeconds: 0,
        reportBatchItemFailures: true,
        enabled: true,
      },
    ],
  });

test('a mapping of an encrypted queue is refused to a role that may not decrypt', async () => {
  await expect(started()).rejects.toThrow(
    /the event source mapping of echo: its role \w+ lacks kms:Decrypt on the key of arn:aws:sqs:\S+:locked, and in AWS no message would reach the function; add the action to the role/,
  );
});

test('a mapping of an encrypted queue is made for a role that may', async () => {
  await using lambda = await started({ effect: 'Allow', actions: ['kms:Decrypt'], resources: [KEY] });

  expect(lambda.functions).toBeDefined();
});
