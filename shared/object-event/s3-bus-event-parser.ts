import {
  EventFields,
  malformed,
  requireMajorVersion,
  shown,
  unsupported,
  withoutUndefined,
} from './event-fields.ts';
import { eventNameOf, isDetailType } from './event-name.ts';
import type { DeliveredEvent, ObjectDeleted } from './object-event.ts';

/**
 * Reads an S3 event as EventBridge delivers it, live or replayed; see s3-bus-event.ts for its shape.
 *
 * @throws InvalidEventError
 */
export function parseBusEvent(value: unknown): DeliveredEvent {
  const envelope = new EventFields(value, 'event');
  const source = envelope.text('source');
  if (source !== 'aws.s3') {
    throw unsupported(`event source is ${shown(source)}: only aws.s3 and sluice.backfill are known`);
  }
  const detailType = envelope.text('detail-type');
  if (!isDetailType(detailType)) {
    throw unsupported(`event detail-type is ${shown(detailType)}: it is not one that S3 is known to send`);
  }
  const detail = envelope.object('detail');
  requireMajorVersion(envelope, 'version', '0', 'the EventBridge envelope');
  requireMajorVersion(detail, 'version', '0', 'the event detail');
  requireMajorVersion(detail, 'event-version', '1', 'the S3 event');
  const object = detail.object('object');
  const reason = detail.optionalText('reason');
  const deletionType = detailType === 'Object Deleted' ? readDeletionType(detail) : undefined;
  const meaning = withoutUndefined({ detailType, reason, deletionType });
  return withoutUndefined({
    origin: 'eventbridge',
    detailType,
    eventName: eventNameOf(meaning),
    eventTime: envelope.time('time'),
    bucket: detail.object('bucket').text('name'),
    key: object.text('key'),
    size: object.optionalSize('size'),
    etag: object.optionalEtag('etag'),
    versionId: object.optionalText('version-id'),
    sequencer: object.optionalSequencer('sequencer'),
    requestId: detail.optionalText('request-id'),
    requester: detail.optionalText('requester'),
    sourceIp: detail.optionalText('source-ip-address'),
    account: envelope.optionalText('account'),
    region: envelope.optionalText('region'),
    replayName: envelope.optionalText('replay-name'),
    reason,
    deletionType,
    hasAnnotation: object.optionalFlag('has-object-annotation'),
    restoreExpiryTime: detail.optionalTime('restore-expiry-time'),
    sourceStorageClass: detail.optionalText('source-storage-class'),
    destinationStorageClass: detail.optionalText('destination-storage-class'),
    destinationAccessTier: detail.optionalText('destination-access-tier'),
    annotationName: detail.optionalObject('object-annotation').optionalText('name'),
    retention: detail.value('object-retention-event-data'),
  }) as DeliveredEvent;
}

function readDeletionType(detail: EventFields): ObjectDeleted['deletionType'] {
  const deletionType = detail.text('deletion-type');
  if (deletionType === 'Permanently Deleted' || deletionType === 'Delete Marker Created') {
    return deletionType;
  }
  throw malformed(
    `event.detail.deletion-type is ${shown(deletionType)}: it must be Permanently Deleted or Delete Marker Created`,
  );
}
