import { parseTarget } from '../../shared/consumer-target.ts';
import { kebabCase } from '../../shared/pascal-case.ts';
import { CliError } from '../cli-error.ts';
import { outputOf } from './output-of.ts';
import { queueName } from './queue-name.ts';

/** One consumer's resources, by the stack's outputs. What it has depends on where its rule sends: ask `kind`, or a function below. */
export type Consumer = QueuedConsumer | ForwardingConsumer;

/** A consumer with a queue: its function drains it, or somebody else. */
export type QueuedConsumer = FunctionConsumer | QueueConsumer;

/** A consumer whose function drains its queue. */
export interface FunctionConsumer extends ConsumerRule, ConsumerQueue {
  readonly kind: 'function';
  readonly functionName: string;
  readonly logGroupName: string;
}

/** A consumer whose queue somebody else drains. */
export interface QueueConsumer extends ConsumerRule, ConsumerQueue {
  readonly kind: 'queue';
}

/** A consumer without a queue: its rule sends to another event bus, or starts executions of a state machine. */
export interface ForwardingConsumer extends ConsumerRule {
  readonly kind: 'bus' | 'state-machine';
  /** Where it sends to. */
  readonly targetArn: string;
}

interface ConsumerRule {
  /** In kebab-case: `one-consumer` */
  readonly name: string;
  /** What its outputs begin with: `OneConsumer` */
  readonly id: string;
  readonly ruleName: string;
  readonly ruleDeadLetterQueueUrl: string;
}

interface ConsumerQueue {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
}

export const hasQueue = (consumer: Consumer): consumer is QueuedConsumer =>
  consumer.kind === 'function' || consumer.kind === 'queue';

export const hasFunction = (consumer: Consumer): consumer is FunctionConsumer => consumer.kind === 'function';

/** The queues that hold a consumer's letters: what was given up in its queue, and what its rule could not deliver. */
export const letterQueueUrls = (consumer: Consumer): readonly string[] => [
  ...(hasQueue(consumer) ? [consumer.deadLetterQueueUrl] : []),
  consumer.ruleDeadLetterQueueUrl,
];

/** What a consumer sends to, in a sentence: `it sends to another event bus`. */
export const TARGET_WORDS: Readonly<Record<Consumer['kind'], string>> = {
  function: 'its function',
  queue: 'a queue that somebody else drains',
  bus: 'another event bus',
  'state-machine': 'a state machine',
};

const RULE_OUTPUT = /^(.+)RuleName$/;

/**
 * The consumers of a pipeline. One is known by its rule.
 *
 * @param outputs of this pipeline alone, without its id before them
 * @param nameBase what the names of its queues begin with: `Sluice-prod`
 * @throws CliError where an output is missing, or cannot be read
 */
export function consumersIn(
  outputs: Readonly<Record<string, string>>,
  stack: string,
  nameBase: string,
): readonly Consumer[] {
  return Object.keys(outputs).flatMap((output) => {
    const id = RULE_OUTPUT.exec(output)?.[1];
    // a rule of the app's own has no such queue
    if (id === undefined || outputs[`${id}RuleDeadLetterQueueUrl`] === undefined) return [];
    return [consumerIn(outputs, id, stack, nameBase)];
  });
}

function consumerIn(
  outputs: Readonly<Record<string, string>>,
  id: string,
  stack: string,
  nameBase: string,
): Consumer {
  const of = (suffix: string) => outputOf(outputs, id + suffix, stack);
  const rule = { id, ruleName: of('RuleName'), ruleDeadLetterQueueUrl: of('RuleDeadLetterQueueUrl') };
  const target = targetIn(outputs, `${id}Target`, stack);
  if (target.kind === 'bus' || target.kind === 'state-machine') {
    return { kind: target.kind, name: kebabCase(id), ...rule, targetArn: target.arn };
  }
  const queueUrl = of('QueueUrl');
  const queued = {
    name: queueName(queueUrl).replace(`${nameBase}-`, ''),
    ...rule,
    queueUrl,
    deadLetterQueueUrl: of('DeadLetterQueueUrl'),
  };
  if (target.kind === 'queue') return { kind: 'queue', ...queued };
  return {
    kind: 'function',
    ...queued,
    functionName: of('FunctionName'),
    logGroupName: of('LogGroupName'),
  };
}

/** A stack says it only of a consumer whose target is no function. */
function targetIn(outputs: Readonly<Record<string, string>>, output: string, stack: string) {
  const text = outputs[output];
  if (text === undefined) return { kind: 'function' } as const;
  try {
    return parseTarget(text);
  } catch (cause) {
    throw new CliError(`the output ${output} of stack ${stack} cannot be read: ${(cause as Error).message}`, {
      nextStep: 'use the version of this project that has deployed it, or deploy it again with this one',
      cause,
    });
  }
}
