import { Duration } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ConsumerDefinition, WorkNumbers } from './consumer-definition.ts';
import { byStage, type Stage } from './stage.ts';

/** A consumer of which nothing is left to a kind. */
export type CompleteDefinition = ConsumerDefinition & WorkNumbers;

/**
 * The definition with the numbers of its kind wherever it says none. Its grants are asked for once, whoever looks at them: an entry may
 * make constructs there.
 */
export function complete(definition: ConsumerDefinition, stage: Stage): CompleteDefinition {
  let grants: readonly PolicyStatement[] | undefined;
  return {
    ...numbersOf(definition, stage),
    ...definition,
    ...(definition.grants !== undefined && {
      grants: (stores) => {
        grants ??= definition.grants!(stores);
        return grants;
      },
    }),
  };
}

function numbersOf({ name, kind = 'quick' }: ConsumerDefinition, stage: Stage): WorkNumbers {
  switch (kind) {
    case 'quick':
      return {
        timeout: Duration.seconds(30),
        memoryMb: 256,
        batchSize: 10,
        batchingWindow: Duration.seconds(0),
        // rides out an hour of outage
        maxReceiveCount: 14,
        maximumConcurrency: byStage(stage, { dev: 2, prod: 50 }),
      };
    case 'slow':
      return {
        timeout: Duration.minutes(15),
        memoryMb: 1_024,
        batchSize: 1,
        batchingWindow: Duration.seconds(0),
        maxReceiveCount: 5,
        maximumConcurrency: byStage(stage, { dev: 2, prod: 20 }),
      };
    case 'batch':
      return {
        timeout: Duration.minutes(1),
        memoryMb: 512,
        batchSize: byStage(stage, { dev: 10, prod: 1_000 }),
        batchingWindow: byStage(stage, { dev: Duration.seconds(0), prod: Duration.seconds(60) }),
        maxReceiveCount: 14,
        maximumConcurrency: byStage(stage, { dev: 2, prod: 10 }),
      };
    default:
      throw new Error(`consumer ${name}: its kind is ${JSON.stringify(kind)}; write quick, slow or batch`);
  }
}

/** Room for six attempts that are throttled before they begin, so that no record is handed out twice while one runs. */
export function leastVisibility({
  timeout,
  batchingWindow,
}: Pick<WorkNumbers, 'timeout' | 'batchingWindow'>): Duration {
  return Duration.seconds(6 * timeout.toSeconds() + batchingWindow.toSeconds());
}

/** How long its queues keep and hide what is in them: what follows from the other numbers, or is the same for nearly all. */
export function deliveryOf(definition: CompleteDefinition) {
  return {
    visibilityTimeout: definition.visibilityTimeout ?? leastVisibility(definition),
    retention: definition.queueRetention ?? Duration.days(4),
    deadLetterRetention: definition.deadLetterRetention ?? Duration.days(14),
  };
}
