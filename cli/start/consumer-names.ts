import type { Plan } from '../../local/plan.ts';

/** The consumer of each function, known by its queue, which is called `<stack>-<consumer>`. */
export function consumersByFunction({ stackName, mappings }: Plan): ReadonlyMap<string, string> {
  return new Map(
    mappings.map(({ functionName, queueArn }) => [functionName, consumerOf(stackName, queueArn)]),
  );
}

/** `one-consumer`, of the queue `Sluice-dev-one-consumer`. @param queue its ARN or name */
export const consumerOf = (stackName: string, queue: string): string =>
  queue.slice(queue.lastIndexOf(':') + 1).replace(`${stackName}-`, '');
