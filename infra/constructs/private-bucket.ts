import { Duration } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Stage } from '../stage.ts';

/** An upload that nobody finished is invisible in listings, and billed. */
const UNFINISHED_UPLOAD_RETENTION = Duration.days(7);

/**
 * A bucket whose overwritten and deleted objects can be brought back for a while. Nobody but its owner sees it.
 * It has no `autoDeleteObjects`, which would add a hidden custom-resource function: empty it before the stack is removed.
 */
export class PrivateBucket extends Bucket {
  constructor(scope: Construct, id: string, { removalPolicy, noncurrentVersionRetention }: Stage) {
    super(scope, id, {
      versioned: true,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
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
  }
}
