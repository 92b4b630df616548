import { eventNameOf } from '../../shared/object-event/event-name.ts';
import { hostId } from './error-document.ts';
import { EMPTY_MD5, type ObjectChange } from './event.ts';
import { eventSequencer } from './sequence.ts';

/** `ObjectCreated:Put`: what S3 calls the change in a notification. */
export function eventNameOfChange(change: ObjectChange): string {
  return eventNameOf({
    detailType: change.type,
    ...('reason' in change && { reason: change.reason }),
    ...('deletionType' in change && { deletionType: change.deletionType }),
  });
}

/** Where the bucket is, and which of its configurations sends. */
export interface NotifyingBucket {
  readonly configurationId: string;
  readonly accountId: string;
  readonly region: string;
}

/**
 * The text that S3 itself sends to a function, a queue or a topic: the classic notification, with one record. It tells of the
 * same change as the event on the bus, by the same sequencer; its key, unlike there, is form-encoded.
 *
 *     {"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-central-1",
 *       "eventTime":"2026-11-20T07:00:00.123Z","eventName":"ObjectCreated:Put","userIdentity":{"principalId":"AWS:111122223333"},
 *       "requestParameters":{"sourceIPAddress":"127.0.0.1"},"responseElements":{"x-amz-request-id":"…","x-amz-id-2":"…"},
 *       "s3":{"s3SchemaVersion":"1.0","configurationId":"…",
 *             "bucket":{"name":"my-bucket","ownerIdentity":{"principalId":"111122223333"},"arn":"arn:aws:s3:::my-bucket"},
 *             "object":{"key":"csv/a+b.csv","size":5,"eTag":"…","versionId":"…","sequencer":"00617F08299329D189"}}}]}
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function notificationText(
  change: ObjectChange,
  { configurationId, accountId, region }: NotifyingBucket,
): string {
  const { bucket, cause } = change;
  const eventName = eventNameOfChange(change);
  const isOfService = cause.requester.endsWith('.amazonaws.com');
  const record = {
    eventVersion: /^(ObjectCreated|ObjectRemoved):/.test(eventName) ? '2.1' : '2.3',
    eventSource: 'aws:s3',
    awsRegion: region,
    eventTime: new Date(change.timeMs).toISOString(),
    eventName,
    userIdentity: { principalId: isOfService ? cause.requester : `AWS:${cause.requester}` },
    requestParameters: { sourceIPAddress: cause.sourceIp ?? 's3.amazonaws.com' },
    responseElements: { 'x-amz-request-id': cause.requestId, 'x-amz-id-2': hostId(cause.requestId) },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId,
      bucket: { name: bucket, ownerIdentity: { principalId: accountId }, arn: `arn:aws:s3:::${bucket}` },
      object: {
        key: encodeFormKey(change.key),
        ...(change.type === 'Object Created' && { size: change.sizeBytes }),
        ...('etag' in change && { eTag: change.etag }),
        ...(change.type === 'Object Deleted' &&
          change.deletionType === 'Delete Marker Created' && { eTag: EMPTY_MD5 }),
        ...(change.versionId !== undefined && { versionId: change.versionId }),
        ...('sequencer' in change && { sequencer: eventSequencer(change.sequencer) }),
      },
    },
  };
  return JSON.stringify({ Records: [record] });
}

/**
 * What S3 sends to a queue or a topic when it becomes a destination; nothing happened to any object.
 *
 *     {"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-11-20T07:00:00.123Z","Bucket":"my-bucket","RequestId":"…","HostId":"…"}
 */
export function testNotification(bucket: string, timeMs: number, requestId: string): string {
  return JSON.stringify({
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: new Date(timeMs).toISOString(),
    Bucket: bucket,
    RequestId: requestId,
    HostId: hostId(requestId),
  });
}

/** As a form is encoded, slashes apart: a space is a plus, and `%XX` a byte of UTF-8. */
function encodeFormKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/')
    .replaceAll(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
