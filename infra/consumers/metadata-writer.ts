import { join } from 'node:path';
import { allow, inPartition } from '../allow.ts';
import type { ConsumerDefinition } from '../consumer-definition.ts';
import { tombstoneTtlDays, type Stage } from '../stage.ts';
import { NOT_A_FOLDER, OF_THE_CURRENT_OBJECT } from './patterns.ts';

/** One row per object: what it is now, or that it is gone. */
export const metadataWriter = (stage: Stage): ConsumerDefinition => ({
  name: 'metadata-writer',
  pattern: {
    'detail-type': ['Object Created', 'Object Deleted'],
    detail: { object: { key: NOT_A_FOLDER }, $or: OF_THE_CURRENT_OBJECT },
  },
  keeps: {
    rows: { table: 'UploadMetadataTableName', key: { bucket: '{bucket}', object_key: '{key}' } },
  },
  kind: 'quick',
  handler: join(import.meta.dirname, '../../functions/metadata-writer/handler'),
  ownTable: { id: 'UploadMetadata', partitionKey: 'bucket', sortKey: 'object_key' },
  environment: ({ table }) => ({
    TABLE_NAME: table.tableName,
    TOMBSTONE_TTL_DAYS: String(tombstoneTtlDays(stage)),
    ...(stage.storeRequester === true && { STORE_REQUESTER: 'true' }),
  }),
  // its rows of the bucket that it hears, and of no other that the table may hold
  grants: ({ table, ingestBucket }) => [
    allow(['dynamodb:PutItem'], table.tableArn, inPartition(ingestBucket.bucketName)),
  ],
});
