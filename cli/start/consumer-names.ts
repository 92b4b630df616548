import type { Plan } from '../../local/plan.ts';

/** The consumer of each function, known by its queue, which is called `<stack>-<consumer>`. */
export function consumersByFunction({ stackName, mappings }: Plan): ReadonlyMap<string, string> {
  return new Map(
    mappings.map(({ functionName, queueArn }) => [
      functionName,
      queueArn.slice(queueArn.lastIndexOf(':') + 1).replace(`${stackName}-`, ''),
    ]),
  );
}
