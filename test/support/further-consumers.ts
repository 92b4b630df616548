/** A consumer that a test adds to a copy of the project. */
interface FurtherConsumer {
  readonly name: string;
  readonly entry: { readonly file: string; readonly text: string };
  readonly handler: { readonly file: string; readonly text: string };
}

const OF_ORDERS = `pattern: {
            'detail-type': ['Object Created', 'Object Deleted'],
            detail: { object: { key: [{ prefix: 'orders/' }] }, $or: OF_THE_CURRENT_OBJECT },
          },`;

/** One that keeps objects of all that it takes, one of some, one that keeps nothing, and one that keeps rows in a table of its own. */
export const FURTHER_CONSUMERS: readonly FurtherConsumer[] = [
  further(
    'thumbnailer',
    {
      entry: `
      keeps: { objects: 'thumbnails/', of: { endings: ['.png'], otherwise: 'not named as an image' } },
      environment: ({ outputBucket }) => ({ OUTPUT_BUCKET: outputBucket.bucketName }),
      grants: ({ ingestBucket, outputBucket }) => [
        allow(['s3:GetObject', 's3:GetObjectVersion'], ingestBucket.arnForObjects('images/*')),
        allow(['s3:ListBucket'], ingestBucket.bucketArn),
        allow(['s3:PutObject'], outputBucket.arnForObjects('thumbnails/*')),
      ],`,
      handler: `
      import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
      import { requireEnvironment } from '../../shared/environment.ts';
      import { eachRecord } from '../batch/sqs-batch.ts';

      const s3 = new S3Client({});
      const outputBucket = requireEnvironment('OUTPUT_BUCKET');
      export const handler = eachRecord(async ({ bucket, key, versionId }) => {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
        const image = Buffer.from((await Body?.transformToByteArray()) ?? []);
        const size = { width: image.readUInt32BE(16), height: image.readUInt32BE(20) };
        await s3.send(
          new PutObjectCommand({ Bucket: outputBucket, Key: 'thumbnails/' + key + '.json', Body: JSON.stringify(size) }),
        );
        return 'recorded';
      });`,
    },
    `pattern: { 'detail-type': ['Object Created'], detail: { object: { key: [{ prefix: 'images/' }] } } },`,
  ),
  further('rejecter', {
    entry: `
      keeps: { objects: 'rejects/' },
      environment: ({ outputBucket }) => ({ OUTPUT_BUCKET: outputBucket.bucketName }),
      grants: ({ ingestBucket, outputBucket }) => [
        allow(['s3:GetObject', 's3:GetObjectVersion'], ingestBucket.arnForObjects('orders/*')),
        allow(['s3:PutObject'], outputBucket.arnForObjects('rejects/*')),
      ],`,
    handler: `
      import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
      import { requireEnvironment } from '../../shared/environment.ts';
      import { eachRecord } from '../batch/sqs-batch.ts';

      const s3 = new S3Client({});
      const outputBucket = requireEnvironment('OUTPUT_BUCKET');
      export const handler = eachRecord(async ({ bucket, key, versionId }) => {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
        const text = (await Body?.transformToString()) ?? '';
        if (text.startsWith('bad')) {
          await s3.send(new PutObjectCommand({ Bucket: outputBucket, Key: 'rejects/' + key, Body: text }));
        }
        return 'recorded';
      });`,
  }),
  further('notifier', {
    entry: `
      keeps: 'nothing',
      environment: () => ({}),
      grants: () => [],`,
    handler: `
      import { eachRecord } from '../batch/sqs-batch.ts';

      export const handler = eachRecord(async () => 'recorded');`,
  }),
  further('sizer', {
    entry: `
      keeps: { rows: { table: 'SizerTableName', key: { object_key: '{key}' } } },
      ownTable: { partitionKey: 'object_key' },
      environment: ({ table }) => ({ TABLE_NAME: table.tableName, TOMBSTONE_TTL_DAYS: '47' }),
      grants: ({ table }) => [allow(['dynamodb:PutItem'], table.tableArn)],`,
    handler: `
      import { requireEnvironment, requireInteger } from '../../shared/environment.ts';
      import { stateAfter } from '../../shared/object-event/current-state.ts';
      import { eachRecord } from '../batch/sqs-batch.ts';
      import { writeRow } from '../rows/write-row.ts';

      const table = { name: requireEnvironment('TABLE_NAME'), tombstoneTtlDays: requireInteger('TOMBSTONE_TTL_DAYS') };
      export const handler = eachRecord(async (event) => {
        if (stateAfter(event) === undefined) return 'skipped';
        return writeRow({ table, key: { object_key: event.key }, row: { size: event.size }, event, revision: 1 });
      });`,
  }),
];

function further(
  name: string,
  { entry, handler }: { entry: string; handler: string },
  pattern = OF_ORDERS,
): FurtherConsumer {
  return {
    name,
    entry: {
      file: `infra/consumers/${name}.ts`,
      text: `
        import { Duration } from 'aws-cdk-lib';
        import { allow } from '../allow.ts';
        import type { ConsumerDefinition } from '../consumer-definition.ts';
        import type { Stage } from '../stage.ts';
        import { OF_THE_CURRENT_OBJECT } from './patterns.ts';

        export const ${name} = (_stage: Stage): ConsumerDefinition => ({
          name: '${name}',
          ${pattern}
          timeout: Duration.seconds(30),
          memoryMb: 256,
          batchSize: 10,
          batchingWindow: Duration.seconds(0),
          maxReceiveCount: 14,
          maximumConcurrency: 2,
          ${entry}
        });`,
    },
    handler: { file: `functions/${name}/handler.ts`, text: handler },
  };
}
