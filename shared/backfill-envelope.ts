import { EventFields, isObject, malformed, shown, unsupported, withoutUndefined } from './event-fields.ts';
import type { ExpectedRow, ObjectBackfilled } from './object-event.ts';
import { isSequencer, normaliseSequencer } from './sequencer.ts';

/** Source of a backfill. Nobody can publish as `aws.s3`, so that a backfill is never mistaken for what S3 said. */
export const BACKFILL_SOURCE = 'sluice.backfill';

/**
 * The name of a backfilled object's event. A listing does not tell by which API the object came, and S3 has no word
 * for what it did not send: this one is ours.
 */
const BACKFILL_EVENT_NAME = 'ObjectCreated:Backfill';

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
 * that has that sequencer, or, with `"sequencer": null`, one without any, or none.
 *
 * @throws InvalidEventError
 */
export function parseBackfill(value: unknown): ObjectBackfilled {
  const envelope = new EventFields(value, 'backfill');
  const detailType = envelope.text('detail-type');
  if (detailType !== 'Object Created') {
    throw unsupported(`backfill detail-type is ${shown(detailType)}: only Object Created can be backfilled`);
  }
  const detail = envelope.object('detail');
  const object = detail.object('object');
  const lastModified = detail.time('last-modified');
  return withoutUndefined({
    origin: 'backfill',
    detailType,
    eventName: BACKFILL_EVENT_NAME,
    eventTime: lastModified,
    bucket: detail.object('bucket').text('name'),
    key: object.text('key'),
    size: object.optionalSize('size'),
    etag: object.optionalEtag('etag'),
    versionId: object.optionalText('version-id'),
    lastModified,
    observedAt: envelope.optionalTime('time'),
    expected: readExpectedRow(detail.value('expected')),
  } as const);
}

function readExpectedRow(value: unknown): ExpectedRow | undefined {
  if (value === undefined) {
    return undefined;
  }
  // Null says that the row had none; a field left out by mistake says nothing.
  const sequencer = isObject(value) ? value['sequencer'] : undefined;
  if (sequencer === null) {
    return { sequencer };
  }
  if (typeof sequencer !== 'string' || !isSequencer(sequencer)) {
    throw malformed(
      `backfill.detail.expected is ${shown(value)}: its sequencer must be hexadecimal digits, or null`,
    );
  }
  return { sequencer: normaliseSequencer(sequencer) };
}
