import { asLambda, isAllowed } from '../iam.ts';
import { KmsKeys } from '../kms/kms-keys.ts';
import type { EventSourceMappingPlan, Plan } from '../plan.ts';
import { UnsupportedFeatureError } from '../unsupported-feature-error.ts';
import type { LambdaFunction } from './lambda-function.ts';

/** What the role of a mapped function needs; AWS refuses to make the mapping without them. */
const NEEDED_ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** @throws UnsupportedFeatureError for the first mapping of the template that AWS would refuse */
export function checkMappings(plan: Plan, functions: ReadonlyMap<string, LambdaFunction>): void {
  for (const mapping of plan.mappings) {
    const lambda = functions.get(mapping.functionName);
    if (lambda === undefined) {
      throw new Error(`an event source mapping names no function: ${mapping.functionName}`);
    }
    checkVisibility(plan, mapping, lambda);
    checkMapping(mapping, lambda, mapping.queueArn);
    checkKey(plan, mapping, lambda);
  }
}

/** @throws UnsupportedFeatureError for a mapping that AWS would refuse for its role or its numbers */
export function checkMapping(plan: EventSourceMappingPlan, lambda: LambdaFunction, queueArn: string): void {
  const { roleName, name } = lambda.plan;
  const { batchSize, maximumBatchingWindowSeconds, maximumConcurrency = 2 } = plan;
  const refuse = (what: string, nextStep: string): never => {
    throw new UnsupportedFeatureError(
      `the event source mapping of ${name}: ${what}, and AWS would refuse it`,
      nextStep,
    );
  };
  const missing = NEEDED_ACTIONS.filter((action) => !isAllowed(asLambda(lambda.principal), action, queueArn));
  if (missing.length > 0) {
    refuse(`its role ${roleName} lacks ${missing.join(', ')} on ${queueArn}`, 'add the actions to the role');
  }
  if (batchSize < 1 || batchSize > 10_000) {
    refuse(`a batch size of ${batchSize}`, 'choose one from 1 to 10000');
  }
  if (batchSize > 10 && maximumBatchingWindowSeconds < 1) {
    refuse(`a batch size of ${batchSize} without a batching window`, 'give it a window of 1 s or more');
  }
  if (maximumConcurrency < 2 || maximumConcurrency > 1_000) {
    refuse(`a maximum concurrency of ${maximumConcurrency}`, 'choose one from 2 to 1000');
  }
}

/** @throws UnsupportedFeatureError when a message would come again while the function may still be at it */
function checkVisibility(plan: Plan, { queueArn }: EventSourceMappingPlan, lambda: LambdaFunction): void {
  const queue = plan.queues.find(({ arn }) => arn === queueArn);
  const { name, timeoutSeconds } = lambda.plan;
  if (queue === undefined || queue.visibilityTimeoutSeconds >= timeoutSeconds) return;
  throw new UnsupportedFeatureError(
    `the event source mapping of ${name}: the visibility timeout of ${queueArn}, ${queue.visibilityTimeoutSeconds} s, is less than the function's timeout, ${timeoutSeconds} s, and AWS would refuse it`,
    'make it six times the timeout, plus the batching window',
  );
}

/** @throws UnsupportedFeatureError where the role may not open what the queue holds: AWS makes such a mapping, and nothing ever comes */
function checkKey(plan: Plan, { queueArn }: EventSourceMappingPlan, lambda: LambdaFunction): void {
  const key = plan.queues.find(({ arn }) => arn === queueArn)?.key?.id;
  const { roleName, name } = lambda.plan;
  const mayDecrypt = new KmsKeys(plan, plan.keys).allows(asLambda(lambda.principal), {
    key,
    actions: ['kms:Decrypt'],
    via: 'sqs',
    encryptionContext: { 'aws:sqs:arn': queueArn },
  });
  if (mayDecrypt) return;
  throw new UnsupportedFeatureError(
    `the event source mapping of ${name}: its role ${roleName} lacks kms:Decrypt on the key of ${queueArn}, and in AWS no message would reach the function`,
    'add the action to the role',
  );
}
