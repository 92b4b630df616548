import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeArchiveCommand,
  DescribeReplayCommand,
  DescribeRuleCommand,
  LimitExceededException,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import {
  ACCOUNT,
  ARN,
  NOW,
  OUTPUTS,
  REGION,
  cloudFormation,
  errorNamed,
  events,
  metrics,
  s3,
  sqs,
  sts,
  tables,
  resetMocks,
  runAgainstAws,
} from '../support/mocked-aws.ts';

const run = runAgainstAws;

const meta = { $metadata: {} };

beforeEach(resetMocks);

test('every verb says which account, Region and stack it speaks to', async () => {
  expect(await run('status')).toMatchObject({
    exitCode: 0,
    err: expect.stringContaining(`aws ${ACCOUNT} ${REGION} Sluice-prod\n`) as string,
  });
});

test('env gives Region, profile, buckets and tables of the stack, and unsets the endpoint of a local one', async () => {
  const { exitCode, out } = await run('env', '--profile', 'work');

  expect(exitCode).toBe(0);
  expect(out.trimEnd().split('\n')).toEqual([
    'unset AWS_ENDPOINT_URL',
    `export AWS_REGION='${REGION}'`,
    `export AWS_DEFAULT_REGION='${REGION}'`,
    "export AWS_PROFILE='work'",
    "export SLUICE_BUCKET='ingest'",
    "export SLUICE_OUTPUT_BUCKET='output'",
    "export SLUICE_UPLOAD_METADATA_TABLE='uploads'",
    "export SLUICE_PROCESSED_FILES_TABLE='counts'",
  ]);
  expect(JSON.parse((await run('env', '--json')).out)).toMatchObject({
    set: { AWS_REGION: REGION, SLUICE_BUCKET: 'ingest' },
    unset: ['AWS_ENDPOINT_URL'],
  });
});

describe('cannot begin', () => {
  test.each([
    ['ExpiredToken', 'The security token included in the request is expired', 7, 'aws sso login'],
    ['CredentialsProviderError', 'Could not load credentials from any providers', 7, '--profile'],
    ['InvalidClientTokenId', 'The security token included in the request is invalid.', 7, '--profile'],
    ['TimeoutError', 'connect timed out', 6, '--region'],
  ])('on %s', async (name, message, exitCode, nextStep) => {
    sts.on(GetCallerIdentityCommand).rejects(errorNamed(name, message));

    const ran = await run('status');

    expect(ran).toMatchObject({ exitCode, out: '' });
    expect(ran.err).toContain(message);
    expect(ran.err).toContain(nextStep);
  });

  test('without the stack', async () => {
    cloudFormation
      .on(DescribeStacksCommand)
      .rejects(errorNamed('ValidationError', 'Stack with id Sluice-prod does not exist'));

    const ran = await run('status');

    expect(ran.exitCode).toBe(6);
    expect(ran.err).toContain('there is no stack Sluice-prod in aws 111122223333 eu-west-1');
    expect(ran.err).toContain('npx aws-cdk deploy');
  });

  test('on a stack that is none of ours', async () => {
    cloudFormation.on(DescribeStacksCommand).resolves({
      Stacks: [{ StackName: 'x', CreationTime: NOW, StackStatus: 'CREATE_COMPLETE', Outputs: [] }],
    });

    expect(await run('status')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('has no consumer') as string,
    });
  });
});

describe('a call that AWS refuses', () => {
  test('for want of a permission names it, and the policy that grants it', async () => {
    const denied = `User: arn:aws:iam::${ACCOUNT}:user/ops is not authorized to perform: sqs:getqueueattributes on resource: dead`;
    sqs.on(GetQueueAttributesCommand).rejects(errorNamed('AccessDenied', denied));

    const ran = await run('dead', 'list');

    expect(ran.exitCode).toBe(1);
    expect(ran.err).toContain(denied);
    expect(ran.err).toContain('OperatorPolicyArn');
  });

  test('because it is too much asks for patience, and says that a repetition is safe', async () => {
    events.on(DescribeRuleCommand).rejects(errorNamed('ThrottlingException', 'Rate exceeded'));

    const ran = await run('ls');

    expect(ran.exitCode).toBe(1);
    expect(ran.err).toContain('Rate exceeded');
    expect(ran.err).toContain('not done twice');
  });

  test('that nobody knows shows where it came from', async () => {
    events.on(DescribeRuleCommand).rejects(errorNamed('SomethingNew', 'what now'));

    expect(await run('ls')).toMatchObject({
      exitCode: 1,
      err: expect.stringMatching(/what now\n.*SomethingNew: what now\n {4}at /s) as string,
    });
  });
});

describe('doctor', () => {
  test('goes through every permission, and shows just the one that is denied', async () => {
    tables
      .on(QueryCommand)
      .rejects(errorNamed('AccessDeniedException', 'not authorized to perform: dynamodb:Query'));

    const ran = await run('doctor', '--json');

    expect(ran.exitCode).toBe(5);
    const { checks } = JSON.parse(ran.out) as { checks: { name: string; state: string }[] };
    expect(checks.filter(({ state }) => state === 'failed')).toMatchObject([
      {
        name: 'dynamodb:Query uploads',
        detail: 'access denied: not authorized to perform: dynamodb:Query',
        nextStep: expect.stringContaining('OperatorReadPolicyArn') as string,
      },
    ]);
    expect(checks.length).toBeGreaterThan(25);
  });

  test('without credentials is a finding', async () => {
    sts.on(GetCallerIdentityCommand).rejects(errorNamed('ExpiredTokenException', 'expired'));

    expect(await run('doctor')).toMatchObject({
      exitCode: 7,
      out: expect.stringContaining('expired') as string,
    });
  });
});

describe('status', () => {
  test('takes ages and errors from the metrics, and calls what is too old a problem', async () => {
    metrics.on(GetMetricDataCommand).resolves({
      MetricDataResults: [
        { Id: 'age0', Values: [3_600, 1] },
        { Id: 'errors0', Values: [2, 1] },
        { Id: 'failed1', Values: [7] },
      ],
    });

    const ran = await run('status', '--json', '--check');

    expect(ran.exitCode).toBe(5);
    expect(JSON.parse(ran.out)).toMatchObject({
      isHealthy: false,
      consumers: [
        { name: 'metadata-writer', oldestAgeSeconds: 3_600, functionErrors: 3 },
        { name: 'csv-row-counter', oldestAgeSeconds: null, functionErrors: 0, failed: 7, retrying: 0 },
        {},
      ],
      problems: [
        'metadata-writer age: a message has waited for 60 min (sluice logs --consumer metadata-writer)',
      ],
    });
  });

  test('of an object that may wait in a queue says unknown: AWS lets nobody look', async () => {
    sqs.on(GetQueueAttributesCommand).resolves({
      Attributes: { ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '7' },
    });
    s3.on(ListObjectVersionsCommand).resolves({
      Versions: [
        {
          Key: 'a.txt',
          VersionId: 'v1',
          IsLatest: true,
          Size: 3,
          ETag: '"e"',
          LastModified: new Date('2026-11-20T10:00:00Z'),
        },
      ],
    });

    const { exitCode, out } = await run('status', 'a.txt', '--json', '--consumer', 'metadata-writer');

    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      consumers: [{ outcome: 'unknown', note: expect.stringContaining('AWS cannot tell') as string }],
    });
  });

  test('of an object that neither is stored nor can wait says missing, and how to mend it', async () => {
    s3.on(ListObjectVersionsCommand).resolves({
      Versions: [
        {
          Key: 'a.txt',
          VersionId: 'v1',
          IsLatest: true,
          Size: 3,
          ETag: '"e"',
          LastModified: new Date('2026-11-20T10:00:00Z'),
        },
      ],
    });

    const { out } = await run('status', 'a.txt', '--json', '--consumer', 'metadata-writer');

    expect(JSON.parse(out)).toMatchObject({
      consumers: [
        { outcome: 'missing', note: expect.stringContaining('verify --prefix a.txt --repair') as string },
      ],
    });
  });
});

describe('replay', () => {
  const described = { ReplayName: 'again', EventStartTime: NOW, EventEndTime: NOW, ReplayStartTime: NOW };

  test('refuses the last ten minutes, which the archive may lack, unless it is forced', async () => {
    const refused = await run('replay', '--since', '2h', '--dry-run');
    const forced = await run('replay', '--since', '2h', '--dry-run', '--force');
    const earlier = await run('replay', '--since', '2h', '--until', '10m', '--dry-run');

    expect(refused).toMatchObject({ exitCode: 2, err: expect.stringContaining('--until 10m') as string });
    expect([forced.exitCode, earlier.exitCode]).toEqual([0, 0]);
  });

  test('estimates by what the rules delivered, and says what EventBridge bills', async () => {
    metrics.on(GetMetricDataCommand).resolves({
      MetricDataResults: [
        { Id: 'rule0', Values: [1_500_000, 500_000] },
        { Id: 'rule1', Values: [40_000] },
      ],
    });

    const ran = await run('replay', '--since', '3d', '--until', '1d', '--dry-run', '--json');

    expect(JSON.parse(ran.out)).toMatchObject({
      dryRun: true,
      since: '2026-11-17T12:00:00.000Z',
      until: '2026-11-19T12:00:00.000Z',
      preview: {
        countedBy: 'metrics',
        events: 2_000_000,
        costUsd: 2,
        consumers: [{ events: 2_000_000 }, { events: 40_000 }, { events: 0 }],
      },
    });
    expect(events.commandCalls(StartReplayCommand)).toHaveLength(0);
  });

  test('asks nobody where there is no terminal', async () => {
    const ran = await run('replay', '--since', '3d', '--until', '1d');

    expect(ran).toMatchObject({ exitCode: 2, err: expect.stringContaining('--yes') as string });
    expect(events.commandCalls(StartReplayCommand)).toHaveLength(0);
  });

  test('waits for a slot while ten are active, names only this stack’s rules, and follows it to the end', async () => {
    events
      .on(StartReplayCommand)
      .rejectsOnce(new LimitExceededException({ ...meta, message: 'ten' }))
      .resolves({});
    events.on(DescribeReplayCommand).resolves({ ...described, State: 'COMPLETED' });
    vi.useFakeTimers({ now: NOW, toFake: ['Date', 'setTimeout', 'clearTimeout'] });

    const running = run(
      'replay',
      '--since=3d',
      '--until=1d',
      '--yes',
      '--name=again',
      '--consumer=csv-row-counter',
    );
    await vi.advanceTimersByTimeAsync(60_000);
    const { exitCode, err } = await running;

    expect(exitCode).toBe(0);
    expect(err).toContain('ten replays are active');
    const inputs = events.commandCalls(StartReplayCommand).map(({ args: [{ input }] }) => input);
    expect(inputs).toHaveLength(2);
    expect(inputs[1]).toEqual({
      ReplayName: 'again',
      EventSourceArn: ARN('archive/archive'),
      EventStartTime: new Date('2026-11-17T12:00:00Z'),
      EventEndTime: new Date('2026-11-19T12:00:00Z'),
      Destination: { Arn: ARN('event-bus/default'), FilterArns: [ARN('rule/rule-csv-row-counter')] },
    });
  });

  test('that was begun by this name before is followed, and not begun again', async () => {
    events.on(StartReplayCommand).rejects(new ResourceAlreadyExistsException({ ...meta, message: 'exists' }));
    const FilterArns = ['metadata-writer', 'csv-row-counter', 'ledger-exporter'].map((name) =>
      ARN(`rule/rule-${name}`),
    );
    events
      .on(DescribeReplayCommand)
      .resolves({ ...described, State: 'COMPLETED', Destination: { Arn: 'bus', FilterArns } });

    const ran = await run('replay', '--since', '3d', '--until', '1d', '--yes', '--name', 'again', '--json');

    expect(ran.exitCode).toBe(0);
    expect(JSON.parse(ran.out)).toMatchObject({
      isNew: false,
      replay: { name: 'again', state: 'COMPLETED' },
    });
  });

  test('without an archive says what is left to do', async () => {
    events.on(DescribeArchiveCommand).rejects(new ResourceNotFoundException({ ...meta, message: 'none' }));

    expect(await run('replay', '--since', '3d', '--until', '1d', '--dry-run')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('sluice backfill') as string,
    });
  });

  test('that fails is a failure, with EventBridge’s reason', async () => {
    events.on(StartReplayCommand).resolves({});
    events
      .on(DescribeReplayCommand)
      .resolves({ ...described, State: 'FAILED', StateReason: 'the archive is gone' });

    expect(await run('replay', '--since', '3d', '--until', '1d', '--yes')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('the archive is gone') as string,
    });
  });

  test('to rules that are all disabled reaches nobody, and is not begun', async () => {
    events.on(DescribeRuleCommand).callsFake(({ Name }: { Name: string }) => ({
      Arn: ARN(`rule/${Name}`),
      State: 'DISABLED',
      EventPattern: '{"source":["aws.s3"]}',
    }));

    expect(await run('replay', '--since', '3d', '--until', '1d', '--yes')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('no rule is enabled') as string,
    });
  });
});

/** How SQS says that it has taken an entry. */
const taken = (Id: string) => ({ Id, MessageId: Id, MD5OfMessageBody: '' });

describe('a queue', () => {
  test('that refuses some messages for now gets just those again', async () => {
    s3.on(ListObjectVersionsCommand).resolves({
      Versions: ['a', 'b', 'c'].map((Key) => ({
        Key,
        VersionId: `v-${Key}`,
        IsLatest: true,
        Size: 1,
        ETag: '"e"',
        LastModified: NOW,
      })),
    });
    sqs
      .on(SendMessageBatchCommand)
      .resolvesOnce({
        Failed: [{ Id: '1', Code: 'InternalError', SenderFault: false }],
        Successful: ['0', '2'].map(taken),
      })
      .resolves({ Failed: [], Successful: [taken('1')] });
    const checkpoint = `${temporaryFolder('checkpoint')}/backfill.json`;

    const ran = await run('backfill', '--yes', '--consumer', 'metadata-writer', '--checkpoint', checkpoint);

    expect(ran.exitCode).toBe(0);
    const sent = sqs
      .commandCalls(SendMessageBatchCommand)
      .map(({ args: [{ input }] }) =>
        (input.Entries ?? []).map(
          ({ MessageBody = '' }) =>
            (JSON.parse(MessageBody) as { detail: { object: { key: string } } }).detail.object.key,
        ),
      );
    expect(sent).toEqual([['a', 'b', 'c'], ['b']]);
  });

  test('that is a dead-letter queue is asked until a long poll stays empty', async () => {
    sqs.on(GetQueueAttributesCommand).resolves({
      Attributes: {
        ApproximateNumberOfMessages: '1',
        ApproximateNumberOfMessagesNotVisible: '0',
        MessageRetentionPeriod: '1209600',
      },
    });
    sqs.on(ReceiveMessageCommand).resolves({});
    sqs
      .on(ReceiveMessageCommand, { QueueUrl: OUTPUTS['MetadataWriterDeadLetterQueueUrl'] })
      .resolvesOnce({
        Messages: [
          {
            MessageId: 'm',
            ReceiptHandle: 'r',
            Body: 'x',
            Attributes: { SentTimestamp: String(NOW.getTime()) },
          },
        ],
      })
      .resolves({});

    const ran = await run('dead', 'list', '--json', '--consumer', 'metadata-writer', '--kind', 'queue');

    expect(JSON.parse(ran.out)).toMatchObject({
      groups: [{ reason: 'function-failed', count: 1, expires: '2026-12-04T12:00:00.000Z' }],
    });
    expect(
      sqs
        .commandCalls(ReceiveMessageCommand)
        .every(({ args: [{ input }] }) => (input.WaitTimeSeconds ?? 0) > 0),
    ).toBe(true);
  });
});
