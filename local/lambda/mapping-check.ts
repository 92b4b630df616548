import { isAllowed } from '../iam.ts';
import type { EventSourceMappingPlan } from '../plan.ts';
import { UnsupportedFeatureError } from '../unsupported-feature-error.ts';
import type { LambdaFunction } from './lambda-function.ts';

/** What the role of a mapped function needs; AWS refuses to make the mapping without them. */
const NEEDED_ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** @throws UnsupportedFeatureError for a mapping that AWS would refuse */
export function checkMapping(plan: EventSourceMappingPlan, lambda: LambdaFunction, queueArn: string): void {
  const { roleName, name } = lambda.plan;
  const { batchSize, maximumBatchingWindowSeconds, maximumConcurrency = 2 } = plan;
  const refuse = (what: string, nextStep: string): never => {
    throw new UnsupportedFeatureError(
      `the event source mapping of ${name}: ${what}, and AWS would refuse it`,
      nextStep,
    );
  };
  const missing = NEEDED_ACTIONS.filter((action) => !isAllowed(lambda.principal, action, queueArn));
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
