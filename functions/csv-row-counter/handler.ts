import { S3Client } from '@aws-sdk/client-s3';
import { requireEnvironment, requireInteger } from '../../shared/environment.ts';
import { parseDelimiter } from '../../shared/told-dialect.ts';
import { eachRecord } from '../batch/sqs-batch.ts';
import { rowCounter } from './row-counter.ts';

const table = {
  name: requireEnvironment('TABLE_NAME'),
  tombstoneTtlDays: requireInteger('TOMBSTONE_TTL_DAYS'),
};

const s3 = new S3Client({
  // The body's length and TLS say enough; checksums in JavaScript would cost more than the counting.
  responseChecksumValidation: 'WHEN_REQUIRED',
  requestHandler: {
    connectionTimeout: 2_000,
    requestTimeout: 20_000,
    throwOnRequestTimeout: true,
    socketTimeout: 60_000,
  },
});

/** Keeps one row per CSV object with the number of its rows. One at a time: each has the function's network to itself. */
export const handler = eachRecord(
  rowCounter({
    table,
    s3,
    delimiter: parseDelimiter('CSV_DELIMITER', requireEnvironment('CSV_DELIMITER')),
    // set where somebody takes what this function has no time for
    handOverTo: process.env['HAND_OVER_STATE_MACHINE_ARN'] || undefined,
  }),
  { concurrency: 1 },
);
