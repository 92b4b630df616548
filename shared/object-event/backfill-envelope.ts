import { EventFields, isObject, malformed, shown, unsupported, withoutUndefined } from './event-fields.ts';
import type { ExpectedRow, ObjectBackfilled } from './object-event.ts';
import { isSequencer, normaliseSequencer } from './sequencer.ts';

/** Source of a backfill. Nobody can publish as `aws.s3`, so that a backfill is never mistaken for what S3 said. */
export const BACKFILL_SOURCE = 'sluice.backfill';

/**
 * The name of a backfilled object's event. A listing does not tell by which API the object came, and S3 has no word
 * for what it did not send: this one is ours.
 */
const CREATED_EVENT_NAME = 'ObjectCreated:Backfill';
const DELETED_EVENT_NAME = 'ObjectRemoved:Backfill';

/**
 * Reads what an operator sends straight to a consumer's queue for an object that is in the bucket: as an `Object
 * Created`, with no sequencer.
 *
 *     {
 *       "source": "sluice.backfill",
 *       "detail-type": "Object Created",
 *       "time": "2026-11-20T07:00:00Z",
 *       "detail": {
 *         "bucket": { "name": "sluice-ingest" },
 *         "object": { "key": "csv/a b.csv", "size": 5, "etag": "b1946ac92492d2347c6235b4d2611184", "version-id": "IYV3p45B" },
 *         "last-modified": "2026-11-19T23:59:59Z",
 *         "expected": { "sequencer": "617f08299329d189" }
 *       }
 *     }
 *
 * `time`, when the operator looked, and `expected` are optional. With `expected` it is a repair: it replaces the row
 * that has that sequencer, or, with `"sequencer": null`, one without any, or none. It keeps the sequencer, but with `"isForged": true`: then
 * the row has none, and the next event of S3 wins.
 *
 * A row may also show an object that is gone, when its delete never arrived, or one whose name its consumer skips. Its repair is an `Object Deleted` with
 * `time`, `expected` and the key; `last-modified` has no meaning then. It leaves a tombstone of that time.
 *
 * @throws InvalidEventError
 */
export function parseBackfill(value: unknown): ObjectBackfilled {
  const envelope = new EventFields(value, 'backfill');
  const detailType = envelope.text('detail-type');
  if (detailType !== 'Object Created' && detailType !== 'Object Deleted') {
    throw unsupported(
      `backfill detail-type is ${shown(detailType)}: only Object Created and Object Deleted can be backfilled`,
    );
  }
  const detail = envelope.object('detail');
  const object = detail.object('object');
  const expected = readExpectedRow(detail.value('expected'));
  const isDeleted = detailType === 'Object Deleted';
  if (isDeleted && expected === undefined) {
    throw malformed(
      'backfill of Object Deleted has no detail.expected: a deletion can only repair a row that was seen',
    );
  }
  const lastModified = isDeleted ? envelope.time('time') : detail.time('last-modified');
  return withoutUndefined({
    origin: 'backfill',
    detailType,
    eventName: isDeleted ? DELETED_EVENT_NAME : CREATED_EVENT_NAME,
    eventTime: lastModified,
    bucket: detail.object('bucket').text('name'),
    key: object.text('key'),
    size: isDeleted ? undefined : object.optionalSize('size'),
    etag: isDeleted ? undefined : object.optionalEtag('etag'),
    versionId: object.optionalText('version-id'),
    lastModified,
    observedAt: envelope.optionalTime('time'),
    expected,
  } as const);
}

/** What an operator says of an object: what `parseBackfill` reads. */
export interface BackfillFacts {
  readonly bucket: string;
  readonly key: string;
  /** Absent for a deletion, of which at most the version id of the delete marker is known. */
  readonly size?: number;
  readonly etag?: string;
  readonly versionId?: string;
  /** ISO 8601. */
  readonly lastModified: string;
  /** When the operator looked; needed for a repair. */
  readonly observedAt?: string;
  readonly expected?: ExpectedRow;
  /** The object is gone. */
  readonly isDeleted?: boolean;
}

/** The envelope, ready to be written as JSON and sent to a consumer's queue. */
export function backfillEnvelope(facts: BackfillFacts): object {
  const { bucket, key, size, etag, versionId, lastModified, observedAt, expected, isDeleted = false } = facts;
  return {
    source: BACKFILL_SOURCE,
    'detail-type': isDeleted ? 'Object Deleted' : 'Object Created',
    ...(observedAt !== undefined && { time: observedAt }),
    detail: {
      bucket: { name: bucket },
      object: { key, size, etag, 'version-id': versionId },
      ...(!isDeleted && { 'last-modified': lastModified }),
      ...(expected !== undefined && { expected }),
    },
  };
}

function readExpectedRow(value: unknown): ExpectedRow | undefined {
  if (value === undefined) {
    return undefined;
  }
  // Null says that the row had none; a field left out by mistake says nothing.
  const { sequencer, isForged } = isObject(value) ? value : {};
  if (isForged !== undefined && (isForged !== true || sequencer === null)) {
    throw malformed(
      `backfill.detail.expected is ${shown(value)}: isForged must be true, of a sequencer, or left out`,
    );
  }
  if (sequencer === null) {
    return { sequencer };
  }
  if (typeof sequencer !== 'string' || !isSequencer(sequencer)) {
    throw malformed(
      `backfill.detail.expected is ${shown(value)}: its sequencer must be hexadecimal digits, or null`,
    );
  }
  return { sequencer: normaliseSequencer(sequencer), ...(isForged === true && { isForged }) };
}
