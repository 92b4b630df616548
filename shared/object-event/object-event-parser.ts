import { BACKFILL_SOURCE, parseBackfill } from './backfill-envelope.ts';
import { isObject, malformed, shown } from './event-fields.ts';
import type { ObjectEvent } from './object-event.ts';
import { parseBusEvent } from './s3-bus-event-parser.ts';
import { isTestNotification, parseNotificationRecord } from './s3-notification.ts';

/**
 * The object events in a decoded body, whichever of the three shapes it has: one for an EventBridge event or a backfill,
 * one per record for a classic notification, none for S3's test notification. Tolerant as AWS asks: fields that are not
 * known pass unread, also in a newer minor version.
 *
 * @throws InvalidEventError when the body, or any record of it, cannot be read.
 */
export function parseObjectEvents(value: unknown): readonly ObjectEvent[] {
  if (!isObject(value)) {
    throw malformed(`event is ${shown(value)}: it must be an object`);
  }
  if (Array.isArray(value['Records'])) {
    return value['Records'].map(parseNotificationRecord);
  }
  if (isTestNotification(value)) {
    return [];
  }
  if (value['source'] === BACKFILL_SOURCE) {
    return [parseBackfill(value)];
  }
  if (value['detail-type'] !== undefined) {
    return [parseBusEvent(value)];
  }
  throw malformed(
    `event ${shown(value)} is neither an EventBridge event (it has no detail-type), nor an S3 notification (it has no Records), nor a backfill`,
  );
}

/** As parseObjectEvents, of JSON text. @throws InvalidEventError also on text that is not JSON. */
export function parseObjectEventText(text: string): readonly ObjectEvent[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw malformed(`event ${shown(text)} is not JSON`, { cause });
  }
  return parseObjectEvents(value);
}
