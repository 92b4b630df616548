import type { EventSourceMappingConfiguration, FunctionConfiguration } from '@aws-sdk/client-lambda';
import { answerOf } from '../pipeline/asked.ts';
import { failed, ok, warning, type Check } from './check.ts';
import { judged } from './judged.ts';
import { hasQueue, type Consumer } from '../pipeline/consumer.ts';
import { isQueue, type ConsumerLook, type DrainLook, type QueuesLook } from './pipeline-look.ts';
import { letsRuleIn } from './queue-policy.ts';

/** The joints of one consumer's way: rule → queue → function, or rule → where else it sends, and what is given up on either side. */
export function consumerJoints(look: ConsumerLook): readonly Check[] {
  return [
    ruleCheck(look),
    targetCheck(look),
    ...policyChecks(look),
    ...(look.queues === undefined ? [] : [redriveCheck(look.consumer.name, look.queues)]),
    ...(look.drain === undefined
      ? []
      : [mappingCheck(look.consumer.name, look.drain), handlerCheck(look.consumer.name, look.drain)]),
  ];
}

function ruleCheck({ consumer, rule }: ConsumerLook): Check {
  const name = `${consumer.name} rule`;
  return judged(
    name,
    rule,
    `${consumer.ruleName} is not there: no event reaches the consumer`,
    ({ State }) =>
      State === undefined || State === 'DISABLED'
        ? warning(
            name,
            'disabled, so that events pass the consumer by',
            `aws events enable-rule --name ${consumer.ruleName}, then a replay of what passed by`,
          )
        : ok(name, 'enabled'),
  );
}

const AGAIN = 'deploy the stack again; locally, start again';

const TARGETS: Readonly<Record<Consumer['kind'], string>> = {
  function: 'queue',
  queue: 'queue',
  bus: 'bus',
  'state-machine': 'state machine',
};

function targetCheck({ consumer, targets }: ConsumerLook): Check {
  const what = TARGETS[consumer.kind];
  const name = `${consumer.name} rule → ${what}`;
  return judged(name, targets, 'the rule is not there', (all) => {
    const own = all.find(({ Arn }) =>
      hasQueue(consumer) ? isQueue(Arn, consumer.queueUrl) : Arn === consumer.targetArn,
    );
    if (own === undefined) {
      return failed(name, `the ${what} is no target of the rule: events that match reach nobody`, AGAIN);
    }
    if (!isQueue(own.DeadLetterConfig?.Arn, consumer.ruleDeadLetterQueueUrl)) {
      return failed(name, 'the target lacks its dead-letter queue: what cannot be delivered is lost', AGAIN);
    }
    if (consumer.kind === 'state-machine' && own.RoleArn === undefined) {
      return failed(name, 'the target has no role: no execution can be started', AGAIN);
    }
    return ok(name, `the ${what} is its target`);
  });
}

/** The queue, and the one for what could not be delivered, must let this rule in. */
function policyChecks({ consumer, rule, queues, ruleDeadLetters }: ConsumerLook): readonly Check[] {
  const ruleArn = answerOf(rule)?.Arn;
  const refusal = 'events of the rule are refused and become undelivered letters';
  const parts = [
    ...(queues === undefined ? [] : [[`${consumer.name} queue`, queues.queue, refusal] as const]),
    [`${consumer.name} rule → letters`, ruleDeadLetters, 'what cannot be delivered is lost'] as const,
  ];
  return parts.map(([name, one, meaning]) =>
    judged(name, one, `the queue is not there: ${meaning}`, ({ Policy }) =>
      ruleArn === undefined || letsRuleIn(Policy, ruleArn)
        ? ok(name, 'there')
        : failed(name, `its policy does not let the rule in: ${meaning}`, AGAIN),
    ),
  );
}

function redriveCheck(consumer: string, { queue, deadLetters, deadLetterQueueUrl }: QueuesLook): Check {
  const name = `${consumer} queue → letters`;
  return judged(
    name,
    deadLetters,
    'the dead-letter queue is not there: what cannot be processed is tried until it expires',
    () => {
      const attributes = answerOf(queue);
      if (attributes === undefined) return ok(name, 'there');
      const { deadLetterTargetArn } = JSON.parse(attributes['RedrivePolicy'] ?? '{}') as {
        deadLetterTargetArn?: string;
      };
      return isQueue(deadLetterTargetArn, deadLetterQueueUrl)
        ? ok(name, 'the queue gives up to it')
        : failed(
            name,
            'the queue’s redrive policy does not name its dead-letter queue: what kills the function is tried until it expires',
            AGAIN,
          );
    },
  );
}

function mappingCheck(consumer: string, { mappings }: DrainLook): Check {
  const name = `${consumer} queue → function`;
  return judged(name, mappings, 'the function is not there: messages wait', ([mapping]) =>
    mapping === undefined
      ? failed(name, 'no event source mapping brings the queue to the function: messages wait', AGAIN)
      : oneMapping(name, consumer, mapping),
  );
}

function oneMapping(name: string, consumer: string, mapping: EventSourceMappingConfiguration): Check {
  const { State = 'unknown', FunctionResponseTypes = [], LastProcessingResult = '' } = mapping;
  if (State === 'Disabled' || State === 'Disabling') {
    return warning(
      name,
      `paused: the event source mapping is ${State.toLowerCase()}, and messages wait`,
      `sluice resume ${consumer}`,
    );
  }
  if (State !== 'Enabled') return warning(name, `the event source mapping is ${State.toLowerCase()}`);
  if (!FunctionResponseTypes.includes('ReportBatchItemFailures')) {
    return failed(
      name,
      'the event source mapping does not report failures item by item: what fails is deleted as done',
      'deploy the stack again',
    );
  }
  if (LastProcessingResult.startsWith('PROBLEM')) return failed(name, LastProcessingResult);
  return ok(name, 'enabled');
}

function handlerCheck(consumer: string, { functionName, handler }: DrainLook): Check {
  const name = `${consumer} function`;
  return judged(name, handler, `${functionName} is not there: messages wait`, (configuration) =>
    stateOf(name, configuration),
  );
}

const because = (reason: string | undefined) => (reason === undefined ? '' : `: ${reason}`);

function stateOf(name: string, configuration: FunctionConfiguration): Check {
  const { State = 'Active', StateReason, LastUpdateStatus, LastUpdateStatusReason } = configuration;
  if (State === 'Failed') return failed(name, `its state is Failed${because(StateReason)}`);
  if (LastUpdateStatus === 'Failed') {
    return failed(name, `its last update failed${because(LastUpdateStatusReason)}`);
  }
  // Inactive, it starts with the next event
  return State === 'Pending' ? warning(name, `it is being made${because(StateReason)}`) : ok(name, State);
}
