import { requireEnvironment, requireInteger } from '../../shared/environment.ts';
import { writeRow } from '../rows/write-row.ts';
import { eachRecord } from '../batch/sqs-batch.ts';
import { metadataOf, REVISION } from './metadata.ts';

const table = {
  name: requireEnvironment('TABLE_NAME'),
  tombstoneTtlDays: requireInteger('TOMBSTONE_TTL_DAYS'),
};

const storeRequester = process.env['STORE_REQUESTER'] === 'true';

/** Keeps one row per object: what it is now, or that it is gone. */
export const handler = eachRecord(async (event) => {
  const metadata = metadataOf(event, { storeRequester });
  return metadata === undefined ? 'skipped' : writeRow({ table, ...metadata, event, revision: REVISION });
});
