import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeArchiveCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListReplaysCommand,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
} from '@aws-sdk/client-lambda';
import {
  GetBucketNotificationConfigurationCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient, GetCommand, QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { vi } from 'vitest';
import { sluice } from '../../cli/command-line.ts';
import { Pipeline } from '../../cli/pipeline/pipeline.ts';
import { keepsText } from '../../shared/keeps.ts';
import { fakeStreams } from './fake-streams.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const ARN = (what: string) => `arn:aws:events:${REGION}:${ACCOUNT}:${what}`;
export const NOW = new Date('2026-11-20T12:00:00Z');

const CONSUMERS = [
  ['MetadataWriter', 'metadata-writer'],
  ['CsvRowCounter', 'csv-row-counter'],
  ['LedgerExporter', 'ledger-exporter'],
] as const;

export const OUTPUTS: Record<string, string> = {
  IngestBucketName: 'ingest',
  OutputBucketName: 'output',
  UploadMetadataTableName: 'uploads',
  ProcessedFilesTableName: 'counts',
  EventArchiveName: 'archive',
  ...Object.fromEntries(
    CONSUMERS.flatMap(([id, name]) => [
      [`${id}RuleName`, `rule-${name}`],
      [`${id}QueueUrl`, `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/Sluice-prod-${name}`],
      [`${id}DeadLetterQueueUrl`, `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/dead-${name}`],
      [`${id}RuleDeadLetterQueueUrl`, `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/undelivered-${name}`],
      [`${id}FunctionName`, `function-${name}`],
      [`${id}LogGroupName`, `log-${name}`],
    ]),
  ),
  MetadataWriterKeeps: keepsText({
    rows: { table: 'UploadMetadataTableName', key: { bucket: '{bucket}', object_key: '{key}' } },
  }),
  CsvRowCounterKeeps: keepsText({
    rows: {
      table: 'ProcessedFilesTableName',
      key: { file_key: '{key}' },
      lack: 'not-counted',
      index: {
        name: 'NotCounted',
        attribute: 'not_counted',
        statuses: ['malformed-csv', 'not-csv', 'object-gone'],
        shows: ['error'],
      },
    },
    of: {
      endings: ['.csv', '.csv.gz', '.csv.zst', '.csv.br'],
      notNamed: ['._*', '~$*'],
      otherwise: 'not named as a CSV',
    },
  }),
  LedgerExporterKeeps: keepsText({ lines: 'ledger/' }),
};

export const [sts, cloudFormation, events, sqs, s3, tables, logs, metrics, lambda] = [
  mockClient(STSClient),
  mockClient(CloudFormationClient),
  mockClient(EventBridgeClient),
  mockClient(SQSClient),
  mockClient(S3Client),
  mockClient(DynamoDBDocumentClient),
  mockClient(CloudWatchLogsClient),
  mockClient(CloudWatchClient),
  mockClient(LambdaClient),
];

/** An error as the SDK throws it. */
export const errorNamed = (name: string, message: string) => Object.assign(new Error(message), { name });

/** To be called before each test: an empty stack, where all is well. */
export function resetMocks(): void {
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
  for (const mock of [sts, cloudFormation, events, sqs, s3, tables, logs, metrics, lambda]) mock.reset();
  sts.on(GetCallerIdentityCommand).resolves({ Account: ACCOUNT });
  cloudFormation.on(DescribeStacksCommand).resolves({
    Stacks: [
      {
        StackName: 'Sluice-prod',
        CreationTime: NOW,
        StackStatus: 'CREATE_COMPLETE',
        Outputs: Object.entries(OUTPUTS).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
      },
    ],
  });
  events.on(DescribeRuleCommand).callsFake(({ Name }: { Name: string }) => ({
    Name,
    Arn: ARN(`rule/${Name}`),
    State: 'ENABLED',
    EventPattern: '{"source":["aws.s3"],"detail":{"object":{"key":[{"anything-but":{"suffix":"/"}}]}}}',
  }));
  events.on(DescribeArchiveCommand).resolves({
    ArchiveArn: ARN('archive/archive'),
    EventSourceArn: ARN('event-bus/default'),
    State: 'ENABLED',
    EventPattern: '{"source":["aws.s3"]}',
    CreationTime: new Date('2026-10-01T00:00:00Z'),
    RetentionDays: 90,
  });
  events.on(ListReplaysCommand).resolves({ Replays: [] });
  sqs.on(GetQueueAttributesCommand).resolves({
    Attributes: {
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
      ApproximateNumberOfMessagesDelayed: '0',
      MessageRetentionPeriod: '1209600',
    },
  });
  s3.on(ListObjectsV2Command).resolves({});
  s3.on(ListObjectVersionsCommand).resolves({});
  s3.on(ListMultipartUploadsCommand).resolves({});
  tables.on(GetCommand).resolves({});
  tables.on(QueryCommand).resolves({});
  tables.on(ScanCommand).resolves({});
  logs.on(FilterLogEventsCommand).resolves({});
  metrics.on(GetMetricDataCommand).resolves({});
  s3.on(GetBucketNotificationConfigurationCommand).resolves({ EventBridgeConfiguration: {} });
  tables.on(DescribeTableCommand).resolves({ Table: { TableStatus: 'ACTIVE' } });
  for (const [id, name] of CONSUMERS) {
    const queueArn = arnOf(OUTPUTS[`${id}QueueUrl`]!);
    const undeliveredArn = arnOf(OUTPUTS[`${id}RuleDeadLetterQueueUrl`]!);
    events.on(ListTargetsByRuleCommand, { Rule: `rule-${name}` }).resolves({
      Targets: [{ Id: 'Queue', Arn: queueArn, DeadLetterConfig: { Arn: undeliveredArn } }],
    });
    lambda.on(ListEventSourceMappingsCommand, { FunctionName: `function-${name}` }).resolves({
      EventSourceMappings: [
        {
          UUID: `mapping-${name}`,
          EventSourceArn: queueArn,
          State: 'Enabled',
          FunctionResponseTypes: ['ReportBatchItemFailures'],
        },
      ],
    });
    for (const kind of ['Queue', 'DeadLetterQueue', 'RuleDeadLetterQueue'] as const) {
      sqs
        .on(GetQueueAttributesCommand, { QueueUrl: OUTPUTS[`${id}${kind}Url`] })
        .resolves({ Attributes: attributesOf(id, name) });
    }
  }
  lambda.on(GetFunctionConfigurationCommand).resolves({ State: 'Active', LastUpdateStatus: 'Successful' });
}

/** Of a queue of that consumer, empty, as the stack makes it. */
export function attributesOf(id: string, name: string): Record<string, string> {
  return {
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesNotVisible: '0',
    ApproximateNumberOfMessagesDelayed: '0',
    MessageRetentionPeriod: '1209600',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf(OUTPUTS[`${id}DeadLetterQueueUrl`]!) }),
    Policy: JSON.stringify({
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Condition: { ArnEquals: { 'aws:SourceArn': ARN(`rule/rule-${name}`) } },
        },
      ],
    }),
  };
}

const arnOf = (queueUrl: string) =>
  `arn:aws:sqs:${REGION}:${ACCOUNT}:${queueUrl.slice(queueUrl.lastIndexOf('/') + 1)}`;

/** A command line against AWS. */
export async function runAgainstAws(...args: string[]) {
  const streams = fakeStreams();
  const target = ['--target', 'aws', '--region', REGION, '--stack', 'Sluice-prod'];
  const exitCode = await sluice([...args, ...target], streams);
  return { exitCode, out: streams.out(), err: streams.err() };
}

/** A handle on the pipeline in AWS, whose clients are the mocked ones. */
export const pipelineInAws = (): Pipeline =>
  new Pipeline({
    deployment: { kind: 'aws', account: ACCOUNT, region: REGION, stack: 'Sluice-prod' },
    outputs: OUTPUTS,
    client: { region: REGION, credentials: { accessKeyId: 'a', secretAccessKey: 's' } },
  });
