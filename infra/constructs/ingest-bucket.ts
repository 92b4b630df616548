import { type CfnBucket, HttpMethods } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Stage } from '../stage.ts';
import { PrivateBucket, type PrivateBucketOptions } from './private-bucket.ts';

/** How long a browser remembers what it may ask. */
const PREFLIGHT_SECONDS = 3_600;

/** Where uploaders put their files. Every change of an object is published on the account's default bus. */
export class IngestBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, stage: Stage, options?: PrivateBucketOptions) {
    super(scope, id, stage, options);
    // not by `eventBridgeEnabled`: that adds a custom resource with a function of its own
    const bucket = this.node.defaultChild as CfnBucket;
    bucket.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    if (stage.corsOrigins === undefined || stage.corsOrigins.length === 0) return;
    this.addCorsRule({
      id: 'pages',
      allowedOrigins: [...stage.corsOrigins],
      // what is signed decides what a page may do; these are the ways in which it is asked
      allowedMethods: [HttpMethods.GET, HttpMethods.PUT, HttpMethods.POST],
      allowedHeaders: ['*'],
      // an upload in parts is completed by the etags that its parts were answered with
      exposedHeaders: ['ETag', 'x-amz-version-id', 'x-amz-request-id'],
      maxAge: PREFLIGHT_SECONDS,
    });
  }
}
