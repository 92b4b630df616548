import { AwsError } from '../protocols/aws-error.ts';
import type { PolicyStatement } from '../iam/decision.ts';
import { policyStatements } from '../assembly/resource-properties.ts';
import type { QueueKey, QueuePlan } from '../plan.ts';

/** What can be set on a queue. */
export interface QueueSettings {
  readonly visibilityTimeoutSeconds: number;
  readonly messageRetentionSeconds: number;
  readonly delaySeconds: number;
  readonly maximumMessageSizeBytes: number;
  readonly receiveWaitSeconds: number;
  readonly redrive?: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number } | undefined;
  /** ARNs of the source queues that may name this one as their dead-letter queue; absent = all. */
  readonly redriveAllowedFrom?: readonly string[] | undefined;
  /** The key of KMS that the template names; nothing is encrypted with it. @default SQS's own key */
  readonly key?: QueueKey | undefined;
  readonly policy: readonly PolicyStatement[];
  /** The policy as a client wrote it, to be given back. */
  readonly policyText?: string | undefined;
}

/** A queue’s settings where neither a client nor the template says otherwise. */
export const QUEUE_DEFAULTS: QueueSettings = {
  visibilityTimeoutSeconds: 30,
  messageRetentionSeconds: 345_600,
  delaySeconds: 0,
  maximumMessageSizeBytes: 1_048_576,
  receiveWaitSeconds: 0,
  policy: [],
};

/** The template's queue, without its names. */
export function settingsOfPlan(plan: QueuePlan): QueueSettings {
  const identity = new Set(['name', 'arn', 'url']);
  return Object.fromEntries(
    Object.entries(plan).filter(([name]) => !identity.has(name)),
  ) as unknown as QueueSettings;
}

interface NumberAttribute {
  readonly setting:
    | 'visibilityTimeoutSeconds'
    | 'messageRetentionSeconds'
    | 'delaySeconds'
    | 'maximumMessageSizeBytes'
    | 'receiveWaitSeconds';
  readonly least: number;
  readonly most: number;
}

const NUMBERS: Readonly<Record<string, NumberAttribute>> = {
  VisibilityTimeout: { setting: 'visibilityTimeoutSeconds', least: 0, most: 43_200 },
  MessageRetentionPeriod: { setting: 'messageRetentionSeconds', least: 60, most: 1_209_600 },
  DelaySeconds: { setting: 'delaySeconds', least: 0, most: 900 },
  MaximumMessageSize: { setting: 'maximumMessageSizeBytes', least: 1_024, most: 1_048_576 },
  ReceiveMessageWaitTimeSeconds: { setting: 'receiveWaitSeconds', least: 0, most: 20 },
};

/**
 * The settings that a client's attributes give, on top of those that there are.
 *
 * @throws AwsError `InvalidAttributeName`, `InvalidAttributeValue`
 */
export function withAttributes(
  attributes: Readonly<Record<string, string>>,
  settings: QueueSettings = QUEUE_DEFAULTS,
): QueueSettings {
  let result = settings;
  for (const [name, value] of Object.entries(attributes)) result = { ...result, ...settingOf(name, value) };
  return result;
}

function settingOf(name: string, value: string): Partial<QueueSettings> {
  const invalid = () =>
    new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}: ${value}`);
  if (Object.hasOwn(NUMBERS, name)) {
    const { setting, least, most } = NUMBERS[name]!;
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least || number > most) throw invalid();
    return { [setting]: number };
  }
  switch (name) {
    case 'RedrivePolicy': {
      if (value === '') return { redrive: undefined };
      const { deadLetterTargetArn, maxReceiveCount } = parsed(value, invalid);
      const count = Number(maxReceiveCount);
      if (typeof deadLetterTargetArn !== 'string' || !Number.isInteger(count) || count < 1 || count > 1_000) {
        throw invalid();
      }
      return { redrive: { deadLetterTargetArn, maxReceiveCount: count } };
    }
    case 'RedriveAllowPolicy': {
      if (value === '') return { redriveAllowedFrom: undefined };
      const { redrivePermission, sourceQueueArns = [] } = parsed(value, invalid);
      if (redrivePermission === 'allowAll') return { redriveAllowedFrom: undefined };
      return { redriveAllowedFrom: redrivePermission === 'denyAll' ? [] : (sourceQueueArns as string[]) };
    }
    case 'Policy':
      return value === ''
        ? { policy: [], policyText: undefined }
        : { policy: policyStatements('the queue policy', parsed(value, invalid)), policyText: value };
    case 'SqsManagedSseEnabled':
      return {};
    default:
      throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  }
}

function parsed(value: string, invalid: () => AwsError): Record<string, unknown> {
  try {
    return JSON.parse(value) as Record<string, unknown>;
  } catch {
    throw invalid();
  }
}

/** The settings as GetQueueAttributes gives them. */
export function attributesOf(settings: QueueSettings): Record<string, string> {
  const { redrive, redriveAllowedFrom, policy, policyText, key } = settings;
  return {
    ...Object.fromEntries(
      Object.entries(NUMBERS).map(([name, { setting }]) => [name, String(settings[setting])]),
    ),
    SqsManagedSseEnabled: String(key === undefined),
    ...(key?.id !== undefined && {
      KmsMasterKeyId: key.id,
      KmsDataKeyReusePeriodSeconds: String(key.reuseSeconds),
    }),
    ...(redrive !== undefined && { RedrivePolicy: JSON.stringify(redrive) }),
    ...(redriveAllowedFrom !== undefined && {
      RedriveAllowPolicy: JSON.stringify(
        redriveAllowedFrom.length === 0
          ? { redrivePermission: 'denyAll' }
          : { redrivePermission: 'byQueue', sourceQueueArns: redriveAllowedFrom },
      ),
    }),
    ...((policyText !== undefined || policy.length > 0) && { Policy: policyText ?? policyDocument(policy) }),
  };
}

/** The template's policy as a document. */
function policyDocument(statements: readonly PolicyStatement[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map(({ effect, actions, resources, principals, conditions }) => ({
      Effect: effect,
      Action: actions,
      Resource: resources,
      ...(principals !== undefined && {
        Principal: principals.includes('*') ? '*' : { Service: principals },
      }),
      ...(conditions !== undefined && { Condition: conditions }),
    })),
  });
}
