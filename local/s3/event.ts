import { randomUUID } from 'node:crypto';
import { eventSequencer } from './sequence.ts';

/** Who changed an object: a request, or a lifecycle rule. */
export interface Cause {
  readonly requestId: string;
  /** An account id, or `s3.amazonaws.com`. */
  readonly requester: string;
  /** Absent when no request caused the change. */
  readonly sourceIp?: string;
}

export type CreateReason = 'PutObject' | 'POST Object' | 'CopyObject' | 'CompleteMultipartUpload';
export type DeleteReason = 'DeleteObject' | 'Lifecycle Expiration';

/** A change of what is kept beside an object. */
export type BesideType = 'Object Tags Added' | 'Object Tags Deleted' | 'Object Retention Updated';

/** What happened to an object, in the terms of S3's event. */
export type ObjectChange = {
  readonly bucket: string;
  /** Raw: EventBridge, unlike the classic notification, gets keys as they are. */
  readonly key: string;
  readonly timeMs: number;
  /** Absent in a bucket without versions. */
  readonly versionId?: string;
  readonly cause: Cause;
} & (
  | {
      readonly type: 'Object Created';
      readonly sequencer: string;
      readonly reason: CreateReason;
      readonly sizeBytes: number;
      readonly etag: string;
    }
  | {
      readonly type: 'Object Deleted';
      readonly sequencer: string;
      readonly reason: DeleteReason;
      readonly deletionType: 'Permanently Deleted' | 'Delete Marker Created';
    }
  | {
      readonly type: BesideType;
      readonly etag: string;
    }
);

/** The etag of a delete marker: that of nothing. */
export const EMPTY_MD5 = 'd41d8cd98f00b204e9800998ecf8427e';

/**
 * The event's whole text, as S3 sends it to the default bus:
 *
 *     {"version":"0","id":"…","detail-type":"Object Created","source":"aws.s3","account":"111122223333",
 *      "time":"2026-11-20T07:00:00Z","region":"eu-central-1","resources":["arn:aws:s3:::my-bucket"],
 *      "detail":{"version":"0","event-version":"1.2","bucket":{"name":"my-bucket"},
 *                "object":{"key":"csv/a b.csv","size":5,"etag":"…","version-id":"…","sequencer":"00617F08299329D189"},
 *                "request-id":"…","requester":"111122223333","source-ip-address":"127.0.0.1","reason":"PutObject"}}
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function eventText(change: ObjectChange, account: string, region: string): string {
  const { cause } = change;
  return JSON.stringify({
    version: '0',
    id: randomUUID(),
    'detail-type': change.type,
    source: 'aws.s3',
    account,
    // whole seconds, as EventBridge writes them
    time: new Date(change.timeMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: [`arn:aws:s3:::${change.bucket}`],
    detail: {
      version: '0',
      'event-version': '1.2',
      bucket: { name: change.bucket },
      object: {
        key: change.key,
        ...(change.type === 'Object Created' && { size: change.sizeBytes }),
        ...('etag' in change && { etag: change.etag }),
        // a marker has the etag of nothing; what is permanently deleted has none
        ...(change.type === 'Object Deleted' &&
          change.deletionType === 'Delete Marker Created' && { etag: EMPTY_MD5 }),
        ...(change.versionId !== undefined && { 'version-id': change.versionId }),
        ...('sequencer' in change && { sequencer: eventSequencer(change.sequencer) }),
      },
      'request-id': cause.requestId,
      requester: cause.requester,
      ...(cause.sourceIp !== undefined && { 'source-ip-address': cause.sourceIp }),
      ...('reason' in change && { reason: change.reason }),
      ...(change.type === 'Object Deleted' && { 'deletion-type': change.deletionType }),
    },
  });
}
