import { join } from 'node:path';
import { allow } from '../allow.ts';
import type { ConsumerDefinition } from '../consumer-definition.ts';
import { lockingStatements } from '../ledger-lock.ts';
import type { Stage } from '../stage.ts';
import { EVERY_CHANGE, NOT_A_FOLDER } from './patterns.ts';

/** One line per event, in objects of the output bucket. */
export const ledgerExporter = ({ storeRequester, ledgerLock }: Stage): ConsumerDefinition => ({
  name: 'ledger-exporter',
  pattern: { 'detail-type': EVERY_CHANGE, detail: { object: { key: NOT_A_FOLDER } } },
  keeps: { lines: 'ledger/', ...(ledgerLock !== undefined && { lockDays: ledgerLock.days }) },
  kind: 'batch',
  handler: join(import.meta.dirname, '../../functions/ledger-exporter/handler'),
  environment: ({ outputBucket }) => ({
    OUTPUT_BUCKET: outputBucket.bucketName,
    ...(storeRequester === true && { STORE_REQUESTER: 'true' }),
    ...(ledgerLock !== undefined && { LEDGER_LOCK_DAYS: String(ledgerLock.days) }),
  }),
  grants: ({ outputBucket }) => {
    const objects = outputBucket.arnForObjects('ledger/*');
    return [
      allow(['s3:PutObject'], objects),
      ...(ledgerLock === undefined ? [] : lockingStatements(ledgerLock, objects)),
    ];
  },
});
