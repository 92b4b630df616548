import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Credentials } from '../../../shared/credentials.ts';
import type { PipelineUnderTest } from '../../support/pipeline.ts';

/** What there is to steal, and what is known of it. */
export interface Scene {
  readonly pipeline: PipelineUnderTest;
  readonly ingest: string;
  readonly output: string;
  readonly accessLogs: string;
  /** `csv/orders.csv`: what was uploaded, counted and told of in the ledger. */
  readonly version: string;
  /** Key of the ledger's object. */
  readonly line: string;
  readonly lineVersion: string;
  readonly mappingUuid: string;
}

/** Clients of every service that sign with one key. */
export class Thief {
  readonly scene: Scene;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly rows: DynamoDBDocumentClient;
  readonly events: EventBridgeClient;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  readonly stacks: CloudFormationClient;
  readonly states: SFNClient;
  readonly sts: STSClient;

  constructor(scene: Scene, credentials: Credentials) {
    const client = {
      endpoint: scene.pipeline.endpoint,
      region: 'us-east-1',
      credentials: { ...credentials },
      maxAttempts: 1,
    };
    this.scene = scene;
    this.s3 = new S3Client({ ...client, forcePathStyle: true });
    this.sqs = new SQSClient(client);
    this.rows = DynamoDBDocumentClient.from(new DynamoDBClient(client));
    this.events = new EventBridgeClient(client);
    this.lambda = new LambdaClient(client);
    this.logs = new CloudWatchLogsClient(client);
    this.stacks = new CloudFormationClient(client);
    this.states = new SFNClient(client);
    this.sts = new STSClient(client);
  }

  /** One of the stack's outputs. */
  told(output: string): string {
    return this.scene.pipeline.output(output);
  }

  /** ARN of a queue, by the output that has its URL. */
  queueArn(output: string): string {
    return `arn:aws:sqs:us-east-1:000000000000:${this.told(output).split('/').at(-1)}`;
  }
}

/** One thing that a thief may try, by the words of a report. It resolves where the service lets it. */
export type Tries = Readonly<Record<string, (thief: Thief) => Promise<unknown>>>;
