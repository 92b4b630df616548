import {
  EventFields,
  malformed,
  requireMajorVersion,
  shown,
  unsupported,
  withoutUndefined,
} from './event-fields.ts';
import { meaningOf } from './event-name.ts';
import type { DeliveredEvent } from './object-event.ts';

/**
 * Reads one record of a classic S3 notification. Its key, unlike that of an EventBridge event, is form-encoded:
 * `csv/a b.csv` is written `csv/a+b.csv`.
 *
 *     {
 *       "eventVersion": "2.1",
 *       "eventSource": "aws:s3",
 *       "awsRegion": "us-east-2",
 *       "eventTime": "2019-09-03T19:37:27.192Z",
 *       "eventName": "ObjectCreated:Put",
 *       "userIdentity": { "principalId": "AWS:AIDAINPONIXQXHT3IKHL2" },
 *       "requestParameters": { "sourceIPAddress": "205.255.255.255" },
 *       "responseElements": { "x-amz-request-id": "D82B88E5F771F645" },
 *       "s3": {
 *         "s3SchemaVersion": "1.0",
 *         "bucket": { "name": "sluice-ingest", "arn": "arn:aws:s3:::sluice-ingest" },
 *         "object": {
 *           "key": "csv/a+b.csv",
 *           "size": 1305107,
 *           "eTag": "b21b84d653bb07b05b1e6b33684dc11b",
 *           "sequencer": "0C0F6F405D6ED209E1"
 *         }
 *       }
 *     }
 *
 * @throws InvalidEventError
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function parseNotificationRecord(value: unknown, index: number): DeliveredEvent {
  const record = new EventFields(value, `notification.Records[${index}]`);
  const source = record.optionalText('eventSource') ?? 'aws:s3';
  if (source !== 'aws:s3') {
    throw unsupported(`record ${index} comes from ${shown(source)}: only notifications of aws:s3 are known`);
  }
  requireMajorVersion(record, 'eventVersion', '2', 'the S3 notification');
  const eventName = record.text('eventName').replace(/^s3:/, '');
  const meaning = meaningOf(eventName);
  if (meaning === undefined) {
    throw unsupported(
      `record ${index} has event name ${shown(eventName)}: it is not one that becomes an object event`,
    );
  }
  const s3 = record.object('s3');
  const object = s3.object('object');
  const restore = record.optionalObject('glacierEventData').optionalObject('restoreEventData');
  const transition = record.optionalObject('lifecycleEventData').optionalObject('transitionEventData');
  return withoutUndefined({
    origin: 'notification',
    ...meaning,
    eventName,
    eventTime: record.time('eventTime'),
    bucket: s3.object('bucket').text('name'),
    key: decodeFormKey(object.text('key')),
    size: object.optionalSize('size'),
    etag: object.optionalEtag('eTag'),
    versionId: object.optionalText('versionId'),
    sequencer: object.optionalSequencer('sequencer'),
    requestId: record.optionalObject('responseElements').optionalText('x-amz-request-id'),
    requester: record.optionalObject('userIdentity').optionalText('principalId'),
    sourceIp: record.optionalObject('requestParameters').optionalText('sourceIPAddress'),
    region: record.optionalText('awsRegion'),
    restoreExpiryTime: restore.optionalTime('lifecycleRestorationExpiryTime'),
    sourceStorageClass: restore.optionalText('lifecycleRestoreStorageClass'),
    destinationStorageClass: transition.optionalText('destinationStorageClass'),
    destinationAccessTier: record
      .optionalObject('intelligentTieringEventData')
      .optionalText('destinationAccessTier'),
  }) as DeliveredEvent;
}

/**
 * What S3 sends once, when a notification is set up; nothing happened to any object.
 *
 *     { "Service": "Amazon S3", "Event": "s3:TestEvent", "Time": "2014-10-13T15:57:02.089Z", "Bucket": "sluice-ingest" }
 */
export function isTestNotification(value: Readonly<Record<string, unknown>>): boolean {
  return value['Event'] === 's3:TestEvent';
}

/** A plus is a space and `%XX` a byte of UTF-8. */
function decodeFormKey(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch (cause) {
    throw malformed(
      `object key ${shown(encoded)} is not form-encoded: each % must begin an escape of UTF-8`,
      { cause },
    );
  }
}
