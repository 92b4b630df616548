import type { DeliveredEvent, ObjectEvent } from './object-event.ts';

/**
 * A text that is the same for every delivery of one change, and different for different changes: duplicates, replays
 * and, where both shapes say enough, the EventBridge event and the classic notification of one change share it. Never
 * the event's `id`: a rule that fires twice, or a replay, need not keep it.
 *
 * For an event with a sequencer, the change is that sequencer of that key:
 *
 *     ["sluice-ingest","csv/a b.csv","Object Created","IYV3p45B","0000000000000000617f08299329d189"]
 *
 * The version is named because one request may delete several versions of a key. Without a sequencer, as ACL, tag and
 * restore events come, the request and its second stand in; also beside the sequencer of a lifecycle expiration, which
 * is nominal (midnight of the day in S3's own sample) and may be shared. A backfill is the object as it was listed,
 * and what its row was expected to be. It is JSON, so that no key can be mistaken for another's.
 */
export function identity(event: ObjectEvent): string {
  const { bucket, key, versionId = null } = event;
  if (event.origin === 'backfill') {
    const { etag = null, lastModified, expected = null, observedAt = null } = event;
    return JSON.stringify([
      bucket,
      key,
      'Backfill',
      versionId,
      etag,
      lastModified,
      expected && [expected.sequencer, observedAt],
    ]);
  }
  return JSON.stringify([bucket, key, changeOf(event), versionId, ...momentOf(event)]);
}

function changeOf(event: DeliveredEvent): string {
  return event.detailType === 'Object Deleted' ? event.deletionType : event.detailType;
}

function momentOf(event: DeliveredEvent): readonly (string | null)[] {
  const { sequencer = null, requestId = null, eventTime } = event;
  const isNominal = event.detailType === 'Object Deleted' && event.reason === 'Lifecycle Expiration';
  return sequencer !== null && !isNominal ? [sequencer] : [sequencer, requestId, eventTime.slice(0, 19)];
}
