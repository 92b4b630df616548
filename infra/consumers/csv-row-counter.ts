import { join } from 'node:path';
import { NOT_COUNTED_STATUSES } from '../../shared/count-status.ts';
import { allow } from '../allow.ts';
import type { ConsumerDefinition } from '../consumer-definition.ts';
import { handingOver } from '../hand-over.ts';
import { tombstoneTtlDays, type Stage } from '../stage.ts';
import { OF_THE_CURRENT_OBJECT } from './patterns.ts';

/** One row per CSV object with the number of its rows. One that is too large is handed over, where the stage says to whom. */
export function csvRowCounter(stage: Stage): ConsumerDefinition {
  const counter = counterOf(stage);
  return stage.handOver === undefined ? counter : handingOver(counter, stage.handOver);
}

const counterOf = (stage: Stage): ConsumerDefinition => ({
  name: 'csv-row-counter',
  pattern: {
    'detail-type': ['Object Created', 'Object Deleted'],
    // `keeps` judges the name's ending, in any case: wildcards are case-sensitive, and four are near EventBridge's limit
    detail: { object: { key: [{ prefix: 'csv/' }] }, $or: OF_THE_CURRENT_OBJECT },
  },
  keeps: {
    rows: {
      table: 'ProcessedFilesTableName',
      key: { file_key: '{key}' },
      lack: 'not-counted',
      index: {
        name: 'NotCounted',
        attribute: 'not_counted',
        statuses: NOT_COUNTED_STATUSES,
        shows: ['error'],
      },
    },
    of: {
      endings: ['.csv', '.csv.gz', '.csv.zst', '.csv.br'],
      // what macOS leaves beside a file on a foreign disk, and Office while one is open: the name of a CSV, and no CSV inside
      notNamed: ['._*', '~$*'],
      otherwise: 'not named as a CSV',
    },
  },
  ownTable: { id: 'ProcessedFiles', partitionKey: 'file_key' },
  watches: [
    {
      metric: 'NotCounted',
      title: 'not counted',
      meaning:
        'files were uploaded that could not be counted: sluice ls --status all says which, why and what to do',
    },
  ],
  counts: ['RowsCounted', 'BytesCounted', 'CountDuration'],
  kind: 'slow',
  memoryMb: 512,
  handler: join(import.meta.dirname, '../../functions/csv-row-counter/handler'),
  environment: ({ table }) => ({
    TABLE_NAME: table.tableName,
    TOMBSTONE_TTL_DAYS: String(tombstoneTtlDays(stage)),
    // one ASCII character, or `tab`; metadata, a sep= line and detection go before it
    CSV_DELIMITER: ',',
  }),
  grants: ({ ingestBucket, table }) => [
    allow(['s3:GetObject', 's3:GetObjectVersion'], ingestBucket.arnForObjects('csv/*')),
    // without it S3 answers 403, not 404, for an object that is gone
    allow(['s3:ListBucket'], ingestBucket.bucketArn),
    allow(['dynamodb:GetItem', 'dynamodb:PutItem'], table.tableArn),
  ],
});
