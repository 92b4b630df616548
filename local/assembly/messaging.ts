import type { PolicyStatement } from '../iam.ts';
import type { ArchivePlan, QueuePlan, RulePlan } from '../plan.ts';
import type { ResolvedResource } from './resolved-resource.ts';
import { policyStatements } from './resource-properties.ts';

export function planQueue(
  { identity, properties }: ResolvedResource,
  policies: readonly QueuePolicy[],
): QueuePlan {
  if (properties.optional('FifoQueue') === true) properties.refuse('FifoQueue');
  properties.passOver('QueueName', 'SqsManagedSseEnabled', 'Tags');
  const redrive = properties.optional<{ deadLetterTargetArn: string; maxReceiveCount: number | string }>(
    'RedrivePolicy',
  );
  const allow = properties.optional<{ redrivePermission: string; sourceQueueArns?: readonly string[] }>(
    'RedriveAllowPolicy',
  );
  const allowedFrom = allow?.redrivePermission === 'denyAll' ? [] : allow?.sourceQueueArns;
  return {
    name: identity.attributes['QueueName']!,
    arn: identity.attributes['Arn']!,
    url: identity.ref,
    visibilityTimeoutSeconds: properties.number('VisibilityTimeout', 30),
    messageRetentionSeconds: properties.number('MessageRetentionPeriod', 345_600),
    delaySeconds: properties.number('DelaySeconds', 0),
    maximumMessageSizeBytes: properties.number('MaximumMessageSize', 1_048_576),
    receiveWaitSeconds: properties.number('ReceiveMessageWaitTimeSeconds', 0),
    ...(redrive !== undefined && {
      redrive: {
        deadLetterTargetArn: redrive.deadLetterTargetArn,
        maxReceiveCount: Number(redrive.maxReceiveCount),
      },
    }),
    ...(allowedFrom !== undefined && { redriveAllowedFrom: allowedFrom }),
    policy: policies
      .filter(({ queueUrls }) => queueUrls.includes(identity.ref))
      .flatMap(({ statements }) => statements),
  };
}

interface QueuePolicy {
  readonly queueUrls: readonly string[];
  readonly statements: readonly PolicyStatement[];
}

export const queuePolicy = ({ where, properties }: ResolvedResource): QueuePolicy => ({
  queueUrls: properties.required('Queues'),
  statements: policyStatements(where, properties.required('PolicyDocument')),
});

export function planRule({ identity, properties }: ResolvedResource): RulePlan {
  const bus = properties.optional<string>('EventBusName') ?? 'default';
  if (bus !== 'default' && !bus.endsWith(':event-bus/default')) properties.refuse('EventBusName');
  properties.passOver('Name', 'Description', 'Tags');
  return {
    name: identity.ref,
    arn: identity.attributes['Arn']!,
    eventPattern: JSON.stringify(properties.required('EventPattern')),
    enabled: (properties.optional('State') ?? 'ENABLED') !== 'DISABLED',
    targets: properties.list('Targets').map((target) => {
      const deadLetter = target.nested('DeadLetterConfig');
      const retry = target.nested('RetryPolicy');
      const deadLetterArn = deadLetter.optional<string>('Arn');
      const plan = {
        id: target.required<string>('Id'),
        arn: target.required<string>('Arn'),
        ...(deadLetterArn !== undefined && { deadLetterArn }),
        maximumRetryAttempts: retry.number('MaximumRetryAttempts', 185),
        maximumEventAgeSeconds: retry.number('MaximumEventAgeInSeconds', 86_400),
      };
      for (const part of [deadLetter, retry, target]) part.finish();
      return plan;
    }),
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
