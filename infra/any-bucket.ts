import type { Bucket, IBucket } from 'aws-cdk-lib/aws-s3';

/** A bucket that the app makes, or one that it only names. With `exactOptionalPropertyTypes` the CDK's class does not fit its interface. */
export type AnyBucket = IBucket | Bucket;
