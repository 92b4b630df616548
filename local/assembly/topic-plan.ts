import type { TopicPlan } from '../asked-plan.ts';
import { UnsupportedFeatureError } from '../unsupported-feature-error.ts';
import type { ResolvedResource } from './resolved-resource.ts';
import { evaluatedStatements } from './resource-properties.ts';

type Asked = Pick<TopicPlan, 'policy' | 'unasked'>;

interface TopicPolicy extends Asked {
  readonly topics: readonly string[];
}

/** A policy that cannot be evaluated is no reason not to start: its topics ask nobody then. */
export function topicPolicy({ where, properties }: ResolvedResource): TopicPolicy {
  const topics = properties.required<readonly string[]>('Topics');
  try {
    return { topics, policy: evaluatedStatements(where, properties.required('PolicyDocument')) };
  } catch (error) {
    if (!(error instanceof UnsupportedFeatureError)) throw error;
    return { topics, unasked: error.message };
  }
}

/** A topic, of which only who may publish to it means anything here. One without a policy lets no service in. */
export function planTopic(
  { identity, properties }: ResolvedResource,
  policies: readonly TopicPolicy[],
): TopicPlan {
  const arn = identity.ref;
  const { topics: _, ...asked } = policies.find(({ topics }) => topics.includes(arn)) ?? {
    topics: [],
    policy: [],
  };
  const keyId = properties.tellable<string>('KmsMasterKeyId');
  return { arn, ...asked, ...(keyId !== undefined && { keyId }) };
}
