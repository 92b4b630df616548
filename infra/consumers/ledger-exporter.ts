import { join } from 'node:path';
import { allow } from '../allow.ts';
import type { ConsumerDefinition } from '../consumer-definition.ts';
import type { Stage } from '../stage.ts';
import { EVERY_CHANGE, NOT_A_FOLDER } from './patterns.ts';

/** One line per event, in objects of the output bucket. */
export const ledgerExporter = ({ storeRequester }: Stage): ConsumerDefinition => ({
  name: 'ledger-exporter',
  pattern: { 'detail-type': EVERY_CHANGE, detail: { object: { key: NOT_A_FOLDER } } },
  keeps: { lines: 'ledger/' },
  kind: 'batch',
  handler: join(import.meta.dirname, '../../functions/ledger-exporter/handler'),
  environment: ({ outputBucket }) => ({
    OUTPUT_BUCKET: outputBucket.bucketName,
    ...(storeRequester === true && { STORE_REQUESTER: 'true' }),
  }),
  grants: ({ outputBucket }) => [allow(['s3:PutObject'], outputBucket.arnForObjects('ledger/*'))],
});
