import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';

/** What the work goes through: a pipeline under test, or the same with something in between. */
export interface Clients {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly events: EventBridgeClient;
  readonly bucket: string;
  /** Where `sluice` finds the pipeline. */
  readonly dataDir: string;
  output(name: string): string;
}
