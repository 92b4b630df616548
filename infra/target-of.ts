import type { ConsumerTarget } from '../shared/consumer-target.ts';
import type { ConsumerDefinition } from './consumer-definition.ts';

/** Where the consumer's rule sends its events. An ARN may be a token of the CDK. @throws Error for what is no target */
export function targetOf({ name, target }: Pick<ConsumerDefinition, 'name' | 'target'>): ConsumerTarget {
  if (target === undefined) return { kind: 'function' };
  if (target === 'queue') return { kind: 'queue' };
  if (typeof target === 'object' && 'bus' in target) {
    const { bus } = target;
    return { kind: 'bus', arn: typeof bus === 'string' ? bus : bus.eventBusArn };
  }
  if (typeof target === 'object' && 'stateMachine' in target) {
    const { stateMachine } = target;
    return {
      kind: 'state-machine',
      arn: typeof stateMachine === 'string' ? stateMachine : stateMachine.stateMachineArn,
    };
  }
  throw new Error(
    `consumer ${name}: its target is ${JSON.stringify(target)}; write 'queue', { bus } or { stateMachine }, or leave it out for a function`,
  );
}
