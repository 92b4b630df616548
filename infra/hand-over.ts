import { Token } from 'aws-cdk-lib';
import { allow } from './allow.ts';
import type { ConsumerDefinition } from './consumer-definition.ts';
import { isStateMachineArn, STATE_MACHINE_EXAMPLE } from './state-machine-arn.ts';

/** What a team promises that hands over. */
const WHY = 'it does what the function would, and writes nothing to the ingest bucket';

/**
 * The consumer, which hands over to a state machine what is too large for its function: one execution for each such object. The machine
 * must not write to the ingest bucket: this says so for it (`endsAt`), and no check can see it where the app does not make the machine.
 *
 *     consumers: [(stage) => handingOver(counter(stage), machine.stateMachineArn)]
 *
 * @param stateMachineArn may be a token of the CDK
 * @throws Error naming an ARN that is none
 */
export function handingOver(definition: ConsumerDefinition, stateMachineArn: string): ConsumerDefinition {
  if (!Token.isUnresolved(stateMachineArn) && !isStateMachineArn(stateMachineArn)) {
    throw new Error(
      `consumer ${definition.name}: it is to hand over to ${JSON.stringify(stateMachineArn)}, which is not the ARN of a state machine; write it like ${STATE_MACHINE_EXAMPLE}`,
    );
  }
  return {
    ...definition,
    endsAt: [...[definition.endsAt ?? []].flat(), `${stateMachineArn}, ${WHY}`],
    environment: (stores) => ({
      ...definition.environment?.(stores),
      HAND_OVER_STATE_MACHINE_ARN: stateMachineArn,
    }),
    grants: (stores) => [
      ...(definition.grants?.(stores) ?? []),
      allow(['states:StartExecution'], stateMachineArn),
    ],
  };
}
