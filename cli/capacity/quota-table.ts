/**
 * What AWS lets an account of us-east-1 do by default, as documented in November 2026. The one place where a quota stands: other
 * Regions have less of some (EventBridge's invocations most of all), and what is adjustable is raised by asking for it.
 */
export const QUOTAS_OF = '2026-11-27, us-east-1';

/** A limit of AWS's. */
export interface Quota {
  readonly value: number;
  /** Whether AWS raises it for who asks. */
  readonly isAdjustable: boolean;
  /** Where AWS says so. */
  readonly source: string;
}

const S3 = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html';
const EVENT_BRIDGE = 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html';
const SQS = 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html';
const LAMBDA = 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html';
const POLLERS = 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html';
const DYNAMODB = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html';
const ON_DEMAND =
  'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html';
const PARTITIONS =
  'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html';

export const QUOTAS = {
  /** PUT requests a second to one prefix. S3 gives a busy prefix more, over minutes, and answers 503 meanwhile. */
  s3PutsPerPrefix: { value: 3_500, isAdjustable: false, source: S3 },
  /** GET requests a second to one prefix. */
  s3GetsPerPrefix: { value: 5_500, isAdjustable: false, source: S3 },
  /** Events that match a rule, a second, of the whole account. What is over is delayed, and not lost. */
  eventBridgeInvocations: { value: 18_750, isAdjustable: true, source: EVENT_BRIDGE },
  /** Rules of one bus. */
  eventBridgeRules: { value: 300, isAdjustable: true, source: EVENT_BRIDGE },
  /** Rules of one bus whose pattern holds a wildcard. */
  eventBridgeWildcardRules: { value: 30, isAdjustable: false, source: EVENT_BRIDGE },
  /** Messages of one queue that were received and not yet deleted. */
  sqsInFlight: { value: 120_000, isAdjustable: true, source: SQS },
  /** Environments that run at once, of all the account's functions. A new account may have ten. */
  lambdaConcurrency: { value: 1_000, isAdjustable: true, source: LAMBDA },
  /** Batches of one queue that Lambda works on at once. */
  lambdaPollers: { value: 1_250, isAdjustable: false, source: POLLERS },
  /** Batches at once with which it begins when messages come. */
  lambdaFirstPollers: { value: 5, isAdjustable: false, source: POLLERS },
  /** By how many batches at once it goes up in a minute. */
  lambdaPollersAMinute: { value: 300, isAdjustable: false, source: POLLERS },
  /** Write units a second of a table that is paid by request. */
  dynamoDbTableWrites: { value: 40_000, isAdjustable: true, source: DYNAMODB },
  /** The same of a new one; from then on twice what it has had at most in thirty minutes. */
  dynamoDbNewTableWrites: { value: 4_000, isAdjustable: true, source: ON_DEMAND },
  /** Write units a second of one partition. */
  dynamoDbPartitionWrites: { value: 1_000, isAdjustable: false, source: PARTITIONS },
} as const satisfies Readonly<Record<string, Quota>>;

export type QuotaName = keyof typeof QUOTAS;

/** The quotas of an account, by name: AWS's own, but for those that it has raised. */
export type Quotas = Readonly<Record<QuotaName, number>>;

export const isQuotaName = (name: string): name is QuotaName => Object.hasOwn(QUOTAS, name);

export const quotasWith = (raised: Partial<Quotas>): Quotas => ({
  ...(Object.fromEntries(Object.entries(QUOTAS).map(([name, { value }]) => [name, value])) as Quotas),
  ...raised,
});
