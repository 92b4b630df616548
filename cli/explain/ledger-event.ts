import type { LedgerLine } from '../pipeline/ledger-line.ts';
import type { Owner } from './asked-events.ts';

/** Where a line's field stands in the event of the bus that it was made of; what is nested there is not told by name. */
const IN_DETAIL: Readonly<Record<string, string>> = {
  request_id: 'request-id',
  requester: 'requester',
  source_ip: 'source-ip-address',
  reason: 'reason',
  deletion_type: 'deletion-type',
  restore_expiry_time: 'restore-expiry-time',
  source_storage_class: 'source-storage-class',
  destination_storage_class: 'destination-storage-class',
  destination_access_tier: 'destination-access-tier',
};
const IN_OBJECT: Readonly<Record<string, string>> = {
  size: 'size',
  etag: 'etag',
  version_id: 'version-id',
  sequencer: 'sequencer',
};

/** What of an event a line does not tell, in words. */
export const NOT_TOLD =
  'they have no id, no event-version, no resources but the bucket, sequencers at a fixed width, and times as the ledger has them';

/**
 * The event of the bus that a line of the ledger was made of, as far as the line tells; undefined of what was none: a backfill, or a line that says too little.
 *
 *     { "detail_type": "Object Created", "object_key": "csv/a.csv", "size": 5, "reason": "PutObject" … }
 */
export function eventOfLine({ key, time, fields }: LedgerLine, owner: Owner & { readonly bucket: string }) {
  const { detail_type: detailType, origin, bucket = owner.bucket, replay_name: replayName } = fields;
  if (typeof detailType !== 'string' || origin === 'backfill') return undefined;
  const { account = owner.account, region = owner.region } = fields;
  return {
    version: '0',
    'detail-type': detailType,
    source: 'aws.s3',
    account,
    // the bus tells whole seconds
    time: time.replace('.000Z', 'Z'),
    region,
    resources: [`arn:aws:s3:::${String(bucket)}`],
    ...(replayName !== undefined && { 'replay-name': replayName }),
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key, ...renamed(fields, IN_OBJECT) },
      ...renamed(fields, IN_DETAIL),
    },
  };
}

const renamed = (fields: LedgerLine['fields'], names: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(names).flatMap(([from, to]) => (fields[from] === undefined ? [] : [[to, fields[from]]])),
  );
