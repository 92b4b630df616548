import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ListReplaysCommand } from '@aws-sdk/client-eventbridge';
import {
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import { GetCommand, QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import { probesOf } from '../../../cli/doctor/probes.ts';
import { rowTableOf } from '../../../cli/pipeline/row-table.ts';
import { errorNamed, events, logs, metrics, resetMocks, s3, tables } from '../../support/mocked-aws.ts';
import { mockedPipeline, type MockedPipelineOptions } from '../../support/mocked-pipeline.ts';

beforeEach(resetMocks);

function probes(options?: MockedPipelineOptions) {
  const pipeline = mockedPipeline(options);
  const rowTables = pipeline.consumers.flatMap((consumer) => rowTableOf(pipeline, consumer) ?? []);
  return probesOf(pipeline, rowTables);
}

const named = (options?: MockedPipelineOptions) =>
  probes(options).map(({ action, resource }) => `${action} ${resource}`);

describe('the probes of a pipeline', () => {
  test('are one for each permission that reading needs, on each resource', () => {
    expect(named()).toEqual([
      'logs:FilterLogEvents log-metadata-writer',
      'logs:FilterLogEvents log-csv-row-counter',
      'logs:FilterLogEvents log-ledger-exporter',
      'events:ListReplays *',
      's3:ListBucket ingest',
      's3:ListBucketVersions ingest',
      's3:ListBucketMultipartUploads ingest',
      's3:ListBucket output',
      's3:ListBucketVersions output',
      's3:ListBucketMultipartUploads output',
      'dynamodb:Scan uploads',
      'dynamodb:Scan counts',
      'dynamodb:GetItem uploads',
      'dynamodb:Query uploads',
      // its rows are in no order, so that nobody queries them
      'dynamodb:GetItem counts',
      'dynamodb:Scan counts/index/NotCounted',
      'cloudwatch:GetMetricData *',
    ]);
  });

  test('ask a pipeline on this machine for no metrics', () => {
    expect(named({ runtime: {} })).toEqual(named().slice(0, -1));
  });

  test('make the call that they are named after, once each, and ask for as little as can be', async () => {
    await Promise.all(probes().map(async ({ run }) => run()));

    const inputs = {
      logs: logs.commandCalls(FilterLogEventsCommand).map(({ args: [{ input }] }) => input.limit),
      replays: events.commandCalls(ListReplaysCommand).map(({ args: [{ input }] }) => input.Limit),
      objects: s3.commandCalls(ListObjectsV2Command).map(({ args: [{ input }] }) => input.MaxKeys),
      versions: s3.commandCalls(ListObjectVersionsCommand).map(({ args: [{ input }] }) => input.MaxKeys),
      uploads: s3.commandCalls(ListMultipartUploadsCommand).map(({ args: [{ input }] }) => input.MaxUploads),
      scans: tables.commandCalls(ScanCommand).map(({ args: [{ input }] }) => input.Limit),
      queries: tables.commandCalls(QueryCommand).map(({ args: [{ input }] }) => input.Limit),
    };
    expect(inputs).toEqual({
      logs: [1, 1, 1],
      replays: [1],
      objects: [1, 1],
      versions: [1, 1],
      uploads: [1, 1],
      scans: [1, 1, 1],
      queries: [1],
    });
    expect(tables.commandCalls(GetCommand).map(({ args: [{ input }] }) => input.Key)).toEqual([
      { bucket: 'ingest', object_key: 'doctor' },
      { file_key: 'doctor' },
    ]);
    expect(metrics.commandCalls(GetMetricDataCommand)).toHaveLength(1);
  });

  test('reject with what the service says', async () => {
    events.on(ListReplaysCommand).rejects(errorNamed('AccessDeniedException', 'not you'));
    const probe = probes().find(({ action }) => action === 'events:ListReplays');

    await expect(probe?.run()).rejects.toThrow('not you');
  });
});
