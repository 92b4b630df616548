import {
  allow,
  type ConsumerDefinition,
  tombstoneTtlDays,
  type Stage,
  OF_THE_CURRENT_OBJECT,
} from '@sluice-pipeline/sluice';

// sluice add consumer order-lines --prefix orders/ --suffix .jsonl --suffix .ndjson --suffix .jsonl.gz --created --deleted --reads object --keeps rows --kind slow
/** Keeps one row each in a table of its own, of objects under orders/ named ….jsonl or ….ndjson or ….jsonl.gz, created or deleted. */
export const orderLines = (stage: Stage): ConsumerDefinition => ({
  name: 'order-lines',
  pattern: {
    'detail-type': ['Object Created', 'Object Deleted'],
    detail: {
      object: { key: [{ prefix: 'orders/' }] },
      $or: OF_THE_CURRENT_OBJECT,
    },
  },
  keeps: {
    rows: { table: 'OrderLinesTableName', key: { object_key: '{key}' } },
    of: { endings: ['.jsonl', '.ndjson', '.jsonl.gz'], otherwise: 'of another name than it takes' },
  },
  kind: 'slow',
  ownTable: { partitionKey: 'object_key' },
  environment: ({ outputBucket, table }) => ({
    OUTPUT_BUCKET: outputBucket.bucketName,
    TABLE_NAME: table.tableName,
    TOMBSTONE_TTL_DAYS: String(tombstoneTtlDays(stage)),
  }),
  grants: ({ ingestBucket, outputBucket, table }) => [
    allow(['s3:GetObject', 's3:GetObjectVersion'], ingestBucket.arnForObjects('orders/*')),
    // without it S3 answers 403, not 404, for an object that is gone
    allow(['s3:ListBucket'], ingestBucket.bucketArn),
    allow(['dynamodb:PutItem'], table.tableArn),
    allow(['s3:PutObject'], outputBucket.arnForObjects('rejects/*')),
  ],
});
