import { assetFolder, chosenStack, stacksOf, type AssembledStack } from './assembly/cloud-assembly.ts';
import { neededResources } from './assembly/needs.ts';
import { checkDestinations } from './assembly/notifications.ts';
import { operatorRolePlans } from './assembly/operator-role-plans.ts';
import { passedOverLines } from './assembly/passed-over.ts';
import { hasNoLocalMeaning, planResources } from './assembly/resources.ts';
import { ResourceProperties } from './assembly/resource-properties.ts';
import { StackNames } from './assembly/stack-names.ts';
import { standInBuckets } from './assembly/stand-in-bucket.ts';
import type { Plan } from './plan.ts';
import { UnsupportedFeatureError } from './unsupported-feature-error.ts';

export interface AssemblyOptions {
  /** The cloud assembly: `cdk.out`. */
  readonly directory: string;
  /** Which of its stacks. @default the only one, or the only one with a pipeline */
  readonly stack?: string | undefined;
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  /** Called with a line for each resource and output that is passed over. @default nobody is told */
  readonly onPassedOver?: (line: string) => void;
}

/**
 * Reads a stack of a cloud assembly into the plan of what has to exist on this machine. What nothing of the pipeline needs is
 * passed over.
 *
 * @throws MissingAssemblyError when there is none, StackChoiceError when the stack has to be named
 * @throws UnsupportedFeatureError naming the resource or property that is needed and cannot be honoured
 */
export function readAssembly(options: AssemblyOptions): Plan {
  const { directory, endpoint, region, accountId, onPassedOver = () => {} } = options;
  const stacks = stacksOf(directory);
  const stack = chosenStack(stacks, options.stack);
  const place = { endpoint, region, accountId };
  const names = new StackNames(stack, stacks, place);
  const needed = neededResources({ ...stack.template, Resources: names.resources }, names.condition);
  const entries = Object.entries(names.resources);
  const others = entries.filter(([id, { Type }]) => !needed.has(id) && !hasNoLocalMeaning(Type));
  for (const line of passedOverLines(
    names.resources,
    others.map(([id]) => id),
  )) {
    onPassedOver(line);
  }
  const planned = planResources(
    entries
      .filter(([logicalId]) => needed.has(logicalId))
      .map(([logicalId, { Type, Properties, Condition }]) => {
        const where = `${Type} ${JSON.stringify(logicalId)}`;
        if (Condition !== undefined) names.checkCondition(where, Condition);
        return {
          logicalId,
          type: Type,
          where,
          // of what cannot run, the one that refers to it says so
          get identity() {
            return names.identity(logicalId)!;
          },
          properties: new ResourceProperties(where, Properties ?? {}, names.resolver.resolve),
        };
      }),
    (objectKey) => assetFolder(stack, objectKey),
  );
  for (const { arn, unasked } of [...(planned.keys ?? []), ...(planned.topics ?? [])]) {
    if (unasked !== undefined) {
      onPassedOver(`passed over: the policy of ${arn}: nobody is asked who may use it: ${unasked}`);
    }
  }
  const outputs = resolvedOutputs(stack, names, onPassedOver);
  const buckets = [...planned.buckets, ...standInBuckets(outputs, planned.buckets)];
  const operatorRoles = operatorRolePlans(names, onPassedOver);
  const plan = { stackName: stack.stackName, ...place, ...planned, buckets, operatorRoles, outputs };
  checkDestinations(plan);
  return plan;
}

/** What a pipeline says of itself; without one of these nobody could use it. */
const PIPELINE_OUTPUT = /(IngestBucketName|ExistingBucket|RuleName|Target|Keeps)$/;

/** Another team's output may tell of something that does not run here. */
function resolvedOutputs(
  { template }: AssembledStack,
  names: StackNames,
  onPassedOver: (line: string) => void,
): Readonly<Record<string, string>> {
  const outputs: Record<string, string> = {};
  for (const [name, { Value, Condition }] of Object.entries(template.Outputs ?? {})) {
    try {
      if (Condition !== undefined && !names.condition(Condition)) continue;
      outputs[name] = String(names.resolver.resolve(Value));
    } catch (error) {
      if (!(error instanceof UnsupportedFeatureError) || PIPELINE_OUTPUT.test(name)) throw error;
      onPassedOver(`passed over: output ${name}: ${error.message}`);
    }
  }
  return outputs;
}
