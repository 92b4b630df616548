import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeArchiveCommand, DescribeRuleCommand, ListReplaysCommand } from '@aws-sdk/client-eventbridge';
import {
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { GetCommand, QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Pipeline } from './pipeline.ts';

/** A call that changes nothing, to see whether it is allowed and answered. */
export interface Probe {
  /** As IAM names it: `sqs:GetQueueAttributes`. */
  readonly action: string;
  readonly resource: string;
  /** Rejects with what the service says; resolves with what is wrong though it has answered, if anything. */
  readonly run: () => Promise<string | undefined>;
}

const anything = async (call: Promise<unknown>): Promise<undefined> => {
  await call;
  return undefined;
};

const isEnabled = (what: string, state: string | undefined): string | undefined =>
  state === 'ENABLED' ? undefined : `the ${what} is ${state ?? 'in no state'}`;

/** One for each permission that the reading verbs need, on each resource. */
export function probesOf(pipeline: Pipeline): readonly Probe[] {
  const { events, sqs, archiveName, consumers } = pipeline;
  return [
    ...consumers.flatMap((consumer): Probe[] => [
      {
        action: 'events:DescribeRule',
        resource: consumer.ruleName,
        run: async () =>
          isEnabled('rule', (await events.send(new DescribeRuleCommand({ Name: consumer.ruleName }))).State),
      },
      ...[consumer.queueUrl, consumer.deadLetterQueueUrl, consumer.ruleDeadLetterQueueUrl].map(
        (queueUrl, index): Probe => ({
          action: 'sqs:GetQueueAttributes',
          resource: queueUrl.slice(queueUrl.lastIndexOf('/') + 1),
          run: async () => {
            const { Attributes } = await sqs.send(
              new GetQueueAttributesCommand({
                QueueUrl: queueUrl,
                AttributeNames: ['ApproximateNumberOfMessages'],
              }),
            );
            const waiting = Number(Attributes?.ApproximateNumberOfMessages);
            return index > 0 && waiting > 0 ? `${waiting} dead letters (sluice dead list)` : undefined;
          },
        }),
      ),
      {
        action: 'logs:FilterLogEvents',
        resource: consumer.logGroupName,
        run: () =>
          anything(
            pipeline.logs.send(
              new FilterLogEventsCommand({
                logGroupName: consumer.logGroupName,
                limit: 1,
                startTime: Date.now(),
              }),
            ),
          ),
      },
    ]),
    {
      action: 'events:DescribeArchive',
      resource: archiveName,
      run: async () =>
        isEnabled(
          'archive',
          (await events.send(new DescribeArchiveCommand({ ArchiveName: archiveName }))).State,
        ),
    },
    {
      action: 'events:ListReplays',
      resource: '*',
      run: () => anything(events.send(new ListReplaysCommand({ Limit: 1 }))),
    },
    ...bucketProbes(pipeline),
    ...tableProbes(pipeline),
    ...(pipeline.target.kind === 'aws' ? [metricsProbe(pipeline)] : []),
  ];
}

function bucketProbes({ s3, ingestBucket, outputBucket }: Pipeline): Probe[] {
  return [ingestBucket, outputBucket].flatMap((bucket) => [
    {
      action: 's3:ListBucket',
      resource: bucket,
      run: () =>
        anything(s3.send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1, EncodingType: 'url' }))),
    },
    {
      action: 's3:ListBucketVersions',
      resource: bucket,
      run: () =>
        anything(s3.send(new ListObjectVersionsCommand({ Bucket: bucket, MaxKeys: 1, EncodingType: 'url' }))),
    },
    {
      action: 's3:ListBucketMultipartUploads',
      resource: bucket,
      run: () =>
        anything(
          s3.send(new ListMultipartUploadsCommand({ Bucket: bucket, MaxUploads: 1, EncodingType: 'url' })),
        ),
    },
  ]);
}

function tableProbes({ tables, ingestBucket, uploadMetadataTable, processedFilesTable }: Pipeline): Probe[] {
  return [
    {
      action: 'dynamodb:Query',
      resource: uploadMetadataTable,
      run: () =>
        anything(
          tables.send(
            new QueryCommand({
              TableName: uploadMetadataTable,
              Limit: 1,
              KeyConditionExpression: '#bucket = :bucket',
              ExpressionAttributeNames: { '#bucket': 'bucket' },
              ExpressionAttributeValues: { ':bucket': ingestBucket },
            }),
          ),
        ),
    },
    {
      action: 'dynamodb:Scan',
      resource: processedFilesTable,
      run: () => anything(tables.send(new ScanCommand({ TableName: processedFilesTable, Limit: 1 }))),
    },
    {
      action: 'dynamodb:GetItem',
      resource: processedFilesTable,
      run: () =>
        anything(
          tables.send(new GetCommand({ TableName: processedFilesTable, Key: { file_key: 'doctor' } })),
        ),
    },
  ];
}

function metricsProbe({ metrics, consumers }: Pipeline): Probe {
  return {
    action: 'cloudwatch:GetMetricData',
    resource: '*',
    run: () =>
      anything(
        metrics.send(
          new GetMetricDataCommand({
            StartTime: new Date(Date.now() - 300_000),
            EndTime: new Date(),
            MetricDataQueries: [
              {
                Id: 'errors',
                MetricStat: {
                  Metric: {
                    Namespace: 'AWS/Lambda',
                    MetricName: 'Errors',
                    Dimensions: [{ Name: 'FunctionName', Value: consumers[0]?.functionName ?? '' }],
                  },
                  Stat: 'Sum',
                  Period: 300,
                },
              },
            ],
          }),
        ),
      ),
  };
}
