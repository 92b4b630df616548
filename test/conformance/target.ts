import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

export type Outputs = Readonly<Record<string, string>>;

export interface Clients {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly events: EventBridgeClient;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  readonly tables: DynamoDBDocumentClient;
}

/** Clients that take everything from the environment. */
export function clientsOf(): Clients {
  return {
    s3: new S3Client(),
    sqs: new SQSClient(),
    events: new EventBridgeClient(),
    lambda: new LambdaClient(),
    logs: new CloudWatchLogsClient(),
    tables: DynamoDBDocumentClient.from(new DynamoDBClient()),
  };
}

/**
 * The stack's outputs in a file of `cdk deploy --outputs-file` (`{"Sluice-dev": {…}}`) or in a runtime.json (`{outputs: {…}}`).
 *
 * @throws Error when no object in it has an IngestBucketName
 */
export function outputsIn(content: unknown): Outputs {
  const found = [content, ...Object.values(content as object)].find(
    (candidate) => typeof candidate === 'object' && candidate !== null && 'IngestBucketName' in candidate,
  );
  if (found === undefined) {
    throw new Error('the outputs file has no IngestBucketName: is it the file of this stack?');
  }
  return found as Outputs;
}
