import { GetMetricDataCommand, type GetMetricDataCommandInput } from '@aws-sdk/client-cloudwatch';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeRuleCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { events, logs, metrics, NOW, runAgainstAws, s3, sqs } from '../support/mocked-aws.ts';
import {
  BUS,
  HANDED_QUEUE,
  queueHolds,
  resetWithTargets,
  STATE_MACHINE,
  TARGET_OUTPUTS,
} from '../support/mocked-targets.ts';

const run = runAgainstAws;
const HOUR_MS = 3_600_000;

beforeEach(resetWithTargets);

interface StatusJson {
  readonly isHealthy: boolean;
  readonly problems: readonly string[];
  readonly consumers: readonly Readonly<Record<string, unknown>>[];
  readonly joints: readonly { readonly name: string; readonly state: string; readonly detail: string }[];
}

async function status(): Promise<StatusJson> {
  return JSON.parse((await run('status', '--json')).out) as StatusJson;
}

/** CloudWatch says that the oldest message of the queue-only consumer is so old. */
function handedAge(seconds: number): void {
  metrics.on(GetMetricDataCommand).callsFake(({ MetricDataQueries = [] }: GetMetricDataCommandInput) => ({
    MetricDataResults: MetricDataQueries.filter(({ MetricStat }) =>
      MetricStat?.Metric?.Dimensions?.some(({ Value }) => Value === 'Sluice-prod-handed'),
    ).map(({ Id }) => ({ Id, Values: [seconds], Timestamps: [NOW] })),
  }));
}

/** The bucket holds one version of the key, of this age. */
function holds(key: string, ageMs: number): void {
  s3.on(ListObjectVersionsCommand).resolves({
    Versions: [
      {
        Key: key,
        VersionId: 'v1',
        IsLatest: true,
        LastModified: new Date(NOW.getTime() - ageMs),
        Size: 1,
        ETag: '"e"',
      },
    ],
  });
}

describe('the status of a stack with all four targets', () => {
  test('is healthy where each rule has its target, and knows what a consumer has not', async () => {
    const { isHealthy, problems, consumers, joints } = await status();

    expect({ isHealthy, problems }).toEqual({ isHealthy: true, problems: [] });
    expect(consumers.map(({ name, target, mapping, waiting }) => [name, target, mapping, waiting])).toEqual([
      ['metadata-writer', 'function', 'enabled', 0],
      ['csv-row-counter', 'function', 'enabled', 0],
      ['ledger-exporter', 'function', 'enabled', 0],
      ['handed', 'queue', null, 0],
      ['partner-bus', 'bus', null, null],
      ['unpacker', 'state-machine', null, null],
    ]);
    const ofTargets = joints.filter(({ name }) => /^(handed|partner-bus|unpacker) /.test(name));
    expect(ofTargets.map(({ name, detail }) => `${name}: ${detail}`)).toEqual([
      'handed bus → rule: it takes events of the bucket',
      'handed rule: enabled',
      'handed rule → queue: the queue is its target',
      'handed queue: there',
      'handed rule → letters: there',
      'handed queue → letters: the queue gives up to it',
      'partner-bus bus → rule: it takes events of the bucket',
      'partner-bus rule: enabled',
      'partner-bus rule → bus: the bus is its target',
      'partner-bus rule → letters: there',
      'unpacker bus → rule: it takes events of the bucket',
      'unpacker rule: enabled',
      'unpacker rule → state machine: the state machine is its target',
      'unpacker rule → letters: there',
    ]);
  });

  test('shows on a terminal where each one sends', async () => {
    const { out } = await run('status');

    expect(out).toMatch(/handed\ton, queue only\t0\t0\t–/);
    expect(out).toMatch(/partner-bus\ton, to a bus\t–\t–\t–\t–\t–\t0\t–/);
    expect(out).toMatch(/unpacker\ton, to a state machine\t–/);
  });

  test('names the rule whose bus is not its target', async () => {
    events.on(ListTargetsByRuleCommand, { Rule: 'rule-partner-bus' }).resolves({ Targets: [] });

    expect((await status()).problems).toEqual([
      'partner-bus rule → bus: the bus is no target of the rule: events that match reach nobody (deploy the stack again; locally, start again)',
    ]);
  });

  test('tells the age of a queue that somebody else drains, and calls it no problem', async () => {
    queueHolds(HANDED_QUEUE, 1_000);
    handedAge(86_400);

    const { isHealthy, consumers, joints } = await status();

    expect(isHealthy).toBe(true);
    expect(consumers.find(({ name }) => name === 'handed')).toMatchObject({
      waiting: 1_000,
      oldestAgeSeconds: 86_400,
    });
    expect(joints.find(({ name }) => name === 'handed age')).toMatchObject({ state: 'ok' });
  });

  test('warns before the queue deletes what nobody drains', async () => {
    queueHolds(HANDED_QUEUE, 1_000);
    handedAge(3.5 * 86_400);

    expect((await status()).problems).toEqual([
      expect.stringMatching(/^handed age: a message has waited for .+, and the queue deletes what is older/),
    ]);
  });
});

const notes = async (): Promise<Readonly<Record<string, string>>> => {
  const { out } = await run(
    'status',
    'a.txt',
    '--json',
    '--consumer',
    'handed',
    '--consumer',
    'partner-bus',
    '--consumer',
    'unpacker',
  );
  const { consumers } = JSON.parse(out) as {
    consumers: { consumer: string; outcome: string; note: string }[];
  };
  return Object.fromEntries(
    consumers.map(({ consumer, outcome, note }) => [consumer, `${outcome}: ${note}`]),
  );
};

describe('the status of an object', () => {
  test('is handed over where nothing of it can wait, which is all that is known here', async () => {
    holds('a.txt', HOUR_MS);

    expect(await notes()).toEqual({
      handed: 'handed-over: its queue holds no message of it: whoever drains it has taken it',
      'partner-bus': `handed-over: sent by the rule to another event bus, ${BUS}; the rule’s dead-letter queue is empty`,
      unpacker: `handed-over: sent by the rule to a state machine, ${STATE_MACHINE}; the rule’s dead-letter queue is empty`,
    });
  });

  test('is unknown where AWS lets nobody look into the queue', async () => {
    holds('a.txt', HOUR_MS);
    queueHolds(HANDED_QUEUE, 3);

    expect((await notes())['handed']).toMatch(/^unknown: .+AWS cannot tell which messages do \(about 3\)/);
  });

  test('is unknown behind a disabled rule', async () => {
    holds('a.txt', HOUR_MS);
    events.on(DescribeRuleCommand, { Name: 'rule-partner-bus' }).resolves({
      Arn: 'arn:aws:events:eu-west-1:111122223333:rule/rule-partner-bus',
      State: 'DISABLED',
      EventPattern: '{"source":["aws.s3"]}',
    });

    expect((await notes())['partner-bus']).toMatch(/^unknown: its rule is disabled/);
  });

  test('is a dead letter of the rule, which a replay delivers again', async () => {
    holds('a.txt', HOUR_MS);
    ruleLetter('partner-bus', 'a.txt', '2026-11-20T11:00:00Z');

    expect((await notes())['partner-bus']).toMatch(
      /^dead-lettered: mend the cause, then sluice replay --since 2026-11-20T11:00:00.000Z --until 2026-11-20T11:00:01.000Z --consumer partner-bus/,
    );
  });

  test('of a folder’s placeholder is not called skipped where no function skips it', async () => {
    holds('a.txt/', HOUR_MS);
    events.on(DescribeRuleCommand, { Name: 'rule-handed' }).resolves({
      Arn: 'arn:aws:events:eu-west-1:111122223333:rule/rule-handed',
      State: 'ENABLED',
      EventPattern: '{"source":["aws.s3"]}',
    });
    const { out } = await run('status', 'a.txt/', '--version-id', 'v1', '--json', '--consumer', 'handed');

    expect(JSON.parse(out)).toMatchObject({ consumers: [{ outcome: 'handed-over' }] });
  });
});

/** EventBridge could not deliver the event of the key. */
function ruleLetter(consumer: string, key: string, time: string): void {
  const QueueUrl =
    TARGET_OUTPUTS[`${consumer === 'unpacker' ? 'Unpacker' : 'PartnerBus'}RuleDeadLetterQueueUrl`]!;
  queueHolds(QueueUrl, 1);
  sqs
    .on(ReceiveMessageCommand, { QueueUrl })
    .resolvesOnce({
      Messages: [
        {
          MessageId: `letter-${consumer}`,
          ReceiptHandle: 'handle',
          Body: JSON.stringify({
            version: '0',
            id: '11111111-2222-3333-4444-555555555555',
            'detail-type': 'Object Created',
            source: 'aws.s3',
            account: '111122223333',
            time,
            region: 'eu-west-1',
            resources: ['arn:aws:s3:::ingest'],
            detail: {
              version: '0',
              bucket: { name: 'ingest' },
              object: { key, size: 1, etag: 'e', 'version-id': 'v1', sequencer: '0069' },
              reason: 'PutObject',
            },
          }),
          Attributes: { SentTimestamp: String(NOW.getTime()) },
          MessageAttributes: { ERROR_CODE: { DataType: 'String', StringValue: 'NO_PERMISSIONS' } },
        },
      ],
    })
    .resolves({});
}

describe('letters of a rule that sends to a bus', () => {
  test('are listed, and cannot be redriven: the replay that delivers them is named', async () => {
    ruleLetter('partner-bus', 'a.txt', '2026-11-20T11:00:00Z');
    const listed = await run('dead', 'list', '--json');
    resetWithTargets();
    ruleLetter('partner-bus', 'a.txt', '2026-11-20T11:00:00Z');
    const redriven = await run('redrive', '--yes');

    expect(JSON.parse(listed.out)).toMatchObject({
      groups: [{ replay: { since: '2026-11-20T11:00:00.000Z', until: '2026-11-20T11:00:01.000Z' } }],
      letters: [{ consumer: 'partner-bus', kind: 'rule', reason: 'NO_PERMISSIONS', keys: ['a.txt'] }],
    });
    expect(redriven.exitCode).toBe(1);
    expect(redriven.err).toContain(
      '1 letter of partner-bus cannot be redriven: it sends to another event bus',
    );
    expect(redriven.err).toContain(
      'sluice replay --since 2026-11-20T11:00:00.000Z --until 2026-11-20T11:00:01.000Z --consumer partner-bus',
    );
    expect(sqs.commandCalls(SendMessageBatchCommand)).toEqual([]);
  });
});

const backfill = (...args: string[]) =>
  run(
    'backfill',
    '--yes',
    '--json',
    '--checkpoint',
    `${temporaryFolder('backfill')}/checkpoint.json`,
    ...args,
  );

describe('a backfill', () => {
  test('reaches a queue that somebody else drains, and passes over what has none', async () => {
    holds('a.txt', HOUR_MS);
    sqs.on(SendMessageBatchCommand).callsFake(({ Entries }: { Entries: { Id: string }[] }) => ({
      Successful: Entries.map(({ Id }) => ({ Id })),
    }));

    const { exitCode, out, err } = await backfill();

    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      messages: { 'metadata-writer': 1, handed: 1 },
    });
    expect(err).toContain('a backfill cannot reach partner-bus: it sends to another event bus');
    expect(err).toContain('sluice replay --since TIME --consumer unpacker');
    expect(
      sqs.commandCalls(SendMessageBatchCommand).map(({ args: [{ input }] }) => input.QueueUrl),
    ).toContain(HANDED_QUEUE);
  });

  test('to a bus alone is refused by name', async () => {
    expect(await backfill('--consumer', 'partner-bus')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('a backfill cannot reach partner-bus') as string,
    });
  });
});

describe('a verb for functions', () => {
  test.each([
    ['logs', ['--consumer', 'handed'], 'handed has no log: it sends to a queue that somebody else drains'],
    ['pause', ['handed', '--yes'], 'stop and start whoever drains its queue'],
    ['resume', ['unpacker', '--yes'], 'aws events disable-rule --name rule-unpacker'],
  ])('%s refuses a consumer without one, and says what to do', async (verb, args, told) => {
    expect(await run(verb, ...args)).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining(told) as string,
    });
  });

  test('logs without a name reads those that there are', async () => {
    await run('logs');

    expect(
      logs.commandCalls(FilterLogEventsCommand).map(({ args: [{ input }] }) => input.logGroupName),
    ).toEqual(['log-metadata-writer', 'log-csv-row-counter', 'log-ledger-exporter']);
  });
});

test('a comparison says of each that it has nothing to compare', async () => {
  const { err } = await run('verify');

  for (const name of ['handed', 'partner-bus', 'unpacker']) expect(err).toContain(`${name} keeps nothing`);
});

test('a doctor finds nothing against them', async () => {
  const { checks } = JSON.parse((await run('doctor', '--json')).out) as StatusJson & {
    checks: { name: string; state: string }[];
  };

  expect(checks.filter(({ name, state }) => state !== 'ok' && name !== 'template')).toEqual([]);
});
