import { backfillEnvelope } from './backfill-envelope.ts';
import { BUS_KINDS, type BusKind, type SampleKind } from './sample-kinds.ts';
import { sampleNotification, TEST_NOTIFICATION } from './sample-notification.ts';
import { sqsBatch } from './sample-sqs-batch.ts';

/** What a sample says of the object; the rest is filled in, the same each time. */
export interface SampleFacts {
  /** @default sluice-ingest */
  readonly bucket?: string;
  /** As it is, not encoded. @default csv/a b.csv */
  readonly key?: string;
  /** Bytes. @default 5 */
  readonly size?: number;
  readonly etag?: string;
  /** Null in a bucket without versions. */
  readonly versionId?: string | null;
  /** Hexadecimal; later events of a key have higher ones. */
  readonly sequencer?: string;
  /** ISO 8601. @default 2026-11-20T07:00:00Z */
  readonly time?: string;
  /** @default 111122223333 */
  readonly account?: string;
  /** @default eu-west-1 */
  readonly region?: string;
  /** In S3's words, where the kind has one: `CopyObject` */
  readonly reason?: string;
}

type Facts = Required<Omit<SampleFacts, 'reason'>> & Pick<SampleFacts, 'reason'>;

const EMPTY_MD5 = 'd41d8cd98f00b204e9800998ecf8427e';

const DEFAULTS: Facts = {
  bucket: 'sluice-ingest',
  key: 'csv/a b.csv',
  size: 5,
  etag: 'b1946ac92492d2347c6235b4d2611184',
  versionId: 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e',
  sequencer: '00617F08299329D189',
  time: '2026-11-20T07:00:00Z',
  account: '111122223333',
  region: 'eu-west-1',
};

/**
 * An event as a pipeline gets it, for tests and `aws lambda invoke`: a plain object, to be written as JSON. Every one is
 * read by `parseObjectEvents`, but a batch, which holds such events as texts.
 *
 *     sampleEvent('put', { bucket: 'uploads', key: 'csv/a.csv' })
 *     sampleEvent('sqs', { key: 'images/cat.png', size: 40_000 })
 */
export function sampleEvent(kind: SampleKind, facts: SampleFacts = {}): Record<string, unknown> {
  const all: Facts = { ...DEFAULTS, ...facts };
  if (isBusKind(kind)) return busEvent(BUS_KINDS[kind], all);
  switch (kind) {
    case 'replay':
      return { ...busEvent(BUS_KINDS.put, all), 'replay-name': 'fixed-the-parser' };
    case 'backfill': {
      const { bucket, key, size, etag, versionId, time } = all;
      const version = versionId === null ? {} : { versionId };
      const envelope = { bucket, key, size, etag, lastModified: time, observedAt: time, ...version };
      return { ...backfillEnvelope(envelope) };
    }
    case 'notification':
      return sampleNotification('ObjectCreated:Put', all);
    case 'notification-deleted':
      return sampleNotification(
        all.versionId === null ? 'ObjectRemoved:Delete' : 'ObjectRemoved:DeleteMarkerCreated',
        all,
      );
    case 'test-notification':
      return { ...TEST_NOTIFICATION, Time: all.time, Bucket: all.bucket };
    case 'sqs':
    default:
      return sqsBatch([busEvent(BUS_KINDS.put, all)], all);
  }
}

const isBusKind = (kind: SampleKind): kind is keyof typeof BUS_KINDS => Object.hasOwn(BUS_KINDS, kind);

function busEvent(kind: BusKind, facts: Facts): Record<string, unknown> {
  const { bucket, key, size, etag, versionId, sequencer, time, account, region } = facts;
  const reason = kind.reason === undefined ? undefined : (facts.reason ?? kind.reason);
  const isChange = kind.type === 'Object Created' || kind.type === 'Object Deleted';
  return {
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': kind.type,
    source: 'aws.s3',
    account,
    // whole seconds, as EventBridge writes them
    time: new Date(time).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      'event-version': '1.2',
      bucket: { name: bucket },
      object: {
        key,
        ...(kind.holds === 'object' && { size }),
        ...((kind.holds === 'object' || kind.holds === 'unsized') && { etag }),
        ...(kind.holds === 'marker' && { etag: EMPTY_MD5 }),
        ...(versionId !== null && { 'version-id': versionId }),
        ...(isChange && { sequencer }),
      },
      'request-id': 'N4N7GDK58NMKJ12R',
      requester: kind.byS3 === true ? 's3.amazonaws.com' : account,
      ...(kind.byS3 !== true && { 'source-ip-address': '192.0.2.1' }),
      ...(reason !== undefined && { reason }),
      ...kind.more,
    },
  };
}
