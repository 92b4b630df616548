import type { Construct } from 'constructs';
import type { AnyBucket } from '../any-bucket.ts';
import type { Stage } from '../stage.ts';

/** What a pipeline is told of buckets. */
interface BucketProps {
  readonly bucket?: AnyBucket;
  readonly bucketVersioned?: boolean;
  readonly output?: { readonly accessLogsBucket?: AnyBucket };
}

/**
 * Refuses what would be asked of a bucket in vain, and a log of requests where the pipeline listens.
 *
 * @throws Error naming the value and what to do
 */
export function checkBuckets(
  { node }: Construct,
  { bucket, bucketVersioned, output }: BucketProps,
  { corsOrigins = [] }: Stage,
): void {
  const refusal = (message: string) => new Error(`pipeline ${node.id}: ${message}`);
  if (bucket === undefined) {
    if (bucketVersioned === undefined) return;
    throw refusal(
      `bucketVersioned is ${bucketVersioned}, and no bucket is given; the pipeline's own is versioned: leave it out`,
    );
  }
  if (corsOrigins.length > 0) {
    throw refusal(
      `corsOrigins names ${corsOrigins.join(', ')}, and the bucket was there before the pipeline, which sets nothing on it; allow them in the bucket's own CORS configuration, and leave corsOrigins out`,
    );
  }
  if (output?.accessLogsBucket?.bucketName === bucket.bucketName) {
    throw refusal(
      'its access logs would be written to the bucket that it listens to, and each line written would be an event; name another bucket',
    );
  }
}
