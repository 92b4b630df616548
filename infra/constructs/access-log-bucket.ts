import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Stage } from '../stage.ts';
import { PrivateBucket } from './private-bucket.ts';

/**
 * Where S3 writes who asked what of the pipeline's buckets, for as long as the functions' logs stay. S3 delivers such logs within hours,
 * as well as it can, to no bucket that a key of KMS encrypts or that Object Lock holds: this one has S3's own key.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html
 */
export class AccessLogBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, stage: Stage) {
    super(scope, id, stage);
    // the number of days is the value
    this.addLifecycleRule({ id: 'logs', expiration: Duration.days(stage.logRetention) });
  }

  /** Has S3 write there what is asked of a bucket, in a folder of the bucket's construct id: `IngestBucket/` */
  logOf(bucket: Bucket): void {
    const prefix = `${bucket.node.id}/`;
    // not by the bucket's own property of the CDK: without a feature flag, that asks for an ACL, which such a bucket has none of
    const logged = bucket.node.defaultChild as CfnBucket;
    logged.loggingConfiguration = { destinationBucketName: this.bucketName, logFilePrefix: prefix };
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: `LogOf${bucket.node.id}`,
        principals: [new ServicePrincipal('logging.s3.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [this.arnForObjects(`${prefix}*`)],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
          ArnEquals: { 'aws:SourceArn': bucket.bucketArn },
        },
      }),
    );
  }
}
