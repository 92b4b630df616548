import type { RulePlan, TargetRolePlan } from '../plan.ts';
import { UnsupportedFeatureError } from '../unsupported-feature-error.ts';
import { sendingAction, serviceOfArn } from '../would-send/foreign-arn.ts';
import type { RolePlan } from './compute.ts';
import type { ResolvedResource } from './resolved-resource.ts';
import type { ResourceProperties } from './resource-properties.ts';

type TargetPlan = RulePlan['targets'][number];

/** @throws UnsupportedFeatureError for a target that is neither a queue nor one that is recorded, and for what would change the event */
export function planRule({ identity, properties }: ResolvedResource): RulePlan {
  const bus = properties.optional<string>('EventBusName') ?? 'default';
  if (bus !== 'default' && !bus.endsWith(':event-bus/default')) properties.refuse('EventBusName');
  properties.passOver('Name', 'Description', 'Tags');
  return {
    name: identity.ref,
    arn: identity.attributes['Arn']!,
    eventPattern: JSON.stringify(properties.required('EventPattern')),
    enabled: (properties.optional('State') ?? 'ENABLED') !== 'DISABLED',
    targets: properties.list('Targets').map((target) => planTarget(target, identity.attributes['Arn']!)),
  };
}

function planTarget(target: ResourceProperties, ruleArn: string): TargetPlan {
  const deadLetter = target.nested('DeadLetterConfig');
  const retry = target.nested('RetryPolicy');
  const deadLetterArn = deadLetter.optional<string>('Arn');
  const arn = target.required<string>('Arn');
  const isQueue = serviceOfArn(arn) === 'sqs';
  if (!isQueue && sendingAction(arn) === undefined) target.refuse('Arn');
  // it would send the event to itself for ever, and AWS refuses it
  if (arn === ruleArn.replace(/:rule\/.*$/, ':event-bus/default')) target.refuse('Arn');
  const roleArn = target.optional<string>('RoleArn');
  if (isQueue && roleArn !== undefined) target.refuse('RoleArn');
  // AWS takes no state machine without one
  if (sendingAction(arn) === 'states:StartExecution') target.required('RoleArn');
  const plan = {
    id: target.required<string>('Id'),
    arn,
    ...(roleArn !== undefined && { roleArn }),
    ...(deadLetterArn !== undefined && { deadLetterArn }),
    maximumRetryAttempts: retry.number('MaximumRetryAttempts', 185),
    maximumEventAgeSeconds: retry.number('MaximumEventAgeInSeconds', 86_400),
  };
  for (const part of [deadLetter, retry, target]) part.finish();
  return plan;
}

/** The roles that the rules' targets name, each once. @throws UnsupportedFeatureError for a role of elsewhere, or a trust policy that cannot be evaluated */
export function targetRoles(
  rules: readonly RulePlan[],
  roles: ReadonlyMap<string, RolePlan>,
): readonly TargetRolePlan[] {
  const named = rules.flatMap(({ name, targets }) =>
    targets.flatMap(({ roleArn }) => (roleArn === undefined ? [] : [{ rule: name, arn: roleArn }])),
  );
  return [...new Map(named.map(({ rule, arn }) => [arn, rule]))].map(([arn, rule]) => {
    const role = roles.get(arn);
    if (role === undefined) {
      throw new UnsupportedFeatureError(`the rule ${rule} with a role from outside the template: ${arn}`);
    }
    const { name, statements } = role;
    return { name, arn, trust: role.trust(), statements };
  });
}
