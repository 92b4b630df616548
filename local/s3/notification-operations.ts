import { readDocument } from './body.ts';
import type { Bucket } from './bucket.ts';
import type { Exchange } from './exchange.ts';
import { checkNotifications } from './notification.ts';
import { notificationConfigurationXml, parseNotificationConfiguration } from './notification-xml.ts';
import type { Route } from './route.ts';
import type { S3Context } from './s3-context.ts';
import { S3Error } from './s3-error.ts';

/** Where a bucket's events go, asked and told by a client. */
export const NOTIFICATION_ROUTES: readonly Route<[Bucket]>[] = [
  { operation: 'GetBucketConfiguration', method: 'GET', marks: ['notification'], run: getBucketNotification },
  {
    operation: 'PutBucketNotificationConfiguration',
    method: 'PUT',
    marks: ['notification'],
    run: putBucketNotification,
  },
];

function getBucketNotification(_: S3Context, exchange: Exchange, bucket: Bucket): void {
  exchange.authorize('s3:GetBucketNotification', bucket.name);
  exchange.sendXml(notificationConfigurationXml(bucket));
}

/** The whole configuration, for as long as the template says nothing new. */
async function putBucketNotification(
  { buckets, destinations, clock, store }: S3Context,
  exchange: Exchange,
  bucket: Bucket,
): Promise<void> {
  exchange.authorize('s3:PutBucketNotification', bucket.name);
  const wanted = parseNotificationConfiguration(await readDocument(exchange.body));
  checkNotifications(wanted.notifications);
  if (exchange.header('x-amz-skip-destination-validation')?.toLowerCase() !== 'true') {
    for (const destination of wanted.notifications) {
      const why = destinations.refusal(destination, bucket.name);
      if (why === undefined) continue;
      throw new S3Error('InvalidArgument', 'Unable to validate the following destination configurations', {
        details: { ArgumentName1: destination.arn, ArgumentValue1: why },
      });
    }
  }
  store.transaction(() => {
    buckets.switchNotification(bucket, wanted);
    destinations.test(wanted.notifications, bucket.name, clock.now());
  });
  exchange.send(200);
}
