/**
 * What happened to one object, in one type, whichever shape it was delivered in. Bodies become events in
 * object-event-parser.ts; the shapes themselves are described in s3-bus-event.ts (EventBridge), s3-notification.ts
 * (classic notification) and backfill-envelope.ts.
 *
 * Written out as JSON, an upload of `csv/a b.csv` is
 *
 *     {
 *       "origin": "eventbridge",
 *       "detailType": "Object Created",
 *       "eventName": "ObjectCreated:Put",
 *       "eventTime": "2026-11-20T07:00:00.000Z",
 *       "bucket": "sluice-ingest",
 *       "key": "csv/a b.csv",
 *       "size": 5,
 *       "etag": "b1946ac92492d2347c6235b4d2611184",
 *       "versionId": "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e",
 *       "sequencer": "0000000000000000617f08299329d189",
 *       "requestId": "N4N7GDK58NMKJ12R",
 *       "requester": "123456789012",
 *       "sourceIp": "1.2.3.4",
 *       "reason": "PutObject",
 *       "account": "111122223333",
 *       "region": "ca-central-1"
 *     }
 */
export type ObjectEvent = DeliveredEvent | ObjectBackfilled;

/** An event that S3 itself sent, on the bus or as a classic notification; live or replayed. */
export type DeliveredEvent =
  | ObjectCreated
  | ObjectDeleted
  | ObjectRestored
  | ObjectStorageClassChanged
  | ObjectAccessTierChanged
  | ObjectAnnotated
  | ObjectRetentionUpdated
  | ObjectAttributesUpdated;

interface ObjectEventFields {
  /** Case and encoding as S3 has them: raw, never percent-encoded. May hold anything, `__proto__` and CR LF included. */
  readonly key: string;
  readonly bucket: string;
  /** S3's own word, without the `s3:` prefix, e.g. `ObjectCreated:CompleteMultipartUpload` or `LifecycleExpiration:Delete`. */
  readonly eventName: string;
  /** ISO 8601 in UTC with milliseconds, so that string order is time order. EventBridge gives whole seconds only. */
  readonly eventTime: string;
  /** Bytes; a safe integer. Absent where S3 sends none (a permanent delete). */
  readonly size?: number;
  /** Without quotes. */
  readonly etag?: string;
  /** Absent in an unversioned bucket. On `Delete Marker Created` it is the marker's own. */
  readonly versionId?: string;
}

interface DeliveredFields extends ObjectEventFields {
  readonly origin: 'eventbridge' | 'notification';
  /** Normalised, see sequencer.ts. ACL, tag, restore and storage events have none. */
  readonly sequencer?: string;
  readonly requestId?: string;
  /** Account id, service principal, or the classic notification's principal id. */
  readonly requester?: string;
  /** IPv4 or IPv6 as S3 wrote it. Absent when no request caused the event. */
  readonly sourceIp?: string;
  readonly account?: string;
  readonly region?: string;
  /** Name of the replay that delivered the event; absent on a live one. */
  readonly replayName?: string;
}

interface ObjectCreated extends DeliveredFields {
  readonly detailType: 'Object Created';
  /** `PutObject`, `POST Object`, `CopyObject`, `CompleteMultipartUpload`, or what S3 may add. */
  readonly reason?: string;
  /** On a copy: whether the copy has annotations. */
  readonly hasAnnotation?: boolean;
}

export interface ObjectDeleted extends DeliveredFields {
  readonly detailType: 'Object Deleted';
  /** `DeleteObject`, `Lifecycle Expiration`, or what S3 may add. */
  readonly reason?: string;
  readonly deletionType: 'Permanently Deleted' | 'Delete Marker Created';
}

interface ObjectRestored extends DeliveredFields {
  readonly detailType: 'Object Restore Initiated' | 'Object Restore Completed' | 'Object Restore Expired';
  /** When the restored copy goes away, as `eventTime`. On `Object Restore Completed`. */
  readonly restoreExpiryTime?: string;
  readonly sourceStorageClass?: string;
}

interface ObjectStorageClassChanged extends DeliveredFields {
  readonly detailType: 'Object Storage Class Changed';
  readonly destinationStorageClass?: string;
}

interface ObjectAccessTierChanged extends DeliveredFields {
  readonly detailType: 'Object Access Tier Changed';
  readonly destinationAccessTier?: string;
}

interface ObjectAnnotated extends DeliveredFields {
  readonly detailType: 'Object Annotation Created' | 'Object Annotation Removed';
  /** `PutObjectAnnotation`, `DeleteObjectAnnotation`, or what S3 may add. */
  readonly reason?: string;
  readonly annotationName?: string;
}

interface ObjectRetentionUpdated extends DeliveredFields {
  readonly detailType: 'Object Retention Updated';
  /** S3's `object-retention-event-data` as it came: its fields are not documented well enough to name. */
  readonly retention?: Readonly<Record<string, unknown>>;
}

interface ObjectAttributesUpdated extends DeliveredFields {
  readonly detailType: 'Object ACL Updated' | 'Object Tags Added' | 'Object Tags Deleted';
}

/**
 * An object that an operator found in the bucket and sent to the queues, or found missing there. S3 did not send it, so
 * it has no sequencer of its own, and every event with one wins over it.
 */
export interface ObjectBackfilled extends ObjectEventFields {
  readonly origin: 'backfill';
  /** `Object Deleted` is always a repair: the row shows an object that the bucket holds no more. */
  readonly detailType: 'Object Created' | 'Object Deleted';
  /** When S3 says that the object was last modified, as `eventTime`, which is the same; of a deletion when the operator looked. */
  readonly lastModified: string;
  /** When the operator looked, as `eventTime`; orders two repairs of one row. */
  readonly observedAt?: string;
  /** Set on a repair: the row as the operator saw it. */
  readonly expected?: ExpectedRow;
}

export interface ExpectedRow {
  /** The sequencer in the row, normalised; null when the row had none, or there was no row. */
  readonly sequencer: string | null;
  /** No event of S3 has it: the row that is written has none. @default it keeps the row's */
  readonly isForged?: true;
}
