import { createHash } from 'node:crypto';
import { resourcePolicyAllows } from '../iam.ts';
import type { NotificationPlan, Plan } from '../plan.ts';
import { AwsError } from '../protocols/aws-error.ts';
import { checkNotifications } from '../s3/notification.ts';
import { filterOf } from '../s3/notification-xml.ts';
import { UnsupportedFeatureError } from '../unsupported-feature-error.ts';
import type { ResourceProperties } from './resource-properties.ts';

/** In the order in which S3 answers them. */
const LISTS = [
  { kind: 'topic', list: 'TopicConfigurations', arn: 'Topic' },
  { kind: 'queue', list: 'QueueConfigurations', arn: 'Queue' },
  { kind: 'function', list: 'LambdaConfigurations', arn: 'Function' },
] as const;

/** What a bucket of the template sends its events to itself. @throws UnsupportedFeatureError for what S3 would refuse */
export function planNotifications(
  where: string,
  configuration: ResourceProperties,
): readonly NotificationPlan[] {
  const plans = LISTS.flatMap(({ kind, list, arn: name }) =>
    configuration.list(list).map((one): NotificationPlan => {
      const filter = one.nested('Filter');
      const key = filter.nested('S3Key');
      const rules = key.list('Rules').map((rule) => {
        const pair = [rule.required<string>('Name'), String(rule.required('Value'))] as const;
        rule.finish();
        return pair;
      });
      const plan = {
        kind,
        arn: one.required<string>(name),
        events: [one.required<string>('Event')],
        ...refusedInWords(where, () => filterOf(rules)),
      };
      for (const part of [key, filter, one]) part.finish();
      return { id: idOf(plan), ...plan };
    }),
  );
  refusedInWords(where, () => checkNotifications(plans));
  return plans;
}

/** CloudFormation makes one up; here it is the same at every start. */
function idOf(plan: object): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('base64url').slice(0, 32);
}

function refusedInWords<Result>(where: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw refusal(where, error.message);
  }
}

/** @throws UnsupportedFeatureError for a destination that S3 would not take: it is not there, or does not let S3 in */
export function checkDestinations({
  buckets,
  functions,
  queues,
  topics = [],
  accountId,
}: Omit<Plan, 'outputs'>): void {
  for (const { name, notifications = [] } of buckets) {
    const from = { service: 's3.amazonaws.com', sourceArn: `arn:aws:s3:::${name}`, sourceAccount: accountId };
    for (const { kind, arn } of notifications) {
      // a topic of elsewhere, and one whose policy cannot be evaluated, ask nobody
      const topic = topics.find((one) => one.arn === arn)?.policy;
      if (kind === 'topic' && topic === undefined) continue;
      const [found, policy, action] =
        kind === 'topic'
          ? [topics, topic ?? [], 'sns:Publish']
          : kind === 'function'
            ? [
                functions,
                functions.find((one) => one.arn === arn)?.permissions ?? [],
                'lambda:InvokeFunction',
              ]
            : [queues, queues.find((one) => one.arn === arn)?.policy ?? [], 'sqs:SendMessage'];
      const isThere = found.some((one) => one.arn === arn);
      if (isThere && resourcePolicyAllows(policy, { ...from, action, resource: arn })) continue;
      const why = isThere
        ? `it does not allow ${from.service} ${action} for this bucket`
        : 'it is not in the template';
      throw refusal(
        `the bucket ${name}`,
        `Unable to validate the following destination configurations: ${arn}: ${why}`,
      );
    }
  }
}

function refusal(where: string, why: string): UnsupportedFeatureError {
  return new UnsupportedFeatureError(
    `${where} with such notifications, and AWS would refuse them: ${why}`,
    'change them in the template',
  );
}
