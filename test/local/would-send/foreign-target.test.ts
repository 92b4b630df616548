import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ListTargetsByRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import type { PolicyStatement } from '../../../local/iam/decision.ts';
import { KmsKeys } from '../../../local/kms/kms-keys.ts';
import type { TopicPlan } from '../../../local/asked-plan.ts';
import { anyTarget, ForeignTargets } from '../../../local/would-send/foreign-target.ts';
import type { WouldSendRecords } from '../../../local/would-send/would-send-records.ts';
import { ACCOUNT, BusUnderTest, REGION, ruleArn } from '../eventbridge/bus-under-test.ts';

const PARTNER = 'arn:aws:events:eu-west-1:111122223333:event-bus/partner';
const MACHINE = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:big`;
const RULE_CALL = { service: 'events.amazonaws.com', sourceAccount: ACCOUNT };
const ROLE = `arn:aws:iam::${ACCOUNT}:role/to-partner`;

const allow = (action: string, resource: string): PolicyStatement => ({
  effect: 'Allow',
  actions: [action],
  resources: [resource],
});
const trust = (more: Partial<PolicyStatement> = {}): PolicyStatement => ({
  effect: 'Allow',
  actions: ['sts:AssumeRole'],
  resources: ['*'],
  principals: ['events.amazonaws.com'],
  ...more,
});

let bus: BusUnderTest;
let records: WouldSendRecords;
let targets: ForeignTargets;

beforeEach(() => {
  vi.spyOn(console, 'error').mockReturnValue(undefined);
  bus = new BusUnderTest((queues, made) => {
    records = made;
    targets = new ForeignTargets(records);
    return anyTarget(queues, targets);
  });
});
afterEach(async () => {
  await bus?.[Symbol.asyncDispose]();
  vi.restoreAllMocks();
});

/** A rule of that target and role, one event that it matches, and what came of it. */
async function sendTo(arn: string, roleArn: string | undefined) {
  bus.rule('partner', { source: ['test'] });
  bus.bus.rules.putTargets('partner', [
    {
      id: 'queue',
      arn,
      roleArn,
      deadLetterArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:letters`,
      maximumRetryAttempts: 185,
      maximumEventAgeSeconds: 86_400,
    },
  ]);
  bus.bus.start();
  bus.enqueue({ detail: { n: 1 } });
  await bus.settle();
  return { recorded: records.page({ limit: 10 }).events, letters: bus.queues.letters('letters') };
}

const provision = (statements: readonly PolicyStatement[], trusted: readonly PolicyStatement[] = [trust()]) =>
  targets.provision([{ name: 'to-partner', arn: ROLE, trust: trusted, statements }]);

describe('a rule whose target does not run here', () => {
  test.each([
    [PARTNER, 'events:PutEvents'],
    [MACHINE, 'states:StartExecution'],
    [`arn:aws:sns:${REGION}:${ACCOUNT}:alarm`, 'sns:Publish'],
  ])('sends the whole event to %s, which is recorded, if its role may %s', async (arn, action) => {
    provision([allow(action, arn)]);

    const { recorded, letters } = await sendTo(arn, ROLE);

    expect(recorded).toEqual([
      {
        at: expect.any(String) as string,
        by: 'partner',
        to: arn,
        event: { version: '0', source: 'test', time: '2026-01-01T00:00:00Z', detail: { n: 1 } },
      },
    ]);
    expect(letters).toEqual([]);
  });

  test('needs no role where the target lets it in by its own policy', async () => {
    expect((await sendTo(PARTNER, undefined)).recorded).toHaveLength(1);
  });

  describe('and is a topic of the template', () => {
    const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:uploads`;
    const publish = (more: Partial<PolicyStatement> = {}): PolicyStatement => ({
      ...allow('sns:Publish', TOPIC),
      principals: ['events.amazonaws.com'],
      ...more,
    });

    test.each<[how: string, topic: Omit<TopicPlan, 'arn'>]>([
      ['lets EventBridge in', { policy: [publish()] }],
      [
        'lets that rule in',
        { policy: [publish({ conditions: { ArnLike: { 'aws:SourceArn': [ruleArn('partner')] } } })] },
      ],
      ['cannot be evaluated here', { unasked: 'a condition' }],
    ])('whose policy %s gets the event', async (_, topic) => {
      targets.provision([], [{ arn: TOPIC, ...topic }]);

      expect((await sendTo(TOPIC, undefined)).recorded).toMatchObject([{ to: TOPIC }]);
    });

    test.each<[how: string, policy: readonly PolicyStatement[]]>([
      ['lets nobody in', []],
      ['lets alarms in', [publish({ principals: ['cloudwatch.amazonaws.com'] })]],
      [
        'lets another rule in',
        [publish({ conditions: { ArnLike: { 'aws:SourceArn': [ruleArn('other')] } } })],
      ],
      ['denies it', [publish(), publish({ effect: 'Deny', principals: ['*'] })]],
    ])('whose policy %s gets nothing, and a letter is made at once', async (_, policy) => {
      targets.provision([], [{ arn: TOPIC, policy }]);

      const { recorded, letters } = await sendTo(TOPIC, undefined);

      expect(recorded).toEqual([]);
      expect(letters).toMatchObject([
        {
          attributes: {
            ERROR_CODE: 'NO_PERMISSIONS',
            ERROR_MESSAGE: `The policy of ${TOPIC} does not let events.amazonaws.com publish to it for ${ruleArn('partner')}.`,
          },
        },
      ]);
    });

    test('under a key whose policy does not let EventBridge use it gets nothing', async () => {
      const key = `arn:aws:kms:${REGION}:${ACCOUNT}:key/k`;
      const keyed = new ForeignTargets(
        records,
        new KmsKeys({ region: REGION, accountId: ACCOUNT }, [{ arn: key, aliases: [], policy: [] }]),
      );
      keyed.provision([], [{ arn: TOPIC, policy: [publish()], keyId: key }]);

      expect(keyed.topicRefusal(TOPIC, { ...RULE_CALL, sourceArn: ruleArn('partner') })).toMatch(
        /^The policy of the key of \S+:uploads does not let events.amazonaws.com/,
      );
    });
  });

  test.each<[what: string, provide: () => void, why: RegExp]>([
    ['that the template does not have', () => {}, /is not in the template/],
    ['without the action', () => provision([allow('sns:Publish', PARTNER)]), /lacks events:PutEvents on/],
    [
      'with the action on another bus',
      () => provision([allow('events:PutEvents', `${PARTNER}2`)]),
      /lacks events:PutEvents on/,
    ],
    [
      'that denies it',
      () =>
        provision([
          allow('events:*', '*'),
          { effect: 'Deny', actions: ['events:PutEvents'], resources: [PARTNER] },
        ]),
      /lacks events:PutEvents on/,
    ],
    [
      'that only Lambda may assume',
      () => provision([allow('events:*', '*')], [trust({ principals: ['lambda.amazonaws.com'] })]),
      /does not let events.amazonaws.com assume it/,
    ],
    [
      'that another rule may assume',
      () =>
        provision(
          [allow('events:*', '*')],
          [trust({ conditions: { ArnEquals: { 'aws:SourceArn': [ruleArn('other')] } } })],
        ),
      /does not let events.amazonaws.com assume it/,
    ],
  ])('and a role %s makes a letter at once, and no record', async (_, provide, why) => {
    provide();

    const { recorded, letters } = await sendTo(PARTNER, ROLE);

    expect(recorded).toEqual([]);
    expect(letters.map(({ attributes }) => attributes)).toEqual([
      expect.objectContaining({
        ERROR_CODE: 'NO_PERMISSIONS',
        ERROR_MESSAGE: expect.stringMatching(why) as string,
        RETRY_ATTEMPTS: '0',
        TARGET_ARN: PARTNER,
      }),
    ]);
  });

  test('may be given a role for that one rule', async () => {
    const conditions = {
      ArnEquals: { 'aws:SourceArn': [ruleArn('partner')] },
      StringEquals: { 'aws:SourceAccount': [ACCOUNT] },
    };
    provision([allow('events:PutEvents', PARTNER)], [trust({ conditions })]);

    expect((await sendTo(PARTNER, ROLE)).recorded).toHaveLength(1);
  });

  test('can be made by a client, who is told its role again', async () => {
    const client = await bus.client();
    bus.rule('partner', { source: ['test'] });
    await client.send(
      new PutTargetsCommand({ Rule: 'partner', Targets: [{ Id: 'queue', Arn: PARTNER, RoleArn: ROLE }] }),
    );

    const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: 'partner' }));

    expect(Targets).toEqual([{ Id: 'queue', Arn: PARTNER, RoleArn: ROLE }]);
  });

  test('is no bus that sends to itself, and nothing that is neither recorded nor a queue', async () => {
    const client = await bus.client();
    bus.rule('partner', { source: ['test'] });
    const put = async (Arn: string) =>
      client.send(new PutTargetsCommand({ Rule: 'partner', Targets: [{ Id: 'a', Arn, RoleArn: ROLE }] }));

    await expect(put(`arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`)).rejects.toThrow(
      /event-bus\/default cannot be a target of its own rule/,
    );
    await expect(put(`arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/s`)).rejects.toThrow(
      /PutTargets with the target arn:aws:kinesis/,
    );
    await expect(
      client.send(new PutTargetsCommand({ Rule: 'partner', Targets: [{ Id: 'a', Arn: MACHINE }] })),
    ).rejects.toThrow(/RoleArn is required for target/);
  });
});
