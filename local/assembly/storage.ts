import type { BucketPlan, LifecycleRule, TablePlan } from '../plan.ts';
import { UnsupportedFeatureError } from '../unsupported-feature-error.ts';
import type { ResolvedResource } from './resolved-resource.ts';
import { policyStatements, type ResourceProperties } from './resource-properties.ts';

export function planBucket({ identity, properties }: ResolvedResource): BucketPlan {
  properties.passOver('BucketName', 'PublicAccessBlockConfiguration', 'OwnershipControls', 'Tags');
  const encryption = properties.nested('BucketEncryption');
  for (const rule of encryption.list('ServerSideEncryptionConfiguration')) {
    const byDefault = rule.nested('ServerSideEncryptionByDefault');
    if (byDefault.required('SSEAlgorithm') !== 'AES256') byDefault.refuse('SSEAlgorithm');
    byDefault.finish();
    rule.passOver('BucketKeyEnabled', 'BlockedEncryptionTypes');
    rule.finish();
  }
  encryption.finish();
  const versioning = properties.nested('VersioningConfiguration');
  const notifications = properties.nested('NotificationConfiguration');
  const eventBridge = notifications.nested('EventBridgeConfiguration');
  const lifecycle = properties.nested('LifecycleConfiguration');
  lifecycle.passOver('TransitionDefaultMinimumObjectSize');
  const plan: BucketPlan = {
    name: identity.ref,
    versioned: versioning.optional('Status') === 'Enabled',
    eventBridge: String(eventBridge.optional('EventBridgeEnabled')) === 'true',
    lifecycleRules: lifecycle.list('Rules').flatMap(planLifecycleRule),
  };
  for (const part of [versioning, notifications, eventBridge, lifecycle]) part.finish();
  return plan;
}

function planLifecycleRule(rule: ResourceProperties): LifecycleRule[] {
  rule.passOver('Id');
  const noncurrent = rule.nested('NoncurrentVersionExpiration');
  const multipart = rule.nested('AbortIncompleteMultipartUpload');
  const plan = withoutUndefined({
    prefix: rule.optional<string>('Prefix'),
    noncurrentExpirationDays:
      noncurrent.optional<number>('NoncurrentDays') ??
      rule.optional<number>('NoncurrentVersionExpirationInDays'),
    newerNoncurrentVersions: noncurrent.optional<number>('NewerNoncurrentVersions'),
    expirationDays: rule.optional<number>('ExpirationInDays'),
    expiredObjectDeleteMarker: rule.optional<boolean>('ExpiredObjectDeleteMarker'),
    abortMultipartDays: multipart.optional<number>('DaysAfterInitiation'),
  }) as LifecycleRule;
  const enabled = rule.required('Status') === 'Enabled';
  for (const part of [noncurrent, multipart, rule]) part.finish();
  return enabled ? [plan] : [];
}

/** On loopback every request counts as encrypted in transit, so the TLS-only denial never applies; other statements would. */
export function checkBucketPolicy({ where, properties }: ResolvedResource): void {
  properties.passOver('Bucket');
  for (const statement of policyStatements(where, properties.required('PolicyDocument'))) {
    const tlsOnly =
      statement.effect === 'Deny' && statement.conditions?.['Bool']?.['aws:SecureTransport']?.[0] === 'false';
    if (!tlsOnly) throw new UnsupportedFeatureError(`${where} statement ${JSON.stringify(statement)}`);
  }
}

export function planTable({ type, identity, properties }: ResolvedResource): TablePlan {
  properties.passOver(
    'TableName',
    'BillingMode',
    'SSESpecification',
    'PointInTimeRecoverySpecification',
    'Tags',
  );
  properties.passOver('DeletionProtectionEnabled', 'TableClass', 'ContributorInsightsSpecification');
  if (type === 'AWS::DynamoDB::GlobalTable') {
    const replicas = properties.optional<readonly unknown[]>('Replicas') ?? [];
    // one replica is the table itself; what it holds (recovery, protection) has no local meaning
    if (replicas.length > 1) properties.refuse('Replicas');
  }
  const ttl = properties.nested('TimeToLiveSpecification');
  const ttlAttribute =
    String(ttl.optional('Enabled')) === 'true' ? ttl.required<string>('AttributeName') : undefined;
  ttl.passOver('AttributeName');
  ttl.finish();
  return {
    name: identity.ref,
    arn: identity.attributes['Arn']!,
    keySchema: properties.required('KeySchema'),
    attributeDefinitions: properties.required('AttributeDefinitions'),
    ...(ttlAttribute !== undefined && { ttlAttribute }),
  };
}

const withoutUndefined = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));
