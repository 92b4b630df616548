import type { PolicyStatement } from '../iam/decision.ts';
import type { ObjectLockPlan, RetentionMode } from '../object-lock-plan.ts';
import type { BucketDescription, BucketPlan, IndexPlan, TablePlan } from '../plan.ts';
import { planCorsRules } from './cors-rules.ts';
import { planNotifications } from './notifications.ts';
import type { ResolvedResource } from './resolved-resource.ts';
import { evaluatedStatements, type ResourceProperties } from './resource-properties.ts';

export function planBucket(
  { where, identity, properties }: ResolvedResource,
  policies: readonly BucketPolicy[],
): BucketPlan {
  properties.passOver('BucketName', 'MetricsConfigurations');
  const versioning = properties.nested('VersioningConfiguration');
  const notifications = properties.nested('NotificationConfiguration');
  const eventBridge = notifications.nested('EventBridgeConfiguration');
  const destinations = planNotifications(where, notifications);
  const lifecycle = properties.nested('LifecycleConfiguration');
  lifecycle.passOver('TransitionDefaultMinimumObjectSize');
  const rules = lifecycle.list('Rules').map(planLifecycleRule);
  const objectLock = planObjectLock(properties);
  const attached = policies.find(({ bucket }) => bucket === identity.ref);
  const plan: BucketPlan = {
    name: identity.ref,
    versioned: versioning.optional('Status') === 'Enabled',
    ...(objectLock !== undefined && { objectLock }),
    eventBridge: String(eventBridge.optional('EventBridgeEnabled')) === 'true',
    ...(destinations.length > 0 && { notifications: destinations }),
    lifecycleRules: rules.filter(({ isEnabled }) => isEnabled),
    corsRules: planCorsRules(properties.nested('CorsConfiguration')),
    ...(attached !== undefined && { policy: attached.statements }),
    described: {
      ...planEncryption(properties.nested('BucketEncryption')),
      ownership: planOwnership(properties.nested('OwnershipControls')),
      publicAccessBlock: planAccessBlock(properties.nested('PublicAccessBlockConfiguration')),
      lifecycle: rules,
      tags: properties.optional('Tags') ?? [],
      ...planAccessLog(identity.ref, properties),
      ...(attached !== undefined && { policy: attached.policy }),
    },
  };
  for (const part of [versioning, notifications, eventBridge, lifecycle]) part.finish();
  return plan;
}

/** Either property switches it on: the one a new bucket alone, the other one that is there too. */
function planObjectLock(properties: ResourceProperties): ObjectLockPlan | undefined {
  const isMadeWith = String(properties.optional('ObjectLockEnabled')) === 'true';
  const configuration = properties.nested('ObjectLockConfiguration');
  const isSwitchedOn = configuration.optional('ObjectLockEnabled') === 'Enabled';
  const rule = configuration.nested('Rule');
  const retention = rule.nested('DefaultRetention');
  const mode = retention.optional<RetentionMode>('Mode');
  if (mode !== undefined && !['GOVERNANCE', 'COMPLIANCE'].includes(mode)) retention.refuse('Mode');
  const [days, years] = (['Days', 'Years'] as const).map((name) => retention.optional<number | string>(name));
  for (const part of [retention, rule, configuration]) part.finish();
  if (!isMadeWith && !isSwitchedOn) return undefined;
  if (mode === undefined) return {};
  return {
    byDefault: {
      mode,
      ...(days !== undefined && { days: Number(days) }),
      ...(years !== undefined && { years: Number(years) }),
    },
  };
}

/** How the bucket encrypts; a template that says nothing leaves it to S3, which encrypts by itself. */
function planEncryption(
  encryption: ResourceProperties,
): Pick<BucketDescription, 'encryption' | 'hasBucketKey' | 'kmsKeyId'> {
  let algorithm = 'AES256';
  let kmsKeyId: string | undefined;
  let hasBucketKey = false;
  for (const rule of encryption.list('ServerSideEncryptionConfiguration')) {
    const byDefault = rule.nested('ServerSideEncryptionByDefault');
    algorithm = byDefault.required('SSEAlgorithm');
    if (!['AES256', 'aws:kms', 'aws:kms:dsse'].includes(algorithm)) byDefault.refuse('SSEAlgorithm');
    kmsKeyId = byDefault.optional('KMSMasterKeyID');
    byDefault.finish();
    hasBucketKey = String(rule.optional('BucketKeyEnabled')) === 'true';
    rule.passOver('BlockedEncryptionTypes');
    rule.finish();
  }
  encryption.finish();
  return { encryption: algorithm, hasBucketKey, ...(kmsKeyId !== undefined && { kmsKeyId }) };
}

/** S3 writes the log into the bucket itself where no other one is named. */
function planAccessLog(own: string, properties: ResourceProperties): Pick<BucketDescription, 'accessLog'> {
  if (properties.asWritten('LoggingConfiguration') === undefined) return {};
  const logging = properties.tellable<Readonly<Record<string, string>>>('LoggingConfiguration');
  if (logging === undefined) return { accessLog: { bucket: undefined, prefix: '' } };
  const { DestinationBucketName: bucket = own, LogFilePrefix: prefix = '' } = logging;
  return { accessLog: { bucket, prefix } };
}

/** What S3 gives a new bucket when nothing is said. */
function planOwnership(controls: ResourceProperties): string {
  const [rule] = controls.list('Rules');
  const ownership = rule?.optional<string>('ObjectOwnership') ?? 'BucketOwnerEnforced';
  for (const part of [rule, controls]) part?.finish();
  return ownership;
}

function planAccessBlock(block: ResourceProperties): BucketDescription['publicAccessBlock'] {
  // all of it when nothing is said, as S3 gives a new bucket
  const isSaid = (
    ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'] as const
  ).map((name) => [name, block.optional(name)] as const);
  const isSilent = isSaid.every(([, value]) => value === undefined);
  block.finish();
  return Object.fromEntries(
    isSaid.map(([name, value]) => [name, isSilent || String(value) === 'true']),
  ) as unknown as BucketDescription['publicAccessBlock'];
}

function planLifecycleRule(rule: ResourceProperties): BucketDescription['lifecycle'][number] {
  const noncurrent = rule.nested('NoncurrentVersionExpiration');
  const multipart = rule.nested('AbortIncompleteMultipartUpload');
  const plan = withoutUndefined({
    id: rule.optional<string>('Id') ?? '',
    isEnabled: rule.required('Status') === 'Enabled',
    prefix: rule.optional<string>('Prefix'),
    noncurrentExpirationDays:
      noncurrent.optional<number>('NoncurrentDays') ??
      rule.optional<number>('NoncurrentVersionExpirationInDays'),
    newerNoncurrentVersions: noncurrent.optional<number>('NewerNoncurrentVersions'),
    expirationDays: rule.optional<number>('ExpirationInDays'),
    expiredObjectDeleteMarker: rule.optional<boolean>('ExpiredObjectDeleteMarker'),
    abortMultipartDays: multipart.optional<number>('DaysAfterInitiation'),
  }) as BucketDescription['lifecycle'][number];
  for (const part of [noncurrent, multipart, rule]) part.finish();
  return plan;
}

interface BucketPolicy {
  readonly bucket: string;
  readonly statements: readonly PolicyStatement[];
  /** JSON text. */
  readonly policy: string;
}

export function bucketPolicy({ where, properties }: ResolvedResource): BucketPolicy {
  const document = properties.required('PolicyDocument');
  const statements = evaluatedStatements(where, document);
  return { bucket: properties.required('Bucket'), statements, policy: JSON.stringify(document) };
}

export function planTable({ type, identity, properties }: ResolvedResource): TablePlan {
  properties.passOver('TableName', 'BillingMode', 'PointInTimeRecoverySpecification', 'Tags');
  properties.passOver('DeletionProtectionEnabled', 'TableClass', 'ContributorInsightsSpecification');
  if (type === 'AWS::DynamoDB::GlobalTable') {
    const replicas = properties.optional<readonly unknown[]>('Replicas') ?? [];
    // one replica is the table itself; what else it holds (recovery, protection) has no local meaning
    if (replicas.length > 1) properties.refuse('Replicas');
  }
  const keyId = tableKey(type, properties);
  const ttl = properties.nested('TimeToLiveSpecification');
  const ttlAttribute =
    String(ttl.optional('Enabled')) === 'true' ? ttl.required<string>('AttributeName') : undefined;
  ttl.passOver('AttributeName');
  ttl.finish();
  const indexes = properties.list('GlobalSecondaryIndexes').map(planIndex);
  return {
    name: identity.ref,
    arn: identity.attributes['Arn']!,
    keySchema: properties.required('KeySchema'),
    attributeDefinitions: properties.required('AttributeDefinitions'),
    ...(ttlAttribute !== undefined && { ttlAttribute }),
    ...(keyId !== undefined && { keyId }),
    ...(indexes.length > 0 && { indexes }),
  };
}

/** A global table says of each replica which key it has, and of itself that it has one. */
function tableKey(type: string, properties: ResourceProperties): string | undefined {
  type Sse = { readonly KMSMasterKeyId?: string };
  properties.passOver('SSESpecification');
  if (type === 'AWS::DynamoDB::Table') {
    return properties.tellable<Sse>('SSESpecification')?.KMSMasterKeyId;
  }
  const [replica] = properties.tellable<readonly { readonly SSESpecification?: Sse }[]>('Replicas') ?? [];
  return replica?.SSESpecification?.KMSMasterKeyId;
}

function planIndex(index: ResourceProperties): IndexPlan {
  // what it costs and how busy it may be has no local meaning
  index.passOver(
    'ProvisionedThroughput',
    'OnDemandThroughput',
    'WarmThroughput',
    'ContributorInsightsSpecification',
    'WriteProvisionedThroughputSettings',
  );
  const projection = index.nested('Projection');
  const attributes = projection.optional<readonly string[]>('NonKeyAttributes');
  const plan: IndexPlan = {
    IndexName: index.required('IndexName'),
    KeySchema: index.required('KeySchema'),
    Projection: {
      ProjectionType: projection.required('ProjectionType'),
      ...(attributes !== undefined && { NonKeyAttributes: attributes }),
    },
  };
  projection.finish();
  index.finish();
  return plan;
}

const withoutUndefined = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));
