import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Pass, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { describe, expect, test } from 'vitest';
import type { ConsumerDefinition } from '../../infra/consumer-definition.ts';
import { ObjectPipeline } from '../../infra/object-pipeline.ts';
import { parseTarget } from '../../shared/consumer-target.ts';
import {
  resource,
  resourcesOfType,
  statementsOfRole,
  type PipelineTemplate,
} from './support/pipeline-template.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

type Target = NonNullable<ConsumerDefinition['target']>;

const PARTNER = 'arn:aws:events:eu-central-1:444455556666:event-bus/partner';
const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:thumbnails';

const forwarder = (target: Target): ConsumerDefinition => ({
  name: 'forwarder',
  pattern: { 'detail-type': ['Object Created'], detail: { object: { key: [{ prefix: 'out/' }] } } },
  keeps: 'nothing',
  target,
  endsAt: endOf(target),
});

/** What the entry says of a target whose events nothing in the app takes on. */
function endOf(target: Target): string {
  if (typeof target === 'string') return `${target}, somebody else drains it`;
  const there = 'bus' in target ? target.bus : target.stateMachine;
  const arn =
    typeof there === 'string' ? there : 'eventBusArn' in there ? there.eventBusArn : there.stateMachineArn;
  return `${arn}, nothing there writes to this bucket`;
}

interface Asked {
  readonly stage?: string;
  readonly env?: { readonly account: string; readonly region: string };
  readonly more?: Partial<ConsumerDefinition>;
}

/** A stack whose pipeline has this one consumer. */
function synthesized(target: Target | ((stack: Stack) => Target), { stage = 'dev', env, more }: Asked = {}) {
  const app = new App({
    // prod has one where it is asked for
    context: { stage, dashboard: 'true', 'aws:cdk:bundling-stacks': [] },
    outdir: temporaryFolder(),
    analyticsReporting: false,
  });
  const stack = new Stack(app, 'Files', env === undefined ? {} : { env });
  const made = typeof target === 'function' ? target(stack) : target;
  new ObjectPipeline(stack, 'Default', { consumers: [() => ({ ...forwarder(made), ...more })] });
  return Template.fromStack(stack).toJSON() as PipelineTemplate;
}

const own = (template: PipelineTemplate, type: string) =>
  resourcesOfType(template, type).filter(([id]) => id.startsWith('Forwarder'));
const alarmsOf = (template: PipelineTemplate) =>
  own(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => String(Properties['AlarmDescription']));
const outputsOf = ({ Outputs }: PipelineTemplate) =>
  Object.keys(Outputs).filter((name) => name.startsWith('Forwarder'));
const graphsOf = (template: PipelineTemplate) =>
  [
    ...JSON.stringify(resource(template, 'AWS::CloudWatch::Dashboard', 'Dashboard').Properties).matchAll(
      /forwarder: ([\w ]+)/g,
    ),
  ].map(([, title]) => title);
const operatorsActions = (template: PipelineTemplate) =>
  resourcesOfType(template, 'AWS::IAM::ManagedPolicy').flatMap(([, { Properties }]) =>
    (Properties['PolicyDocument'].Statement as { Action: string | string[]; Resource: unknown }[]).flatMap(
      ({ Action, Resource }) => {
        expect([Resource].flat()).not.toEqual([]);
        return Action;
      },
    ),
  );

describe.each(['dev', 'prod'])('a consumer of %s', (stage) => {
  describe('whose target is its queue', () => {
    const template = synthesized('queue', { stage });

    test('has a rule, a queue and two dead-letter queues, and no function', () => {
      const [, rule] = own(template, 'AWS::Events::Rule')[0]!;
      const queues = own(template, 'AWS::SQS::Queue');
      const [queueId, queue] = queues.find(([id]) => id.startsWith('ForwarderQueuesQueue'))!;

      expect(queues).toHaveLength(3);
      expect(rule.Properties['Targets']).toMatchObject([
        { Id: 'Queue', Arn: { 'Fn::GetAtt': [queueId, 'Arn'] }, DeadLetterConfig: expect.anything() },
      ]);
      expect(queue.Properties).toMatchObject({
        QueueName: 'Files-forwarder',
        VisibilityTimeout: 180,
        RedrivePolicy: { maxReceiveCount: 14 },
      });
      for (const type of ['Lambda::Function', 'Lambda::EventSourceMapping', 'IAM::Role', 'Logs::LogGroup']) {
        expect(own(template, `AWS::${type}`)).toEqual([]);
      }
    });

    test('names its queues, and says in an output that somebody else drains it', () => {
      expect(outputsOf(template)).toEqual([
        'ForwarderRuleName',
        'ForwarderQueueUrl',
        'ForwarderDeadLetterQueueUrl',
        'ForwarderRuleDeadLetterQueueUrl',
        'ForwarderKeeps',
        'ForwarderTarget',
      ]);
      expect(parseTarget(template.Outputs['ForwarderTarget']!.Value as string)).toEqual({ kind: 'queue' });
    });

    test('rings for letters of both kinds and for its age, and is shown without a function', () => {
      expect(alarmsOf(template)).toEqual([
        'EventBridge could not deliver an event to the queue of forwarder: read ERROR_CODE, fix, redrive (docs/operations.md#undeliveredevents)',
        'the rule of forwarder gave up an event, which may be in no letter: mend the queue and its policy, then replay the time since (docs/operations.md#rulefailures)',
        'whoever drains the queue of forwarder received an event again and again and did not delete it: ask them, redrive (docs/operations.md#deadletters)',
        'the oldest event of forwarder has waited for more than 1800 s (docs/operations.md#queueage)',
      ]);
      expect(graphsOf(template)).toEqual(['delivered', 'waiting', 'dead letters']);
    });

    test('lets an operator look at its queues and send to it, and asks for no function', () => {
      expect(operatorsActions(template)).toEqual(
        expect.arrayContaining(['sqs:SendMessage', 'sqs:StartMessageMoveTask']),
      );
      expect(operatorsActions(template).filter((action) => /^(lambda:(?!List)|logs)/.test(action))).toEqual(
        [],
      );
    });

    test('may say how long its queue keeps and hides an event', () => {
      const more = {
        visibilityTimeout: Duration.seconds(45),
        maxReceiveCount: 6,
        queueRetention: Duration.days(7),
      };

      expect(
        resource(synthesized('queue', { stage, more }), 'AWS::SQS::Queue', 'ForwarderQueuesQueue').Properties,
      ).toMatchObject({
        VisibilityTimeout: 45,
        MessageRetentionPeriod: 604_800,
        RedrivePolicy: { maxReceiveCount: 6 },
      });
    });
  });

  describe.each([
    ['another bus', { bus: PARTNER }, 'Bus', PARTNER, 'events:PutEvents', 'bus', 'event bus'],
    [
      'a state machine',
      { stateMachine: MACHINE },
      'StateMachine',
      MACHINE,
      'states:StartExecution',
      'state-machine',
      'state machine',
    ],
  ] as const)('whose target is %s', (_, target, id, arn, action, kind, words) => {
    const template = synthesized(target, { stage });

    test('is delivered to by a role that may do this and nothing else, for rules of its own account', () => {
      const [roleId, role] = own(template, 'AWS::IAM::Role')[0]!;
      const [, rule] = own(template, 'AWS::Events::Rule')[0]!;

      expect(rule.Properties['Targets']).toMatchObject([
        { Id: id, Arn: arn, RoleArn: { 'Fn::GetAtt': [roleId, 'Arn'] } },
      ]);
      expect(statementsOfRole(template, role)).toEqual([{ Effect: 'Allow', Action: action, Resource: arn }]);
      expect(role.Properties['AssumeRolePolicyDocument'].Statement).toEqual([
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Service: 'events.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ]);
    });

    test('puts what cannot be delivered into the rule’s dead-letter queue, the only queue that it has', () => {
      const [[queueId] = [], ...others] = own(template, 'AWS::SQS::Queue');
      const [ruleId, rule] = own(template, 'AWS::Events::Rule')[0]!;
      const policy = own(template, 'AWS::SQS::QueuePolicy')[0]![1].Properties;

      expect(others).toEqual([]);
      expect(rule.Properties['Targets']).toMatchObject([
        { DeadLetterConfig: { Arn: { 'Fn::GetAtt': [queueId, 'Arn'] } } },
      ]);
      expect(policy['Queues']).toEqual([{ Ref: queueId }]);
      expect(policy['PolicyDocument'].Statement).toContainEqual({
        Effect: 'Allow',
        Action: 'sqs:SendMessage',
        Principal: { Service: 'events.amazonaws.com' },
        Resource: { 'Fn::GetAtt': [queueId, 'Arn'] },
        Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [ruleId, 'Arn'] } } },
      });
    });

    test('says in an output where it sends to', () => {
      expect(outputsOf(template)).toEqual([
        'ForwarderRuleName',
        'ForwarderRuleDeadLetterQueueUrl',
        'ForwarderKeeps',
        'ForwarderTarget',
      ]);
      expect(parseTarget(template.Outputs['ForwarderTarget']!.Value as string)).toEqual({ kind, arn });
    });

    test('rings for what was not delivered, shows what was, and asks an operator for no queue or function', () => {
      expect(alarmsOf(template)).toEqual([
        `EventBridge could not deliver an event to the ${words} of forwarder: read ERROR_CODE, fix, replay (docs/operations.md#undeliveredevents)`,
        `the rule of forwarder gave up an event, which may be in no letter: mend the ${words} and its policy, then replay the time since (docs/operations.md#rulefailures)`,
      ]);
      expect(graphsOf(template)).toEqual(['delivered', 'dead letters']);
      expect(
        operatorsActions(template).filter((one) => /^(lambda:(?!List)|logs|sqs:(Send|Start))/.test(one)),
      ).toEqual([]);
    });
  });
});

const retries = (target: Target): unknown =>
  own(synthesized(target), 'AWS::Events::Rule')[0]![1].Properties['Targets'][0].RetryPolicy;

describe('the retries of a target', () => {
  test('are a day for a state machine, and left to EventBridge for a bus, which takes none', () => {
    expect(retries({ stateMachine: MACHINE })).toEqual({
      MaximumEventAgeInSeconds: 86_400,
      MaximumRetryAttempts: 185,
    });
    expect(retries({ bus: PARTNER })).toBeUndefined();
  });
});

describe('a target that the app makes', () => {
  test('is named by its attribute, in the rule, in the role and in the output', () => {
    const template = synthesized((stack) => ({ bus: new EventBus(stack, 'Own', { eventBusName: 'own' }) }));
    const arn = { 'Fn::GetAtt': [resourcesOfType(template, 'AWS::Events::EventBus')[0]![0], 'Arn'] };

    expect(own(template, 'AWS::Events::Rule')[0]![1].Properties['Targets'][0].Arn).toEqual(arn);
    expect(statementsOfRole(template, own(template, 'AWS::IAM::Role')[0]![1])[0]!.Resource).toEqual(arn);
    expect(template.Outputs['ForwarderTarget']!.Value).toEqual({
      'Fn::Join': ['', ['{"kind":"bus","arn":"', arn, '"}']],
    });
  });

  test('may be a state machine', () => {
    const template = synthesized((stack) => ({
      stateMachine: new StateMachine(stack, 'Machine', {
        definitionBody: {
          bind: () => ({ definitionString: JSON.stringify(new Pass(stack, 'Done').toStateJson()) }),
        },
      }),
    }));

    expect(own(template, 'AWS::Events::Rule')[0]![1].Properties['Targets'][0].Arn).toEqual({
      Ref: resourcesOfType(template, 'AWS::StepFunctions::StateMachine')[0]![0],
    });
  });
});

describe('a target is refused', () => {
  const HERE = { account: '111122223333', region: 'eu-west-1' };
  const ownDefault = 'arn:aws:events:eu-west-1:111122223333:event-bus/default';

  const refusals: [title: string, asked: () => unknown, message: string][] = [
    [
      'that is none',
      () => synthesized('que' as never),
      `consumer forwarder: its target is "que"; write 'queue', { bus } or { stateMachine }`,
    ],
    [
      'with the numbers of a function',
      () => synthesized('queue', { more: { timeout: Duration.seconds(5), batchSize: 3 } }),
      'consumer forwarder: its target is a queue (somebody else drains it), which has no use for timeout, batchSize; leave them out, or leave target out for a function',
    ],
    [
      'with the handler of a function',
      () => synthesized({ bus: PARTNER }, { more: { handler: 'x.ts' } }),
      'which has no use for handler; leave it out',
    ],
    [
      'with environment and grants',
      () => synthesized('queue', { more: { environment: () => ({}), grants: () => [] } }),
      'which has no use for environment, grants;',
    ],
    [
      'with a queue’s retention and no queue',
      () => synthesized({ bus: PARTNER }, { more: { queueRetention: Duration.days(1) } }),
      'its target is an event bus (its own rules work on them), which has no use for queueRetention;',
    ],
    [
      'that keeps something here',
      () => synthesized({ stateMachine: MACHINE }, { more: { keeps: { objects: 'out/' } } }),
      `its keeps is {"objects":"out/"}; nobody here can tell what becomes of an event there: write keeps: 'nothing'`,
    ],
    [
      'that is the name of a bus',
      () => synthesized({ bus: 'partner' }),
      'its target is an event bus with the ARN "partner"; write it like arn:aws:events:eu-west-1:111122223333:event-bus/partner',
    ],
    [
      'that is another kind of ARN',
      () => synthesized({ stateMachine: PARTNER }),
      'its target is a state machine with the ARN',
    ],
    [
      'that is the default bus here, by its ARN',
      () => synthesized({ bus: ownDefault }, { env: HERE }),
      'its target is the default event bus of its own account and Region, where its events come from',
    ],
    [
      'that is the default bus here, by its name',
      () => synthesized((stack) => ({ bus: EventBus.fromEventBusName(stack, 'Same', 'default') })),
      'its target is the default event bus of its own account and Region',
    ],
    [
      'that is a state machine of another Region',
      () =>
        synthesized({ stateMachine: MACHINE }, { env: { account: '111122223333', region: 'eu-central-1' } }),
      'and its stack is in the Region eu-central-1; EventBridge starts state machines of its own account and Region alone',
    ],
    [
      'that is a state machine of another account',
      () => synthesized({ stateMachine: MACHINE }, { env: { account: '444455556666', region: 'eu-west-1' } }),
      'and its stack is in the account 444455556666;',
    ],
  ];

  test.each(refusals)('%s', (_, asked, message) => {
    expect(asked).toThrow(message);
  });

  test.each([
    ['of another account', 'arn:aws:events:eu-west-1:444455556666:event-bus/default'],
    ['of another Region', 'arn:aws:events:us-east-1:111122223333:event-bus/default'],
  ])('not where it is the default bus %s', (_, bus) => {
    expect(() => synthesized({ bus }, { env: HERE })).not.toThrow();
  });
});
