import {
  CancelReplayCommand,
  CreateArchiveCommand,
  CreateEventBusCommand,
  DeleteArchiveCommand,
  DeleteRuleCommand,
  DescribeArchiveCommand,
  DescribeReplayCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  type EventBridgeClient,
  ListArchivesCommand,
  ListReplaysCommand,
  ListRuleNamesByTargetCommand,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  StartReplayCommand,
  TestEventPatternCommand,
  UpdateArchiveCommand,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, test } from 'vitest';
import type { Principal } from '../../../local/iam.ts';
import { ACCOUNT, archiveArn, BUS_ARN, BusUnderTest, queueArn, REGION, ruleArn } from './bus-under-test.ts';

const PATTERN = '{"source":["shop"]}';
const order = (number: number) => ({ Source: 'shop', DetailType: 'Order', Detail: `{"number":${number}}` });

async function started(principal?: Principal): Promise<{ under: BusUnderTest; client: EventBridgeClient }> {
  const under = new BusUnderTest();
  const client = await under.client(principal);
  under.bus.start();
  return { under, client };
}

describe('PutEvents', () => {
  test('makes whole events of the entries and puts them on the bus', async () => {
    const { under, client } = await started();
    await using _ = under;
    under.rule('shop', { source: ['shop'] });

    const answer = await client.send(
      new PutEventsCommand({
        Entries: [
          {
            ...order(1),
            Time: new Date('2026-02-03T04:05:06.789Z'),
            Resources: ['arn:a'],
            EventBusName: 'default',
          },
        ],
      }),
    );
    await under.settle();

    expect(answer).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
    expect(under.queues.events('shop')).toEqual([
      {
        version: '0',
        id: answer.Entries?.[0]?.EventId,
        'detail-type': 'Order',
        source: 'shop',
        account: ACCOUNT,
        time: '2026-02-03T04:05:06Z',
        region: REGION,
        resources: ['arn:a'],
        detail: { number: 1 },
      },
    ]);
  });

  test('refuses entries one by one, and takes their neighbours', async () => {
    const { under, client } = await started();
    await using _ = under;
    under.rule('any', { version: ['0'] });

    const answer = await client.send(
      new PutEventsCommand({
        Entries: [
          order(1),
          { ...order(2), Source: 'aws.s3' },
          { ...order(3), Detail: '{"number":' },
          { ...order(4), Detail: '[4]' },
          { ...order(5), DetailType: undefined },
          { ...order(6), Detail: '{}},"detail":{"number":6}' },
          order(7),
        ],
      }),
    );
    await under.settle();

    expect(answer.FailedEntryCount).toBe(5);
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'NotAuthorizedForSourceException',
      'MalformedDetail',
      'MalformedDetail',
      'InvalidArgument',
      'MalformedDetail',
      undefined,
    ]);
    expect(under.queues.events('any').map(({ detail }) => detail)).toEqual([{ number: 1 }, { number: 7 }]);
  });

  test('hands the detail on as it was written', async () => {
    const { under, client } = await started();
    await using _ = under;
    under.rule('shop', { source: ['shop'] });

    await client.send(
      new PutEventsCommand({ Entries: [{ ...order(0), Detail: '{ "n": 1.0, "n": 12345678901234567890 }' }] }),
    );
    await under.settle();

    expect(under.queues.letters('shop')[0]?.body).toContain(
      '"detail":{ "n": 1.0, "n": 12345678901234567890 }}',
    );
  });

  test('refuses eleven entries, none, more than 1 MB, and another bus', async () => {
    const { under, client } = await started();
    await using _ = under;
    const put = (Entries: object[]) => client.send(new PutEventsCommand({ Entries }));
    const large = { ...order(1), Detail: JSON.stringify({ text: 'x'.repeat(600_000) }) };

    await expect(put(Array.from({ length: 11 }, (_, n) => order(n)))).rejects.toThrow(
      /1 to 10 entries, not 11/,
    );
    await expect(put([])).rejects.toThrow(/1 to 10 entries, not 0/);
    await expect(put([large, large])).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(put([{ ...order(1), EventBusName: 'mine' }])).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    expect((await put([large])).FailedEntryCount).toBe(0);
  });
});

describe('rules', () => {
  test('are made, described, switched, listed page by page, and deleted when they have no targets', async () => {
    const { under, client } = await started();
    await using _ = under;
    for (const Name of ['a-1', 'a-2', 'a-3', 'b-1']) {
      const { RuleArn } = await client.send(
        new PutRuleCommand({ Name, EventPattern: PATTERN, Description: 'd' }),
      );
      expect(RuleArn).toBe(ruleArn(Name));
    }
    await client.send(
      new PutTargetsCommand({
        Rule: 'a-1',
        Targets: [
          {
            Id: 't',
            Arn: queueArn('q'),
            DeadLetterConfig: { Arn: queueArn('dlq') },
            RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 60 },
          },
          { Id: 'u', Arn: queueArn('r') },
        ],
      }),
    );

    await client.send(new DisableRuleCommand({ Name: 'a-1' }));
    expect(await client.send(new DescribeRuleCommand({ Name: 'a-1' }))).toMatchObject({
      Name: 'a-1',
      Arn: ruleArn('a-1'),
      EventPattern: PATTERN,
      State: 'DISABLED',
      Description: 'd',
      EventBusName: 'default',
      CreatedBy: ACCOUNT,
    });
    await client.send(new EnableRuleCommand({ Name: 'a-1' }));
    expect((await client.send(new DescribeRuleCommand({ Name: 'a-1' }))).State).toBe('ENABLED');

    const first = await client.send(new ListRulesCommand({ NamePrefix: 'a-', Limit: 2 }));
    const second = await client.send(
      new ListRulesCommand({ NamePrefix: 'a-', Limit: 2, NextToken: first.NextToken }),
    );
    expect([first, second].map(({ Rules }) => Rules?.map(({ Name }) => Name))).toEqual([
      ['a-1', 'a-2'],
      ['a-3'],
    ]);
    expect(second.NextToken).toBeUndefined();

    expect((await client.send(new ListTargetsByRuleCommand({ Rule: 'a-1' }))).Targets).toEqual([
      {
        Id: 't',
        Arn: queueArn('q'),
        DeadLetterConfig: { Arn: queueArn('dlq') },
        RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 60 },
      },
      {
        Id: 'u',
        Arn: queueArn('r'),
      },
    ]);
    expect(
      (await client.send(new ListRuleNamesByTargetCommand({ TargetArn: queueArn('r') }))).RuleNames,
    ).toEqual(['a-1']);

    const remove = new DeleteRuleCommand({ Name: 'a-1' });
    await expect(client.send(remove)).rejects.toThrow("Rule can't be deleted since it has targets.");
    await client.send(new RemoveTargetsCommand({ Rule: 'a-1', Ids: ['t', 'u'] }));
    await client.send(remove);
    await expect(client.send(new DescribeRuleCommand({ Name: 'a-1' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Rule a-1 does not exist on EventBus default.',
    });
  });

  test('with a pattern that EventBridge would refuse are refused, naming the clause', async () => {
    const { under, client } = await started();
    await using _ = under;

    const put = client.send(
      new PutRuleCommand({ Name: 'a', EventPattern: '{"detail":{"k":[{"wildcard":"a**"}]}}' }),
    );

    await expect(put).rejects.toMatchObject({ name: 'InvalidEventPatternException' });
    await expect(put).rejects.toThrow(/detail\.k: wildcard: .*two stars in a row/);
    const wildcards = ['csv', 'CSV', 'csv.gz', 'CSV.GZ', 'tsv'].map((ending) => ({
      wildcard: `csv/*.${ending}`,
    }));
    const complex = client.send(
      new PutRuleCommand({ Name: 'a', EventPattern: JSON.stringify({ detail: { k: wildcards } }) }),
    );
    await expect(complex).rejects.toMatchObject({ name: 'InvalidEventPatternException' });
    await expect(complex).rejects.toThrow(/Rule is too complex - try using fewer wildcard characters/);
    expect(under.bus.rules.list()).toEqual([]);
  });

  test('take five targets and no more, and keep those that they had', async () => {
    const { under, client } = await started();
    await using _ = under;
    under.rule('a', { source: ['shop'] });
    const targets = Array.from({ length: 5 }, (_, n) => ({ Id: `t${n}`, Arn: queueArn(`q${n}`) }));

    await expect(client.send(new PutTargetsCommand({ Rule: 'a', Targets: targets }))).rejects.toMatchObject({
      name: 'LimitExceededException',
    });

    expect(under.bus.rules.targets('a').map(({ id }) => id)).toEqual(['queue']);
  });

  test.each([
    [new PutRuleCommand({ Name: 'a', ScheduleExpression: 'rate(1 day)' }), 'PutRule with ScheduleExpression'],
    [
      new PutTargetsCommand({ Rule: 'a', Targets: [{ Id: 't', Arn: queueArn('q'), InputPath: '$.detail' }] }),
      'PutTargets Targets with InputPath',
    ],
    [
      new PutTargetsCommand({
        Rule: 'a',
        Targets: [{ Id: 't', Arn: 'arn:aws:lambda:us-east-1:0:function:f' }],
      }),
      'arn:aws:lambda:us-east-1:0:function:f',
    ],
    [new CreateEventBusCommand({ Name: 'orders' }), 'CreateEventBus'],
  ] as const)('what they cannot do here is refused by name', async (command, named) => {
    const { under, client } = await started();
    await using _ = under;

    const answer = client.send(command as PutRuleCommand);

    await expect(answer).rejects.toMatchObject({
      name: 'NotImplemented',
      $metadata: { httpStatusCode: 501 },
    });
    await expect(answer).rejects.toThrow(named);
  });
});

const event = (fields: object) =>
  JSON.stringify({
    id: '1',
    account: ACCOUNT,
    source: 'shop',
    time: '2026-01-01T00:00:00Z',
    region: REGION,
    resources: [],
    'detail-type': 'Order',
    ...fields,
  });

test('the bus describes itself, and is the only one', async () => {
  const { under, client } = await started();
  await using _ = under;
  expect(await client.send(new DescribeEventBusCommand({}))).toMatchObject({ Name: 'default', Arn: BUS_ARN });
  expect((await client.send(new ListEventBusesCommand({}))).EventBuses).toEqual([
    { Name: 'default', Arn: BUS_ARN },
  ]);
  await expect(client.send(new DescribeEventBusCommand({ Name: 'another' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

describe('TestEventPattern', () => {
  test('says whether an event matches, and refuses what is no event', async () => {
    const { under, client } = await started();
    await using _ = under;
    const ask = (Event: string) => client.send(new TestEventPatternCommand({ EventPattern: PATTERN, Event }));

    expect((await ask(event({}))).Result).toBe(true);
    expect((await ask(event({ source: 'other' }))).Result).toBe(false);
    expect((await ask(event({ resources: undefined }))).Result).toBe(true);
    await expect(ask(event({ account: undefined }))).rejects.toThrow(/it has no account/);
    await expect(ask('{')).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('archives and replays', () => {
  const from = new Date('2026-01-01T00:00:00Z');
  const to = new Date('2026-01-02T00:00:00Z');
  const start = (name: string, more: object = {}) =>
    new StartReplayCommand({
      ReplayName: name,
      EventSourceArn: archiveArn('kept'),
      EventStartTime: from,
      EventEndTime: to,
      Destination: { Arn: BUS_ARN },
      ...more,
    });

  test('keep what was put, and play it again to the rule that is named', async () => {
    const { under, client } = await started();
    await using _ = under;
    under.rule('one', { source: ['shop'] });
    under.rule('two', { source: ['shop'] });
    const made = await client.send(
      new CreateArchiveCommand({
        ArchiveName: 'kept',
        EventSourceArn: BUS_ARN,
        EventPattern: PATTERN,
        RetentionDays: 30,
      }),
    );
    expect(made).toMatchObject({
      ArchiveArn: archiveArn('kept'),
      State: 'ENABLED',
      CreationTime: expect.any(Date),
    });
    await client.send(
      new PutEventsCommand({ Entries: [{ ...order(1), Time: new Date('2026-01-01T12:00:00Z') }] }),
    );
    await under.settle();
    expect(await client.send(new DescribeArchiveCommand({ ArchiveName: 'kept' }))).toMatchObject({
      ArchiveName: 'kept',
      EventSourceArn: BUS_ARN,
      EventPattern: PATTERN,
      State: 'ENABLED',
      RetentionDays: 30,
      EventCount: 1,
      SizeBytes: expect.any(Number),
    });
    expect((await client.send(new ListArchivesCommand({}))).Archives).toMatchObject([
      { ArchiveName: 'kept' },
    ]);

    const answer = await client.send(
      start('again', { Description: 'd', Destination: { Arn: BUS_ARN, FilterArns: [ruleArn('one')] } }),
    );
    expect(answer).toMatchObject({ State: 'STARTING', ReplayArn: expect.stringContaining(':replay/again') });
    await under.settle();

    expect(await client.send(new DescribeReplayCommand({ ReplayName: 'again' }))).toMatchObject({
      ReplayName: 'again',
      Description: 'd',
      State: 'COMPLETED',
      EventSourceArn: archiveArn('kept'),
      Destination: { Arn: BUS_ARN, FilterArns: [ruleArn('one')] },
      EventStartTime: from,
      EventEndTime: to,
      EventLastReplayedTime: new Date('2026-01-01T12:00:00Z'),
      ReplayStartTime: expect.any(Date),
      ReplayEndTime: expect.any(Date),
    });
    expect(under.queues.events('one').map((event) => event['replay-name'])).toEqual([undefined, 'again']);
    expect(under.queues.events('two')).toHaveLength(1);
    expect((await client.send(new ListReplaysCommand({ State: 'COMPLETED' }))).Replays).toMatchObject([
      { ReplayName: 'again' },
    ]);
    expect((await client.send(new ListReplaysCommand({ State: 'RUNNING' }))).Replays).toEqual([]);
    await expect(client.send(new CancelReplayCommand({ ReplayName: 'again' }))).rejects.toMatchObject({
      name: 'IllegalStatusException',
    });
  });

  test('are refused with names, times, archives, buses and rules that are not right', async () => {
    const { under, client } = await started();
    await using _ = under;
    under.archive('kept');
    const refused = async (command: StartReplayCommand, name: string) =>
      expect(client.send(command)).rejects.toMatchObject({ name });

    await refused(start('a b'), 'ValidationException');
    await refused(start('x'.repeat(65)), 'ValidationException');
    await refused(start('a', { EventStartTime: to }), 'ValidationException');
    await refused(start('a', { EventSourceArn: archiveArn('gone') }), 'ValidationException');
    await expect(client.send(start('a', { EventSourceArn: archiveArn('gone') }))).rejects.toThrow(
      /Archive gone does not exist\./,
    );
    await refused(start('a', { EventSourceArn: BUS_ARN }), 'ValidationException');
    await refused(start('a', { Destination: { Arn: `${BUS_ARN}2` } }), 'ResourceNotFoundException');
    await refused(
      start('a', { Destination: { Arn: BUS_ARN, FilterArns: [ruleArn('gone')] } }),
      'ResourceNotFoundException',
    );
    await client.send(start('a'));
    await refused(start('a'), 'ResourceAlreadyExistsException');
    await expect(
      client.send(new CreateArchiveCommand({ ArchiveName: 'kept', EventSourceArn: BUS_ARN })),
    ).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
    await expect(
      client.send(new CreateArchiveCommand({ ArchiveName: 'other', EventSourceArn: `${BUS_ARN}2` })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('can be changed and removed, with what they hold', async () => {
    const { under, client } = await started();
    await using _ = under;
    under.archive('kept');
    await client.send(new PutEventsCommand({ Entries: [order(1)] }));
    await under.settle();

    await client.send(
      new UpdateArchiveCommand({
        ArchiveName: 'kept',
        RetentionDays: 7,
        EventPattern: '{"source":["other"]}',
      }),
    );
    await client.send(new PutEventsCommand({ Entries: [order(2)] }));
    await under.settle();

    const describeIt = () => client.send(new DescribeArchiveCommand({ ArchiveName: 'kept' }));
    expect(await describeIt()).toMatchObject({ RetentionDays: 7, EventCount: 1 });
    await expect(
      client.send(new UpdateArchiveCommand({ ArchiveName: 'kept', EventPattern: '{' })),
    ).rejects.toMatchObject({ name: 'InvalidEventPatternException' });
    await client.send(new DeleteArchiveCommand({ ArchiveName: 'kept' }));
    await expect(describeIt()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(client.send(new DeleteArchiveCommand({ ArchiveName: 'kept' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('a role', () => {
  test('may do what its statements allow, and nothing else', async () => {
    const { under, client } = await started({
      kind: 'role',
      roleName: 'writer',
      functionName: 'writer',
      accountId: ACCOUNT,
      statements: [{ effect: 'Allow', actions: ['events:PutEvents'], resources: [BUS_ARN] }],
    });
    await using _ = under;

    expect((await client.send(new PutEventsCommand({ Entries: [order(1)] }))).FailedEntryCount).toBe(0);
    await expect(client.send(new PutRuleCommand({ Name: 'a', EventPattern: PATTERN }))).rejects.toThrow(
      /not authorized to perform: events:PutRule on resource: .*:rule\/a/,
    );
  });
});
