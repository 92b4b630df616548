import type { PolicyStatement } from '../iam/decision.ts';
import type { ArchivePlan, QueuePlan } from '../plan.ts';
import { QUEUE_DEFAULTS } from '../sqs/queue-settings.ts';
import type { ResolvedResource } from './resolved-resource.ts';
import { evaluatedStatements, type ResourceProperties } from './resource-properties.ts';

export function planQueue(
  { identity, properties }: ResolvedResource,
  policies: readonly QueuePolicy[],
): QueuePlan {
  if (properties.optional('FifoQueue') === true) properties.refuse('FifoQueue');
  properties.passOver('QueueName', 'SqsManagedSseEnabled', 'Tags');
  const redrive = properties.nested('RedrivePolicy');
  const deadLetterTargetArn = redrive.optional<string>('deadLetterTargetArn');
  const maxReceiveCount = redrive.number('maxReceiveCount', 10);
  const allow = properties.nested('RedriveAllowPolicy');
  const permission = allow.optional<string>('redrivePermission');
  const sources = allow.optional<readonly string[]>('sourceQueueArns');
  if (!['allowAll', 'denyAll', 'byQueue', undefined].includes(permission)) allow.refuse('redrivePermission');
  for (const part of [redrive, allow]) part.finish();
  const allowedFrom = permission === 'denyAll' ? [] : sources;
  return {
    name: identity.attributes['QueueName']!,
    arn: identity.attributes['Arn']!,
    url: identity.ref,
    visibilityTimeoutSeconds: properties.number('VisibilityTimeout', QUEUE_DEFAULTS.visibilityTimeoutSeconds),
    messageRetentionSeconds: properties.number(
      'MessageRetentionPeriod',
      QUEUE_DEFAULTS.messageRetentionSeconds,
    ),
    delaySeconds: properties.number('DelaySeconds', QUEUE_DEFAULTS.delaySeconds),
    maximumMessageSizeBytes: properties.number('MaximumMessageSize', QUEUE_DEFAULTS.maximumMessageSizeBytes),
    receiveWaitSeconds: properties.number('ReceiveMessageWaitTimeSeconds', QUEUE_DEFAULTS.receiveWaitSeconds),
    ...(deadLetterTargetArn !== undefined && { redrive: { deadLetterTargetArn, maxReceiveCount } }),
    ...planKey(properties),
    ...(allowedFrom !== undefined && { redriveAllowedFrom: allowedFrom }),
    policy: policies
      .filter(({ queueUrls }) => queueUrls.includes(identity.ref))
      .flatMap(({ statements }) => statements),
  };
}

function planKey(properties: ResourceProperties): Pick<QueuePlan, 'key'> {
  const reuseSeconds = properties.number('KmsDataKeyReusePeriodSeconds', 300);
  if (properties.asWritten('KmsMasterKeyId') === undefined) return {};
  const id = properties.tellable<string>('KmsMasterKeyId');
  return { key: { ...(id !== undefined && { id }), reuseSeconds } };
}

interface QueuePolicy {
  readonly queueUrls: readonly string[];
  readonly statements: readonly PolicyStatement[];
}

export function queuePolicy({ where, properties }: ResolvedResource): QueuePolicy {
  return {
    queueUrls: properties.required('Queues'),
    statements: evaluatedStatements(where, properties.required('PolicyDocument')),
  };
}

export function planArchive({ identity, properties }: ResolvedResource): ArchivePlan {
  properties.passOver('ArchiveName', 'Description');
  const eventPattern = properties.optional<object>('EventPattern');
  return {
    name: identity.ref,
    arn: identity.attributes['Arn']!,
    eventSourceArn: properties.required('SourceArn'),
    ...(eventPattern !== undefined && { eventPattern: JSON.stringify(eventPattern) }),
    retentionDays: properties.number('RetentionDays', 0),
  };
}
