/** What the ARN of a state machine looks like, for messages. */
export const STATE_MACHINE_EXAMPLE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:count-large-files';

export const isStateMachineArn = (arn: string): boolean =>
  /^arn:[\w-]+:states:[\w-]+:\d{12}:stateMachine:[\w-]+$/.test(arn);

/** What the CDK context `handOver` names, if anything. @throws Error naming what it holds and what it may */
export function parseHandOver(handOver: unknown): string | undefined {
  if (handOver === undefined) return undefined;
  if (typeof handOver === 'string' && isStateMachineArn(handOver)) return handOver;
  throw new Error(
    `context handOver is ${JSON.stringify(handOver)}: it must be the ARN of a state machine, such as ${STATE_MACHINE_EXAMPLE}`,
  );
}
