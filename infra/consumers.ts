import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ConsumerDefinition, ConsumerPattern } from './consumer-definition.ts';
import { tombstoneTtlDays, type Stage, type StageName } from './stage.ts';

/** The consumers of the pipeline. A new one is an entry here, a handler in functions/ and a test: see docs/adding-a-consumer.md. */
export function consumersOf(stage: Stage): readonly ConsumerDefinition[] {
  const by = <T>(values: Readonly<Record<StageName, T>>): T => values[stage.name];
  const TOMBSTONE_TTL_DAYS = String(tombstoneTtlDays(stage));

  return [
    {
      name: 'metadata-writer',
      pattern: {
        'detail-type': ['Object Created', 'Object Deleted'],
        detail: { object: { key: NOT_A_FOLDER }, $or: OF_THE_CURRENT_OBJECT },
      },
      timeout: Duration.seconds(30),
      memoryMb: 256,
      batchSize: 10,
      batchingWindow: Duration.seconds(0),
      maxReceiveCount: 14,
      maximumConcurrency: by({ dev: 2, prod: 50 }),
      environment: ({ uploadMetadata }) => ({ TABLE_NAME: uploadMetadata.tableName, TOMBSTONE_TTL_DAYS }),
      grants: ({ uploadMetadata }) => [allow(['dynamodb:PutItem'], uploadMetadata.tableArn)],
    },
    {
      name: 'csv-row-counter',
      pattern: {
        'detail-type': ['Object Created', 'Object Deleted'],
        // the core judges the name's ending, in any case: wildcards are case-sensitive, and four are near EventBridge's limit
        detail: {
          object: { key: [{ prefix: 'csv/' }] },
          $or: OF_THE_CURRENT_OBJECT,
        },
      },
      timeout: Duration.minutes(15),
      memoryMb: 512,
      batchSize: 1,
      batchingWindow: Duration.seconds(0),
      maxReceiveCount: 5,
      maximumConcurrency: by({ dev: 2, prod: 20 }),
      environment: ({ processedFiles }) => ({
        TABLE_NAME: processedFiles.tableName,
        TOMBSTONE_TTL_DAYS,
        CSV_DELIMITER: ',',
      }),
      grants: ({ ingestBucket, processedFiles }) => [
        allow(['s3:GetObject', 's3:GetObjectVersion'], ingestBucket.arnForObjects('csv/*')),
        // without it S3 answers 403, not 404, for an object that is gone
        allow(['s3:ListBucket'], ingestBucket.bucketArn),
        allow(['dynamodb:GetItem', 'dynamodb:PutItem'], processedFiles.tableArn),
      ],
    },
    {
      name: 'ledger-exporter',
      pattern: { 'detail-type': EVERY_CHANGE, detail: { object: { key: NOT_A_FOLDER } } },
      timeout: Duration.minutes(1),
      memoryMb: 512,
      batchSize: by({ dev: 10, prod: 1_000 }),
      batchingWindow: by({ dev: Duration.seconds(0), prod: Duration.seconds(60) }),
      maxReceiveCount: 14,
      maximumConcurrency: by({ dev: 2, prod: 10 }),
      environment: ({ outputBucket }) => ({ OUTPUT_BUCKET: outputBucket.bucketName }),
      grants: ({ outputBucket }) => [allow(['s3:PutObject'], outputBucket.arnForObjects('ledger/*'))],
    },
  ];
}

/** Keys that end in `/` are the placeholders that consoles make for folders: nobody wants them. */
const NOT_A_FOLDER = [{ 'anything-but': { suffix: '/' } }] as const;

/**
 * Leaves out the permanent delete of a named version: it may concern an old version while the object lives on.
 * The first alternative is the creations, which have no deletion-type.
 */
const OF_THE_CURRENT_OBJECT = [
  { 'deletion-type': [{ exists: false }] },
  { 'deletion-type': ['Delete Marker Created'] },
  { object: { 'version-id': [{ exists: false }] } },
] as const satisfies ConsumerPattern['detail']['$or'];

/** All detail-types of S3. One that S3 adds later stays in the archive, and reaches the ledger once it is written here and replayed. */
const EVERY_CHANGE = [
  'Object Created',
  'Object Deleted',
  'Object Restore Initiated',
  'Object Restore Completed',
  'Object Restore Expired',
  'Object Storage Class Changed',
  'Object Access Tier Changed',
  'Object ACL Updated',
  'Object Tags Added',
  'Object Tags Deleted',
  'Object Annotation Created',
  'Object Annotation Removed',
  'Object Retention Updated',
] as const satisfies ConsumerPattern['detail-type'];

function allow(actions: string[], resource: string): PolicyStatement {
  return new PolicyStatement({ actions, resources: [resource] });
}
