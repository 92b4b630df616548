import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeArchiveCommand, DescribeRuleCommand } from '@aws-sdk/client-eventbridge';
import { beforeEach, describe, expect, test } from 'vitest';
import type { RuntimeStatus } from '../../../shared/control-api.ts';
import { pipelineStatus } from '../../../cli/status/pipeline-status.ts';
import {
  cloudFormation,
  errorNamed,
  events,
  lambda,
  logs,
  metrics,
  NOW,
  resetMocks,
  s3,
  sqs,
  sts,
  tables,
} from '../../support/mocked-aws.ts';
import { mockedPipeline, type RuntimeAnswers } from '../../support/mocked-pipeline.ts';

beforeEach(resetMocks);

async function status(runtime?: RuntimeAnswers) {
  const pipeline = mockedPipeline(runtime && { runtime });
  return await pipelineStatus(pipeline, {
    consumers: pipeline.consumers.slice(0, 1),
    since: new Date(NOW.getTime() - 3_600_000),
    mostAgeMs: 900_000,
  });
}

const answered = (change: Partial<RuntimeStatus>): RuntimeAnswers => ({
  status: () => ({
    now: '2027-01-01T00:00:00.000Z',
    drained: true,
    bus: { outbox: 0, deliveries: 0, replays: 0 },
    asyncInvocations: 0,
    functions: {},
    queues: {},
    disk: { freeBytes: 1e12 },
    tally: {},
    ...change,
  }),
});

const denied = errorNamed('AccessDeniedException', 'not you');

describe('the status of a pipeline in AWS', () => {
  test('in which all is well has no problem, and every joint that was looked at', async () => {
    const found = await status();

    expect(found).toMatchObject({
      at: NOW.toISOString(),
      problems: [],
      isPartial: false,
      tally: {},
      archive: { name: 'archive', state: 'ENABLED', events: 0, bytes: 0, retentionDays: 90 },
    });
    expect(found.consumers.map(({ name }) => name)).toEqual(['metadata-writer']);
    expect(found.joints.map(({ name }) => name)).toEqual([
      'bucket → bus',
      'bus → archive',
      'metadata-writer bus → rule',
      'metadata-writer rule',
      'metadata-writer rule → queue',
      'metadata-writer queue',
      'metadata-writer rule → letters',
      'metadata-writer queue → letters',
      'metadata-writer queue → function',
      'metadata-writer function',
      'table uploads',
      'table counts',
      'metadata-writer start',
      'metadata-writer records',
    ]);
  });

  test('that may not be asked something is known in part, and tells the rest', async () => {
    events.on(DescribeRuleCommand).rejects(denied);

    const { isPartial, problems, consumers } = await status();

    expect(isPartial).toBe(true);
    expect(problems).toEqual([
      expect.stringMatching(
        /^metadata-writer rule: cannot be asked: access denied: not you \(attach the policy/,
      ),
    ]);
    expect(consumers[0]).toMatchObject({ rule: null, mapping: 'enabled', waiting: 0 });
  });

  test('whose metrics may not be asked for is known in part, and says so', async () => {
    metrics.on(GetMetricDataCommand).rejects(denied);

    const { isPartial, problems, consumers } = await status();

    expect({ isPartial, problems }).toEqual({
      isPartial: true,
      problems: ['metrics: cannot be asked: access denied: not you'],
    });
    expect(consumers[0]).toMatchObject({ retrying: null, failed: null });
  });

  test('without its archive is known as a whole: it is not there', async () => {
    events.on(DescribeArchiveCommand).rejects(errorNamed('ResourceNotFoundException', 'none'));

    expect(await status()).toMatchObject({ archive: null, isPartial: false });
  });

  test('that nothing answers for is no status, but an error with its exit code', async () => {
    const gone = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    for (const mock of [sts, cloudFormation, events, sqs, s3, tables, logs, metrics, lambda]) {
      mock.reset();
      mock.rejects(gone);
    }

    await expect(status()).rejects.toMatchObject({
      exitCode: 6,
      message: 'no answer from AWS in eu-west-1: connect ECONNREFUSED',
    });
  });

  test('that has no credentials any more is no status either', async () => {
    for (const mock of [events, sqs, s3, tables, metrics, lambda]) {
      mock.reset();
      mock.rejects(errorNamed('ExpiredToken', 'too old'));
    }

    await expect(status()).rejects.toMatchObject({ exitCode: 7 });
  });
});

describe('the status of a local pipeline', () => {
  test('has the runtime’s clock and tally, and asks CloudWatch nothing', async () => {
    const found = await status(answered({ tally: { 'given-back': 2 } }));

    expect(found).toMatchObject({
      at: '2027-01-01T00:00:00.000Z',
      tally: { 'given-back': 2 },
      problems: [],
    });
    expect(metrics.commandCalls(GetMetricDataCommand)).toHaveLength(0);
  });

  test('names a disk that is almost full', async () => {
    const { problems } = await status(answered({ disk: { freeBytes: 12e6 } }));

    expect(problems).toEqual(['disk: 12.0 MB free: what is uploaded or recorded next may fail (make room)']);
  });

  test('whose runtime does not answer is known in part', async () => {
    const { isPartial, problems, at } = await status({
      status: () => {
        throw new Error('the runtime is ill');
      },
    });

    expect({ isPartial, problems, at }).toEqual({
      isPartial: true,
      problems: ['metrics: cannot be asked: the runtime is ill'],
      at: NOW.toISOString(),
    });
  });
});
