import type { EventSourceMappingConfiguration, FunctionConfiguration } from '@aws-sdk/client-lambda';
import { answerOf } from '../pipeline/asked.ts';
import { failed, ok, warning, type Check } from './check.ts';
import { judged } from './judged.ts';
import { isQueue, type ConsumerLook } from './pipeline-look.ts';
import { letsRuleIn } from './queue-policy.ts';

/** The joints of one consumer's way: rule → queue → function, and what is given up on either side. */
export function consumerJoints(look: ConsumerLook): readonly Check[] {
  return [
    ruleCheck(look),
    targetCheck(look),
    ...policyChecks(look),
    redriveCheck(look),
    mappingCheck(look),
    handlerCheck(look),
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

function targetCheck({ consumer, targets }: ConsumerLook): Check {
  const name = `${consumer.name} rule → queue`;
  const again = 'deploy the stack again; locally, start again';
  return judged(name, targets, 'the rule is not there', (all) => {
    const own = all.find(({ Arn }) => isQueue(Arn, consumer.queueUrl));
    if (own === undefined) {
      return failed(name, 'the queue is no target of the rule: events that match reach nobody', again);
    }
    if (!isQueue(own.DeadLetterConfig?.Arn, consumer.ruleDeadLetterQueueUrl)) {
      return failed(name, 'the target lacks its dead-letter queue: what cannot be delivered is lost', again);
    }
    return ok(name, 'the queue is its target');
  });
}

/** The queue, and the one for what could not be delivered, must let this rule in. */
function policyChecks({ consumer, rule, queue, ruleDeadLetters }: ConsumerLook): readonly Check[] {
  const ruleArn = answerOf(rule)?.Arn;
  const parts = [
    [`${consumer.name} queue`, queue, 'events of the rule are refused and become undelivered letters'],
    [`${consumer.name} rule → letters`, ruleDeadLetters, 'what cannot be delivered is lost'],
  ] as const;
  return parts.map(([name, one, meaning]) =>
    judged(name, one, `the queue is not there: ${meaning}`, ({ Policy }) =>
      ruleArn === undefined || letsRuleIn(Policy, ruleArn)
        ? ok(name, 'there')
        : failed(
            name,
            `its policy does not let the rule in: ${meaning}`,
            'deploy the stack again; locally, start again',
          ),
    ),
  );
}

function redriveCheck({ consumer, queue, deadLetters }: ConsumerLook): Check {
  const name = `${consumer.name} queue → letters`;
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
      return isQueue(deadLetterTargetArn, consumer.deadLetterQueueUrl)
        ? ok(name, 'the queue gives up to it')
        : failed(
            name,
            'the queue’s redrive policy does not name its dead-letter queue: what kills the function is tried until it expires',
            'deploy the stack again; locally, start again',
          );
    },
  );
}

function mappingCheck({ consumer, mappings }: ConsumerLook): Check {
  const name = `${consumer.name} queue → function`;
  return judged(name, mappings, 'the function is not there: messages wait', ([mapping]) =>
    mapping === undefined
      ? failed(
          name,
          'no event source mapping brings the queue to the function: messages wait',
          'deploy the stack again; locally, start again',
        )
      : oneMapping(name, consumer.name, mapping),
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

function handlerCheck({ consumer, handler }: ConsumerLook): Check {
  const name = `${consumer.name} function`;
  return judged(name, handler, `${consumer.functionName} is not there: messages wait`, (configuration) =>
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
