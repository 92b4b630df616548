import { AwsError, notImplemented } from '../protocols/aws-error.ts';
import { busArn, checkBus } from './bus-name.ts';
import { sendingAction } from '../would-send/foreign-arn.ts';
import type { Target } from './deliveries.ts';
import type { EventBus } from './event-bus.ts';
import type { Input } from '../protocols/input.ts';
import type { Operation } from './operation.ts';
import { page } from './paging.ts';
import type { Rule, RuleState } from './rules.ts';

const RULE_NAME = /^[.\-_A-Za-z0-9]{1,64}$/;
const MOST_RETRIES = 185;
const OLDEST_EVENT_SECONDS = 86_400;

/** The operations on rules and their targets. */
export function ruleOperations(bus: EventBus): Readonly<Record<string, Operation>> {
  const { rules } = bus;
  const arnOf = (field: string) => (input: Input) => rules.arn(input.text(field, RULE_NAME));
  const start = (input: Input) => checkBus(bus.location, input.optionalText('EventBusName'));
  const summary = ({ name, pattern, state, description }: Rule) => ({
    Name: name,
    Arn: rules.arn(name),
    EventPattern: pattern,
    State: state,
    ...(description !== null && { Description: description }),
    EventBusName: 'default',
  });
  const onOneRule = (act: (name: string) => object | void): Operation => ({
    resource: arnOf('Name'),
    answer(input) {
      start(input);
      const name = input.text('Name', RULE_NAME);
      input.passOver('Force');
      input.finish();
      return act(name);
    },
  });

  return {
    PutRule: {
      resource: arnOf('Name'),
      answer(input) {
        start(input);
        const name = input.text('Name', RULE_NAME);
        const state = input.optionalText('State', /^(EN|DIS)ABLED$/) ?? 'ENABLED';
        const pattern = input.optionalText('EventPattern') ?? '';
        const description = input.optionalText('Description') ?? null;
        // before the pattern: a scheduled rule has none
        input.finish();
        if (pattern === '') input.refuse('EventPattern', 'it is missing');
        rules.put({ name, pattern, state: state as RuleState, description });
        return { RuleArn: rules.arn(name) };
      },
    },
    DescribeRule: onOneRule((name) => ({
      ...summary(rules.get(name)),
      CreatedBy: bus.location.accountId,
    })),
    EnableRule: onOneRule((name) => rules.setState(name, 'ENABLED')),
    DisableRule: onOneRule((name) => rules.setState(name, 'DISABLED')),
    DeleteRule: onOneRule((name) => rules.delete(name)),
    ListRules: {
      resource: () => busArn(bus.location),
      answer(input) {
        start(input);
        const { items, next } = page(input, rules.list());
        input.finish();
        return { Rules: items.map(summary), ...next };
      },
    },
    ListRuleNamesByTarget: {
      resource: () => '*',
      answer(input) {
        start(input);
        const arn = input.text('TargetArn');
        const naming = rules
          .list()
          .filter(({ name }) => rules.targets(name).some((target) => target.arn === arn));
        const { items, next } = page(input, naming);
        input.finish();
        return { RuleNames: items.map(({ name }) => name), ...next };
      },
    },
    PutTargets: {
      resource: arnOf('Rule'),
      answer(input) {
        start(input);
        const name = input.text('Rule', RULE_NAME);
        const targets = input.objects('Targets').map((target) => readTarget(target, bus));
        input.finish();
        if (targets.length === 0) input.refuse('Targets', 'it is empty');
        rules.putTargets(name, targets);
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
    },
    RemoveTargets: {
      resource: arnOf('Rule'),
      answer(input) {
        start(input);
        const name = input.text('Rule', RULE_NAME);
        const ids = input.texts('Ids');
        input.passOver('Force');
        input.finish();
        rules.removeTargets(name, ids);
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
    },
    ListTargetsByRule: {
      resource: arnOf('Rule'),
      answer(input) {
        start(input);
        const name = rules.get(input.text('Rule', RULE_NAME)).name;
        const targets = rules.targets(name).map((target) => ({ ...target, name: target.id }));
        const { items, next } = page(input, targets);
        input.finish();
        return { Targets: items.map(writeTarget), ...next };
      },
    },
  };
}

function readTarget(input: Input, { location }: EventBus): Target {
  const deadLetter = input.object('DeadLetterConfig');
  const retry = input.object('RetryPolicy');
  const target = {
    id: input.text('Id', RULE_NAME),
    arn: targetArn(input.text('Arn'), location),
    roleArn: input.optionalText('RoleArn'),
    deadLetterArn: deadLetter?.optionalText('Arn') ?? null,
    maximumRetryAttempts: retry?.integer('MaximumRetryAttempts', 0, MOST_RETRIES) ?? MOST_RETRIES,
    maximumEventAgeSeconds:
      retry?.integer('MaximumEventAgeInSeconds', 60, OLDEST_EVENT_SECONDS) ?? OLDEST_EVENT_SECONDS,
    hasRetryPolicy: retry !== undefined,
  };
  if (target.roleArn === undefined && sendingAction(target.arn) === 'states:StartExecution') {
    throw new AwsError('ValidationException', `RoleArn is required for target ${target.arn}.`);
  }
  if (target.deadLetterArn !== null && !target.deadLetterArn.startsWith('arn:aws:sqs:')) {
    throw new AwsError(
      'ValidationException',
      `Dead-letter queue ${target.deadLetterArn} is not a queue's ARN.`,
    );
  }
  for (const part of [deadLetter, retry, input]) part?.finish();
  return target;
}

function targetArn(arn: string, location: EventBus['location']): string {
  if (arn === busArn(location)) {
    throw new AwsError('ValidationException', `The bus ${arn} cannot be a target of its own rule.`);
  }
  if (/^arn:aws:sqs:[^:]*:[^:]*:[^:]+$/.test(arn) || sendingAction(arn) !== undefined) return arn;
  throw notImplemented(
    `EventBridge PutTargets with the target ${arn} (queues, and other buses, state machines and topics, are)`,
  );
}

const writeTarget = (target: Target) => ({
  Id: target.id,
  Arn: target.arn,
  ...(target.roleArn !== undefined && { RoleArn: target.roleArn }),
  ...(target.deadLetterArn !== null && { DeadLetterConfig: { Arn: target.deadLetterArn } }),
  ...(target.hasRetryPolicy === true && {
    RetryPolicy: {
      MaximumRetryAttempts: target.maximumRetryAttempts,
      MaximumEventAgeInSeconds: target.maximumEventAgeSeconds,
    },
  }),
});
