import { Duration, Stack } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  ObjectOwnership,
  type CfnBucket,
  type IBucket,
} from 'aws-cdk-lib/aws-s3';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { AnyBucket } from '../any-bucket.ts';
import { switchLockOn, type LedgerLock } from '../ledger-lock.ts';
import type { Stage } from '../stage.ts';

/** An upload that nobody finished is invisible in listings, and billed. */
const UNFINISHED_UPLOAD_RETENTION = Duration.days(7);

export interface PrivateBucketOptions {
  /** @default a key of S3's own */
  readonly encryptionKey?: IKey;
  /** Where S3 writes who asked what of the bucket, under `<stack>/<pipeline>/OutputBucket/`. @default nowhere */
  readonly accessLogsBucket?: AnyBucket;
  /** Lets its objects be locked. @default none can be */
  readonly lock?: LedgerLock;
}

/**
 * A bucket whose overwritten and deleted objects can be brought back for a while. Nobody but its owner sees it.
 * It has no `autoDeleteObjects`, which would add a hidden custom-resource function: empty it before the stack is removed.
 */
export class PrivateBucket extends Bucket {
  constructor(
    scope: Construct,
    id: string,
    { removalPolicy, noncurrentVersionRetention }: Stage,
    { encryptionKey, accessLogsBucket, lock }: PrivateBucketOptions = {},
  ) {
    super(scope, id, {
      versioned: true,
      ...(encryptionKey === undefined
        ? { encryption: BucketEncryption.S3_MANAGED }
        : // one call to KMS for many objects
          { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }),
      ...(accessLogsBucket !== undefined && {
        serverAccessLogsBucket: accessLogsBucket as IBucket,
        serverAccessLogsPrefix: `${Stack.of(scope).stackName}/${scope.node.id}/${id}/`,
      }),
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      lifecycleRules: [
        {
          id: 'noncurrent-versions',
          noncurrentVersionExpiration: noncurrentVersionRetention,
        },
        {
          id: 'unfinished-multipart-uploads',
          abortIncompleteMultipartUploadAfter: UNFINISHED_UPLOAD_RETENTION,
        },
      ],
      removalPolicy,
    });
    if (lock !== undefined) switchLockOn(this.node.defaultChild as CfnBucket, lock);
  }
}
