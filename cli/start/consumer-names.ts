import type { Plan } from '../../local/plan.ts';
import { pipelineIds } from './pipeline-ids.ts';

/** The consumer of each function, known by its queue, which is called `<stack>-<consumer>`, or `<stack>-<pipeline’s id>-<consumer>`. */
export function consumersByFunction({
  stackName,
  mappings,
  outputs,
}: Pick<Plan, 'stackName' | 'mappings' | 'outputs'>): ReadonlyMap<string, string> {
  // the stack's own last: what the others begin with begins with it too
  const bases = [
    ...pipelineIds(outputs)
      .filter((id) => id !== '')
      .map((id) => `${stackName}-${id}-`),
    `${stackName}-`,
  ];
  return new Map(
    mappings.map(({ functionName, queueArn }) => {
      const queue = queueArn.slice(queueArn.lastIndexOf(':') + 1);
      const base = bases.find((one) => queue.startsWith(one)) ?? '';
      return [functionName, queue.slice(base.length)];
    }),
  );
}
