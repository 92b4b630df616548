import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ListReplaysCommand } from '@aws-sdk/client-eventbridge';
import {
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import { GetCommand, QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { hasFunction } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { RowTable } from '../pipeline/row-table.ts';

/** A call that changes nothing, to see whether it is allowed and answered. */
export interface Probe {
  /** As IAM names it: `sqs:GetQueueAttributes`. */
  readonly action: string;
  readonly resource: string;
  /** Rejects with what the service says. */
  readonly run: () => Promise<unknown>;
}

/**
 * One for each permission that the reading verbs need beside those that `lookAt` finds out, on each resource.
 *
 * @param rowTables those of the consumers that keep rows
 */
export function probesOf(pipeline: Pipeline, rowTables: readonly RowTable[]): readonly Probe[] {
  const { events, consumers } = pipeline;
  return [
    ...consumers.filter(hasFunction).flatMap((consumer): Probe[] => [
      {
        action: 'logs:FilterLogEvents',
        resource: consumer.logGroupName,
        run: () =>
          pipeline.logs.send(
            new FilterLogEventsCommand({
              logGroupName: consumer.logGroupName,
              limit: 1,
              startTime: Date.now(),
            }),
          ),
      },
    ]),
    {
      action: 'events:ListReplays',
      resource: '*',
      run: () => events.send(new ListReplaysCommand({ Limit: 1 })),
    },
    ...bucketProbes(pipeline),
    ...tableProbes(pipeline, rowTables),
    ...(pipeline.deployment.kind === 'aws' ? [metricsProbe(pipeline)] : []),
  ];
}

function bucketProbes({ s3, ingestBucket, outputBucket }: Pipeline): Probe[] {
  return [ingestBucket, outputBucket].flatMap((bucket) => [
    {
      action: 's3:ListBucket',
      resource: bucket,
      run: () => s3.send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1, EncodingType: 'url' })),
    },
    {
      action: 's3:ListBucketVersions',
      resource: bucket,
      run: () => s3.send(new ListObjectVersionsCommand({ Bucket: bucket, MaxKeys: 1, EncodingType: 'url' })),
    },
    {
      action: 's3:ListBucketMultipartUploads',
      resource: bucket,
      run: () =>
        s3.send(new ListMultipartUploadsCommand({ Bucket: bucket, MaxUploads: 1, EncodingType: 'url' })),
    },
  ]);
}

function tableProbes(pipeline: Pipeline, rowTables: readonly RowTable[]): Probe[] {
  const { tables, tableNames } = pipeline;
  return [
    ...[...tableNames.values()].map((TableName) => ({
      action: 'dynamodb:Scan',
      resource: TableName,
      run: () => tables.send(new ScanCommand({ TableName, Limit: 1 })),
    })),
    ...rowTables.flatMap((table) => rowProbes(pipeline, table)),
  ];
}

function rowProbes(
  { tables }: Pipeline,
  { tableName: TableName, keyOf, partition, index }: RowTable,
): Probe[] {
  return [
    {
      action: 'dynamodb:GetItem',
      resource: TableName,
      run: () => tables.send(new GetCommand({ TableName, Key: keyOf('doctor') })),
    },
    ...(index === undefined
      ? []
      : [
          {
            action: 'dynamodb:Scan',
            resource: `${TableName}/index/${index.name}`,
            run: () => tables.send(new ScanCommand({ TableName, IndexName: index.name, Limit: 1 })),
          },
        ]),
    ...(partition === undefined
      ? []
      : [
          {
            action: 'dynamodb:Query',
            resource: TableName,
            run: () =>
              tables.send(
                new QueryCommand({
                  TableName,
                  Limit: 1,
                  KeyConditionExpression: '#partition = :value',
                  ExpressionAttributeNames: { '#partition': partition.attribute },
                  ExpressionAttributeValues: { ':value': partition.value },
                }),
              ),
          },
        ]),
  ];
}

function metricsProbe({ metrics }: Pipeline): Probe {
  return {
    action: 'cloudwatch:GetMetricData',
    resource: '*',
    run: () =>
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
                },
                Stat: 'Sum',
                Period: 300,
              },
            },
          ],
        }),
      ),
  };
}
