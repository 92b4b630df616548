import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeArchiveCommand,
  DescribeRuleCommand,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { GetFunctionConfigurationCommand, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { GetBucketNotificationConfigurationCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  resetMocks,
  ARN,
  attributesOf,
  errorNamed,
  events,
  lambda,
  logs,
  metrics,
  NOW,
  OUTPUTS,
  runAgainstAws,
  s3,
  sqs,
  sts,
  tables,
} from '../../support/mocked-aws.ts';

const run = runAgainstAws;

beforeEach(resetMocks);

/** What `status` and `doctor` find, each in one look. */
async function found() {
  const status = await run('status', '--json', '--check');
  const doctor = await run('doctor', '--json');
  const { problems, isHealthy } = JSON.parse(status.out) as { problems: string[]; isHealthy: boolean };
  const { checks } = JSON.parse(doctor.out) as { checks: { name: string; state: string; detail: string }[] };
  return {
    statusExit: status.exitCode,
    isHealthy,
    problems,
    doctor: checks
      .filter(({ state, name }) => state !== 'ok' && name !== 'template')
      .map(({ name, detail }) => `${name}: ${detail}`),
    doctorExit: doctor.exitCode,
  };
}

test('nothing is said against a pipeline in which all is well', async () => {
  expect(await found()).toEqual({
    statusExit: 0,
    isHealthy: true,
    problems: [],
    doctor: [],
    doctorExit: 0,
  });
});

const FUNCTION = { FunctionName: 'function-metadata-writer' };
const QUEUE = { QueueUrl: OUTPUTS['MetadataWriterQueueUrl']! };
const mapping = (change: object) => ({
  EventSourceMappings: [
    {
      UUID: 'm',
      EventSourceArn: `arn:aws:sqs:eu-west-1:111122223333:Sluice-prod-metadata-writer`,
      State: 'Enabled',
      FunctionResponseTypes: ['ReportBatchItemFailures' as const],
      ...change,
    },
  ],
});
const withAttributes = (change: object) =>
  sqs
    .on(GetQueueAttributesCommand, QUEUE)
    .resolves({ Attributes: { ...attributesOf('MetadataWriter', 'metadata-writer'), ...change } });

describe('what is cut in AWS is named by status and by doctor:', () => {
  test.each<[what: string, cut: () => void, named: RegExp]>([
    [
      'EventBridge is off on the bucket',
      () => s3.on(GetBucketNotificationConfigurationCommand).resolves({}),
      /^bucket → bus: ingest does not send its events/,
    ],
    [
      'the archive is disabled',
      () => events.on(DescribeArchiveCommand).resolves({ State: 'DISABLED' }),
      /^bus → archive: the archive is DISABLED/,
    ],
    [
      'the archive is gone',
      () => events.on(DescribeArchiveCommand).rejects(errorNamed('ResourceNotFoundException', 'none')),
      /^bus → archive: the archive archive is not there/,
    ],
    [
      'the archive keeps another bucket’s events',
      () =>
        events.on(DescribeArchiveCommand).resolves({
          State: 'ENABLED',
          EventPattern: '{"source":["aws.s3"],"detail":{"bucket":{"name":["other"]}}}',
        }),
      /^bus → archive: the archive’s pattern leaves out events/,
    ],
    [
      'a rule is gone',
      () =>
        events
          .on(DescribeRuleCommand, { Name: 'rule-metadata-writer' })
          .rejects(errorNamed('ResourceNotFoundException', 'none')),
      /^metadata-writer rule: rule-metadata-writer is not there/,
    ],
    [
      'a rule takes another bucket’s events',
      () =>
        events.on(DescribeRuleCommand, { Name: 'rule-metadata-writer' }).resolves({
          Arn: ARN('rule/rule-metadata-writer'),
          State: 'ENABLED',
          EventPattern: '{"source":["aws.s3"],"detail":{"bucket":{"name":["other"]}}}',
        }),
      /^metadata-writer bus → rule: its pattern takes no event of ingest: it wants detail.bucket.name \["other"\]/,
    ],
    [
      'a rule has another target',
      () =>
        events
          .on(ListTargetsByRuleCommand, { Rule: 'rule-metadata-writer' })
          .resolves({ Targets: [{ Id: 'x', Arn: 'arn:aws:sqs:eu-west-1:111122223333:another' }] }),
      /^metadata-writer rule → queue: the queue is no target of the rule/,
    ],
    [
      'a queue’s policy is another rule’s',
      () => {
        withAttributes({ Policy: attributesOf('CsvRowCounter', 'csv-row-counter')['Policy'] });
      },
      /^metadata-writer queue: its policy does not let the rule in/,
    ],
    [
      'a queue gives up to nobody',
      () => {
        withAttributes({ RedrivePolicy: undefined });
      },
      /^metadata-writer queue → letters: the queue’s redrive policy/,
    ],
    [
      'a queue is gone',
      () => sqs.on(GetQueueAttributesCommand, QUEUE).rejects(errorNamed('QueueDoesNotExist', 'none')),
      /^metadata-writer queue: the queue is not there/,
    ],
    [
      'no mapping is there',
      () => lambda.on(ListEventSourceMappingsCommand, FUNCTION).resolves({}),
      /^metadata-writer queue → function: no event source mapping/,
    ],
    [
      'a mapping reports nothing item by item',
      () =>
        lambda.on(ListEventSourceMappingsCommand, FUNCTION).resolves(mapping({ FunctionResponseTypes: [] })),
      /^metadata-writer queue → function: .*item by item/,
    ],
    [
      'a mapping has a problem',
      () =>
        lambda
          .on(ListEventSourceMappingsCommand, FUNCTION)
          .resolves(mapping({ LastProcessingResult: 'PROBLEM: Lambda failed to assume your function role' })),
      /^metadata-writer queue → function: PROBLEM: Lambda failed to assume/,
    ],
    [
      'a function’s state is Failed',
      () =>
        lambda
          .on(GetFunctionConfigurationCommand, FUNCTION)
          .resolves({ State: 'Failed', StateReason: 'its role is gone' }),
      /^metadata-writer function: its state is Failed: its role is gone/,
    ],
    [
      'a table is being deleted',
      () =>
        tables
          .on(DescribeTableCommand, { TableName: 'uploads' })
          .resolves({ Table: { TableStatus: 'DELETING' } }),
      /^table uploads: it is DELETING/,
    ],
  ])('%s', async (_, cut, named) => {
    cut();

    const { statusExit, problems, doctor, doctorExit } = await found();

    expect(problems).toEqual([expect.stringMatching(named)]);
    expect(doctor).toEqual([expect.stringMatching(named)]);
    expect([statusExit, doctorExit]).toEqual([5, 5]);
  });

  test.each<[what: string, cut: () => void, named: RegExp]>([
    [
      'a rule is disabled',
      () =>
        events.on(DescribeRuleCommand, { Name: 'rule-metadata-writer' }).resolves({
          Arn: ARN('rule/rule-metadata-writer'),
          State: 'DISABLED',
          EventPattern: '{"source":["aws.s3"]}',
        }),
      /^metadata-writer rule: disabled/,
    ],
    [
      'a consumer is paused',
      () => lambda.on(ListEventSourceMappingsCommand, FUNCTION).resolves(mapping({ State: 'Disabled' })),
      /^metadata-writer queue → function: paused/,
    ],
  ])('%s, which somebody may have meant: doctor’s exit code is 0', async (_, cut, named) => {
    cut();

    const { statusExit, problems, doctor, doctorExit } = await found();

    expect(problems).toEqual([expect.stringMatching(named)]);
    expect(doctor).toEqual([expect.stringMatching(named)]);
    expect([statusExit, doctorExit]).toEqual([5, 0]);
  });
});

const failing = (id: string) =>
  metrics.on(GetMetricDataCommand).resolves({
    MetricDataResults: [{ Id: id, Values: [12], Timestamps: [new Date(NOW.getTime() - 300_000)] }],
  });

describe('records that fail in AWS', () => {
  test.each([
    ['failed0', 'records fail (12 of them, 0 whole invocations)'],
    ['errors0', 'records fail (0 of them, 12 whole invocations)'],
  ])('by the metric %s are named, with the last error of the log', async (id, words) => {
    failing(id);
    withAttributes({ ApproximateNumberOfMessagesNotVisible: '9' });
    logs.on(FilterLogEventsCommand).resolves({
      events: [
        {
          eventId: '1',
          timestamp: NOW.getTime() - 1_000,
          message:
            '{"level":"WARN","message":"failed, to be tried again","error":{"name":"AccessDeniedException","message":"not authorized to perform: dynamodb:PutItem"}}',
        },
      ],
    });

    const { problems, doctor } = await found();

    const named = expect.stringContaining(
      `metadata-writer records: ${words}, and 9 messages at most will come again; the last error: AccessDeniedException: not authorized to perform: dynamodb:PutItem`,
    ) as string;
    expect(problems).toEqual([named]);
    expect(doctor).toEqual([named]);
  });

  test('and left no message behind are no problem any more', async () => {
    failing('failed0');

    expect(await found()).toMatchObject({ problems: [], doctor: [] });
  });
});

test('a pattern that AWS takes and we cannot read is a warning, and hides nothing', async () => {
  const twice = '{"source":["aws.s3"],"source":["aws.s3"]}';
  events.on(DescribeArchiveCommand).resolves({ State: 'ENABLED', EventPattern: twice });
  events
    .on(DescribeRuleCommand, { Name: 'rule-metadata-writer' })
    .resolves({ Arn: ARN('rule/rule-metadata-writer'), State: 'ENABLED', EventPattern: twice });

  const { problems, doctor } = await found();

  const named = ['bus → archive', 'metadata-writer bus → rule'].map(
    (name) => expect.stringContaining(`${name}: nobody here can say what its pattern takes`) as string,
  );
  expect(problems).toEqual(named);
  expect(doctor).toEqual(named);
});

describe('a part that cannot be asked', () => {
  test('is a problem in words, and hides nothing of the others', async () => {
    events.on(DescribeArchiveCommand).rejects(errorNamed('SomethingNew', 'what now'));
    metrics.on(GetMetricDataCommand).rejects(errorNamed('AccessDenied', 'not authorized'));

    const { exitCode, out } = await run('status', '--json');

    expect(exitCode).toBe(4);
    expect(JSON.parse(out)).toMatchObject({
      archive: null,
      consumers: [{ name: 'metadata-writer', waiting: 0, failed: null, retrying: null }, {}, {}],
      problems: [
        'bus → archive: cannot be asked: what now',
        'metrics: cannot be asked: access denied: not authorized',
      ],
    });
  });

  test('is not the end, but everything is: then it says so once', async () => {
    const cut = errorNamed('TimeoutError', 'connect timed out');
    for (const mock of [events, s3, tables, sqs, lambda, metrics, logs]) mock.rejects(cut);
    const ran = await run('status');

    expect(ran.exitCode).toBe(6);
    expect(ran.err.match(/connect timed out/g)).toHaveLength(1);
    expect(sts.calls()).toHaveLength(1);
  });
});
