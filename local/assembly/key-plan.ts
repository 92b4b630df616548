import type { KeyPlan } from '../asked-plan.ts';
import { UnsupportedFeatureError } from '../unsupported-feature-error.ts';
import type { ResolvedResource } from './resolved-resource.ts';
import { evaluatedStatements } from './resource-properties.ts';

interface KeyAlias {
  /** `alias/uploads` */
  readonly name: string;
  /** The key, by id or ARN. */
  readonly target: string;
}

export function keyAlias({ properties }: ResolvedResource): KeyAlias {
  return { name: properties.required('AliasName'), target: properties.required('TargetKeyId') };
}

/**
 * A key, of which only who may use it means anything here. A policy that cannot be evaluated is no reason not to start: the key
 * asks nobody then, and `unasked` says why.
 */
export function planKey(resource: ResolvedResource, aliases: readonly KeyAlias[]): KeyPlan {
  const { identity } = resource;
  const arn = identity.attributes['Arn']!;
  const named = aliases.filter(({ target }) => target === arn || target === identity.ref);
  return { arn, aliases: named.map(({ name }) => name), ...keyPolicy(resource) };
}

function keyPolicy({ where, identity, properties }: ResolvedResource): Pick<KeyPlan, 'policy' | 'unasked'> {
  try {
    const document = properties.optional('KeyPolicy') ?? leftToAccount(identity.attributes['Arn']!);
    return { policy: evaluatedStatements(where, document) };
  } catch (error) {
    if (!(error instanceof UnsupportedFeatureError)) throw error;
    return { unasked: error.message };
  }
}

/** The policy that KMS gives a key without one. */
function leftToAccount(keyArn: string): object {
  const [, partition, , , accountId] = keyArn.split(':');
  const AWS = `arn:${partition}:iam::${accountId}:root`;
  return { Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 'kms:*', Resource: '*' }] };
}
