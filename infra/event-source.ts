import { Aws } from 'aws-cdk-lib';
import type { AnyBucket } from './any-bucket.ts';
import type { EventPattern } from '../shared/event-pattern/event-pattern.ts';

type Detail = NonNullable<EventPattern['detail']>;

interface PinnedPattern {
  readonly source: string[];
  readonly account: string[];
  readonly detail: Detail;
}

/**
 * What every pattern of the pipeline holds: events of S3, of this account, of this bucket, whatever else it asks of `detail`.
 * Anyone who may PutEvents can publish look-alikes, and other accounts' S3 events can be forwarded to the bus.
 */
export function pinnedTo(bucket: AnyBucket, detail: Detail = {}): PinnedPattern {
  return {
    source: ['aws.s3'],
    account: [Aws.ACCOUNT_ID],
    detail: { ...detail, bucket: { name: [bucket.bucketName] } },
  };
}
