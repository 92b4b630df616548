/**
 * An S3 event as EventBridge carries it: what patterns are written against, and the first shape that
 * object-event-parser.ts reads. Only what S3 documents is here; a field that is not passes the parser unread.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export type S3BusEvent = S3BusEventOf<keyof S3Details>;

/** The envelope around one detail-type. A replayed event also has the name of its replay. */
export interface S3BusEventOf<Type extends keyof S3Details> {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': Type;
  readonly source: 'aws.s3';
  readonly account: string;
  /** Whole seconds, e.g. `2021-11-12T00:00:00Z`. */
  readonly time: string;
  readonly region: string;
  /** The bucket's ARN. */
  readonly resources: readonly string[];
  readonly detail: S3Details[Type];
  readonly 'replay-name'?: string;
}

/** Every detail-type that S3 sends once EventBridge is on, with the fields of its detail. */
export interface S3Details {
  'Object Created': CreatedDetail;
  'Object Deleted': DeletedDetail;
  'Object Restore Initiated': RestoreDetail;
  'Object Restore Completed': RestoreDetail;
  'Object Restore Expired': RestoreDetail;
  'Object Storage Class Changed': StorageClassDetail;
  'Object Access Tier Changed': AccessTierDetail;
  'Object ACL Updated': ObjectDetail;
  'Object Tags Added': ObjectDetail;
  'Object Tags Deleted': ObjectDetail;
  'Object Annotation Created': AnnotationDetail;
  'Object Annotation Removed': AnnotationDetail;
  'Object Retention Updated': RetentionDetail;
}

/** What every detail has. The key is raw: `a+b %2F.csv` is those eleven characters, and decoding it names another object. */
interface ObjectDetail {
  readonly version: string;
  /** `major.minor`; AWS asks to compare the major for equality and to ignore what a new minor adds. */
  readonly 'event-version'?: string;
  readonly bucket: {
    readonly name: string;
    readonly 'aws-generated-tags'?: Readonly<Record<string, string>>;
  };
  readonly object: {
    readonly key: string;
    readonly size?: number;
    readonly etag?: string;
    readonly 'version-id'?: string;
    readonly sequencer?: string;
    readonly 'has-object-annotation'?: boolean;
  };
  readonly 'request-id': string;
  readonly requester: string;
  /** IPv4 or IPv6; only when a request caused the event. */
  readonly 'source-ip-address'?: string;
}

/**
 *     {
 *       "version": "0",
 *       "id": "17793124-05d4-b198-2fde-7ededc63b103",
 *       "detail-type": "Object Created",
 *       "source": "aws.s3",
 *       "account": "111122223333",
 *       "time": "2021-11-12T00:00:00Z",
 *       "region": "ca-central-1",
 *       "resources": ["arn:aws:s3:::sluice-ingest"],
 *       "detail": {
 *         "version": "0",
 *         "event-version": "1.2",
 *         "bucket": { "name": "sluice-ingest" },
 *         "object": {
 *           "key": "csv/a b.csv",
 *           "size": 5,
 *           "etag": "b1946ac92492d2347c6235b4d2611184",
 *           "version-id": "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e",
 *           "sequencer": "617f08299329d189"
 *         },
 *         "request-id": "N4N7GDK58NMKJ12R",
 *         "requester": "123456789012",
 *         "source-ip-address": "1.2.3.4",
 *         "reason": "PutObject"
 *       }
 *     }
 */
interface CreatedDetail extends ObjectDetail {
  readonly reason: 'PutObject' | 'POST Object' | 'CopyObject' | 'CompleteMultipartUpload';
}

/**
 * A permanent delete has neither etag nor size. The detail of a marker made by a lifecycle rule:
 *
 *     {
 *       "version": "0",
 *       "event-version": "1.2",
 *       "bucket": { "name": "sluice-ingest" },
 *       "object": {
 *         "key": "csv/a b.csv",
 *         "etag": "d41d8cd98f00b204e9800998ecf8427e",
 *         "version-id": "mtB0cV.jejK63XkRNceanNMC.qXPWLeK",
 *         "sequencer": "617b398000000000"
 *       },
 *       "request-id": "20EB74C14654DC47",
 *       "requester": "s3.amazonaws.com",
 *       "reason": "Lifecycle Expiration",
 *       "deletion-type": "Delete Marker Created"
 *     }
 */
interface DeletedDetail extends ObjectDetail {
  readonly reason: 'DeleteObject' | 'Lifecycle Expiration';
  readonly 'deletion-type': 'Permanently Deleted' | 'Delete Marker Created';
}

/**
 *     {
 *       "version": "0",
 *       "event-version": "1.2",
 *       "bucket": { "name": "sluice-ingest" },
 *       "object": {
 *         "key": "archive/2019.csv",
 *         "size": 5,
 *         "etag": "b1946ac92492d2347c6235b4d2611184",
 *         "version-id": "KKsjUC1.6gIjqtvhfg5AdMI0eCePIiT3"
 *       },
 *       "request-id": "189F19CB7FB1B6A4",
 *       "requester": "s3.amazonaws.com",
 *       "restore-expiry-time": "2021-11-13T00:00:00Z",
 *       "source-storage-class": "GLACIER"
 *     }
 */
interface RestoreDetail extends ObjectDetail {
  readonly 'restore-expiry-time'?: string;
  readonly 'source-storage-class'?: string;
}

/** Adds `"destination-storage-class": "GLACIER"`. */
interface StorageClassDetail extends ObjectDetail {
  readonly 'destination-storage-class'?: string;
}

/** Adds `"destination-access-tier": "ARCHIVE_ACCESS"`. */
interface AccessTierDetail extends ObjectDetail {
  readonly 'destination-access-tier'?: string;
}

/** Adds `"object-annotation": { "name": "summary", "size": 24, "etag": "05df351ea190dffc26f55c74425b9d7a" }`. */
interface AnnotationDetail extends ObjectDetail {
  readonly reason?: 'PutObjectAnnotation' | 'DeleteObjectAnnotation';
  readonly 'object-annotation'?: { readonly name: string; readonly size?: number; readonly etag?: string };
}

/** Adds `"object-retention-event-data"`, an object whose fields are passed on as they are. */
interface RetentionDetail extends ObjectDetail {
  readonly 'object-retention-event-data'?: Readonly<Record<string, unknown>>;
}
