import { Stack } from 'aws-cdk-lib';
import { ManagedPolicy, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { allow } from '../allow.ts';
import type { AnyBucket } from '../any-bucket.ts';
import type { ExistingBucket } from '../existing-bucket.ts';
import { encryptedQueue, keyGrants } from '../key-grants.ts';
import type { PipelineNames } from '../pipeline-names.ts';
import { encryptedStores, type PipelineStores } from '../stores.ts';
import type { Consumer } from './consumer.ts';
import type { EventArchive } from './event-archive.ts';

export interface OperatorPoliciesProps {
  readonly stores: PipelineStores;
  readonly archive: EventArchive;
  readonly consumers: readonly Consumer[];
  readonly names: PipelineNames;
  /** What must be emptied too before the stack can go. */
  readonly accessLogs: AnyBucket;
  /** What is known of the ingest bucket, where it was there before the pipeline. */
  readonly existing: ExistingBucket | undefined;
}

/**
 * What the command line needs, for whoever operates the pipeline: to look, and to act. Attached to nobody; acting does
 * not include looking, so that an operator's role has both.
 */
export class OperatorPolicies extends Construct {
  readonly read: ManagedPolicy;
  readonly act: ManagedPolicy;

  constructor(scope: Construct, id: string, props: OperatorPoliciesProps) {
    super(scope, id);
    this.read = new ManagedPolicy(this, 'Read', {
      description: `Look at ${props.names.scopeName}: status, ls, verify, dead list, logs, replay list, doctor`,
      statements: withKeys(reading(this, props), props),
    });
    this.act = new ManagedPolicy(this, 'Act', {
      description: `Operate ${props.names.scopeName}: put, rm, pause, resume, replay, redrive, purge, backfill, repair, empty`,
      statements: withKeys(acting(this, props), props),
    });
  }
}

/** What KMS encrypts is of no use without its key. */
function withKeys(
  statements: PolicyStatement[],
  { stores, consumers }: OperatorPoliciesProps,
): PolicyStatement[] {
  const queues = consumers.flatMap(({ queues }) => queues.all);
  return [
    ...statements,
    ...keyGrants(statements, [...encryptedStores(stores), ...queues.map(encryptedQueue)]),
  ];
}

function reading(scope: Construct, props: OperatorPoliciesProps): PolicyStatement[] {
  const { stores, archive, consumers } = props;
  const { ingestBucket, outputBucket, tables } = stores;
  const letterQueues = consumers.flatMap(({ queues: { work, ruleDeadLetterQueue } }) => [
    ...(work === undefined ? [] : [work.deadLetterQueue]),
    ruleDeadLetterQueue,
  ]);
  const queues = consumers.flatMap(({ queues: { work } }) => (work === undefined ? [] : [work.queue]));
  const handlers = consumers.flatMap(({ worker }) => (worker === undefined ? [] : [worker.handler]));
  const buckets = [ingestBucket, outputBucket];
  return [
    allow(['cloudformation:DescribeStacks'], [Stack.of(scope).stackId]),
    allow(
      ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads'],
      [...buckets, props.accessLogs].map(({ bucketArn }) => bucketArn),
    ),
    allow(
      [
        's3:GetBucketNotification',
        // whether it is what the stack takes it for
        ...(props.existing === undefined ? [] : ['s3:GetBucketVersioning', 's3:GetEncryptionConfiguration']),
      ],
      [ingestBucket.bucketArn],
    ),
    // status of an object reads what is kept of it, and asks whether a version is there
    allow(
      ['s3:GetObject', 's3:GetObjectVersion'],
      buckets.map((bucket) => bucket.arnForObjects('*')),
    ),
    ...allowAny(
      [
        'dynamodb:DescribeTable',
        'dynamodb:GetItem',
        'dynamodb:BatchGetItem',
        'dynamodb:Query',
        'dynamodb:Scan',
      ],
      [...tables.values()].map(({ tableArn }) => tableArn),
    ),
    ...readingIndexes(props),
    allow(
      ['sqs:GetQueueAttributes'],
      [...queues, ...letterQueues].map(({ queueArn }) => queueArn),
    ),
    // a letter is looked at by receiving it, and put back by its visibility
    allow(
      ['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility', 'sqs:ListMessageMoveTasks'],
      letterQueues.map(({ queueArn }) => queueArn),
    ),
    allow(
      ['events:DescribeRule', 'events:ListTargetsByRule'],
      consumers.map(({ rule }) => rule.attrArn),
    ),
    allow(['events:DescribeArchive'], [archive.archiveArn]),
    allow(['events:DescribeReplay'], [replays(scope)]),
    ...allowAny(
      ['lambda:GetFunctionConfiguration'],
      handlers.map(({ functionArn }) => functionArn),
    ),
    ...allowAny(
      ['logs:FilterLogEvents'],
      handlers.map(({ logGroup }) => logGroup.logGroupArn),
    ),
    // these have no resources to name
    allow(['events:ListReplays', 'lambda:ListEventSourceMappings', 'cloudwatch:GetMetricData'], ['*']),
  ];
}

function acting(
  scope: Construct,
  { stores, archive, consumers, accessLogs, existing }: OperatorPoliciesProps,
): PolicyStatement[] {
  const { ingestBucket, outputBucket } = stores;
  const worked = consumers.flatMap(({ queues: { work } }) => (work === undefined ? [] : [work]));
  const queues = worked.map(({ queue }) => queue.queueArn);
  const letters = worked.map(({ deadLetterQueue }) => deadLetterQueue.queueArn);
  const undelivered = consumers.map(({ queues: { ruleDeadLetterQueue } }) => ruleDeadLetterQueue.queueArn);
  return [
    allow(['s3:PutObject'], [ingestBucket.arnForObjects('*')]),
    allow(
      ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:AbortMultipartUpload'],
      [...(existing === undefined ? [ingestBucket] : []), outputBucket, accessLogs].map((one) =>
        one.arnForObjects('*'),
      ),
    ),
    ...(existing === undefined ? [] : onExisting(ingestBucket, existing)),
    ...allowAny(['sqs:SendMessage'], queues),
    allow(['sqs:DeleteMessage'], [...letters, ...undelivered]),
    // a move task receives and deletes on the operator's behalf
    ...allowAny(
      [
        'sqs:StartMessageMoveTask',
        'sqs:CancelMessageMoveTask',
        'sqs:ReceiveMessage',
        'sqs:GetQueueAttributes',
      ],
      letters,
    ),
    allow(['events:StartReplay'], [archive.archiveArn, replays(scope)]),
    allow(['events:CancelReplay'], [replays(scope)]),
    allow(
      ['events:EnableRule', 'events:DisableRule'],
      consumers.map(({ rule }) => rule.attrArn),
    ),
    // pause and resume
    ...allowAny(
      ['lambda:UpdateEventSourceMapping'],
      consumers.flatMap(({ worker }) => (worker === undefined ? [] : [worker.mapping.eventSourceMappingArn])),
    ),
  ];
}

/** The statement, or none where there is nothing to allow it on. */
const allowAny = (actions: string[], resources: string[]): PolicyStatement[] =>
  resources.length === 0 ? [] : [allow(actions, resources)];

/** What was there before the pipeline is not its to empty, version by version; `connect-bucket` makes it heard. */
function onExisting(bucket: AnyBucket, { isMadeByApp }: ExistingBucket): PolicyStatement[] {
  return [
    allow(['s3:DeleteObject', 's3:AbortMultipartUpload'], [bucket.arnForObjects('*')]),
    ...(isMadeByApp ? [] : [allow(['s3:PutBucketNotification'], [bucket.bucketArn])]),
  ];
}

/** `ls --status` reads the indexes of what somebody should look at. */
function readingIndexes({ stores, consumers }: OperatorPoliciesProps): PolicyStatement[] {
  const indexes = consumers.flatMap(({ keeps }) =>
    keeps !== 'nothing' && 'rows' in keeps && keeps.rows.index !== undefined
      ? [`${stores.tables.get(keeps.rows.table)!.tableArn}/index/${keeps.rows.index.name}`]
      : [],
  );
  return allowAny(['dynamodb:Query', 'dynamodb:Scan'], indexes);
}

/** A replay's ARN does not say of which archive it is. */
const replays = (scope: Construct): string =>
  Stack.of(scope).formatArn({ service: 'events', resource: 'replay', resourceName: '*' });
