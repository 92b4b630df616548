import { OPERATOR_ROLE_NAMES, OPERATOR_ROLES } from '../../shared/operator-roles.ts';
import type { OperatorRolePlan } from '../asked-plan.ts';
import type { PolicyStatement } from '../iam/decision.ts';
import { UnsupportedFeatureError } from '../unsupported-feature-error.ts';
import { evaluatedStatements } from './resource-properties.ts';
import type { StackNames } from './stack-names.ts';

/**
 * The roles of people that the pipelines of a stack have policies for, by the outputs that name these. Nothing in the template has
 * them, so that a policy which cannot be evaluated here is no reason not to start.
 *
 * @param onPassedOver told why there is no such role
 */
export function operatorRolePlans(
  names: StackNames,
  onPassedOver: (line: string) => void,
): readonly OperatorRolePlan[] {
  const { Outputs = {} } = names.stack.template;
  const ids = Object.keys(Outputs).flatMap((output) => /^(.*)IngestBucketName$/.exec(output)?.[1] ?? []);
  return ids.flatMap((pipeline) =>
    OPERATOR_ROLE_NAMES.flatMap((role): OperatorRolePlan[] => {
      const policies = OPERATOR_ROLES[role].map((output) => Outputs[`${pipeline}${output}`]?.Value);
      // a stack of an earlier version has not all of them
      if (policies.some((policy) => policy === undefined)) return [];
      try {
        return [{ role, pipeline, statements: policies.flatMap((policy) => statementsOf(policy, names)) }];
      } catch (error) {
        if (!(error instanceof UnsupportedFeatureError)) throw error;
        onPassedOver(`passed over: the role ${role} of the operator’s policies: ${error.message}`);
        return [];
      }
    }),
  );
}

function statementsOf(output: unknown, names: StackNames): readonly PolicyStatement[] {
  const { Ref: id } = output as { readonly Ref?: string };
  const policy = id === undefined ? undefined : names.resources[id];
  if (policy?.Type !== 'AWS::IAM::ManagedPolicy') {
    throw new UnsupportedFeatureError(`the policy ${JSON.stringify(output)}, which is not of the template`);
  }
  const where = `${policy.Type} ${JSON.stringify(id)}`;
  return evaluatedStatements(where, names.resolver.resolve(policy.Properties?.['PolicyDocument']));
}
