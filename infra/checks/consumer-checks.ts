import { Duration } from 'aws-cdk-lib';
import { SURELY_ACCEPTED } from '../../shared/event-pattern/pattern-complexity.ts';
import { compilePattern, type EventMatcher } from '../../shared/event-pattern/pattern-matcher.ts';
import type { ConsumerDefinition } from '../consumer-definition.ts';
import { deliveryOf, leastVisibility, type CompleteDefinition } from '../consumer-kinds.ts';
import { targetOf } from '../target-of.ts';
import { pascalCase } from '../../shared/pascal-case.ts';

/** A letter's age counts from its event's first arrival in the queue; what is left after that is for people to find it and mend the cause. */
const TIME_TO_REDRIVE = Duration.days(7);

/**
 * Refuses, at synth, a list that would deploy and then lose or repeat work.
 *
 * @throws Error naming the consumer, the value and what to do
 */
export function checkConsumers(stackName: string, consumers: readonly CompleteDefinition[]): void {
  checkNames(stackName, consumers);
  for (const definition of consumers) {
    checkPattern(definition);
    checkLimits(definition);
    checkTimes(definition);
  }
}

function checkNames(stackName: string, consumers: readonly ConsumerDefinition[]): void {
  const taken = new Map<string, string>();
  for (const { name } of consumers) {
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
      throw refusal(name, `its name is not in kebab-case; write it like one-consumer`);
    }
    const queueName = `${stackName}-${name}`;
    if (queueName.length > 80) {
      throw refusal(
        name,
        `its queue would be named ${queueName}, ${queueName.length} characters; SQS takes 80: shorten the name`,
      );
    }
    const other = taken.get(pascalCase(name));
    if (other === name) throw refusal(name, `two consumers have this name; give each its own`);
    if (other !== undefined) {
      throw refusal(name, `it and ${other} would both be ${pascalCase(name)} in the stack; rename one`);
    }
    taken.set(pascalCase(name), name);
  }
}

function checkPattern({ name, pattern }: ConsumerDefinition): void {
  for (const pinned of ['source', 'account'] as const) {
    if (pinned in pattern) {
      throw refusal(name, `its pattern names ${pinned}, which is pinned for every consumer; leave it out`);
    }
  }
  if ('bucket' in pattern.detail) {
    throw refusal(name, `its pattern names detail.bucket, which is pinned for every consumer; leave it out`);
  }
  const detailTypes: readonly unknown[] = pattern['detail-type'] ?? [];
  if (detailTypes.length === 0 || detailTypes.some((type) => typeof type !== 'string')) {
    throw refusal(
      name,
      `its pattern does not pin detail-type (${JSON.stringify(pattern['detail-type'])}); list the types by name, such as Object Created`,
    );
  }
  if ((pattern.detail.object?.key ?? []).length === 0) {
    throw refusal(
      name,
      `its pattern does not pin detail.object.key; say which keys, such as { prefix: "csv/" }`,
    );
  }
  compileDeployed(name, pattern);
}

/**
 * A word of warning about a pattern that AWS may refuse: by the measure of its open matcher it is above what was seen
 * accepted, and below what was seen refused. `undefined` for all others.
 */
export function complexityWarning({ name, pattern }: ConsumerDefinition): string | undefined {
  const { complexity } = compileDeployed(name, pattern);
  if (complexity <= SURELY_ACCEPTED) return undefined;
  return `consumer ${name}: its pattern has a complexity of ${complexity}; EventBridge was seen to accept ${SURELY_ACCEPTED} and to refuse 11: use fewer wildcards, or a prefix or a suffix`;
}

/** @throws Error where EventBridge would refuse the pattern */
function compileDeployed(name: string, pattern: ConsumerDefinition['pattern']): EventMatcher {
  // as deployed: 12 digits of account, and a bucket's name may have 63 characters
  const text = JSON.stringify({
    source: ['aws.s3'],
    account: ['111122223333'],
    ...pattern,
    detail: { ...pattern.detail, bucket: { name: ['b'.repeat(63)] } },
  });
  if (text.length > 2048) {
    throw refusal(name, `its pattern has ${text.length} characters; EventBridge takes 2048: make it shorter`);
  }
  try {
    return compilePattern(text);
  } catch (cause) {
    throw new Error(
      `consumer ${name}: EventBridge would refuse its pattern: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

function checkLimits({ name, ...limits }: CompleteDefinition): void {
  const { batchSize, batchingWindow } = limits;
  within(name, 'batchSize', batchSize, 1, 10_000);
  within(name, 'batchingWindow in seconds', batchingWindow.toSeconds(), 0, 300);
  within(name, 'maximumConcurrency', limits.maximumConcurrency, 2, 1_000);
  // below 5, a few throttled invocations make dead letters of good records
  within(name, 'maxReceiveCount', limits.maxReceiveCount, 5, 1_000);
  within(name, 'memoryMb', limits.memoryMb, 128, 10_240);
  within(name, 'timeout in seconds', limits.timeout.toSeconds(), 1, 900);
  if (batchSize > 10 && batchingWindow.toSeconds() < 1) {
    throw refusal(
      name,
      `its batchSize is ${batchSize} and its batchingWindow ${batchingWindow.toSeconds()} s; above 10 records Lambda wants a window of at least 1 s`,
    );
  }
}

function checkTimes(definition: CompleteDefinition): void {
  const { name, timeout, batchingWindow, maxReceiveCount } = definition;
  const { visibilityTimeout, retention, deadLetterRetention } = deliveryOf(definition);
  const visibility = visibilityTimeout.toSeconds();
  const least = leastVisibility(definition).toSeconds();
  within(name, 'visibilityTimeout in seconds', visibility, 1, 43_200);
  within(name, 'queueRetention in seconds', retention.toSeconds(), 60, 1_209_600);
  within(name, 'deadLetterRetention in seconds', deadLetterRetention.toSeconds(), 60, 1_209_600);
  // of a queue that somebody else drains, they know how long they take
  if (targetOf(definition).kind === 'function' && visibility < least) {
    throw refusal(
      name,
      `its visibilityTimeout is ${visibility} s, less than 6 × timeout (${timeout.toSeconds()} s) + batchingWindow (${batchingWindow.toSeconds()} s); make it at least ${least} s`,
    );
  }
  if (retention.toSeconds() < maxReceiveCount * visibility) {
    throw refusal(
      name,
      `its queueRetention is ${retention.toSeconds()} s, but ${maxReceiveCount} receives with a visibilityTimeout of ${visibility} s may take ${maxReceiveCount * visibility} s; keep events at least that long`,
    );
  }
  const needed = retention.toSeconds() + TIME_TO_REDRIVE.toSeconds();
  if (deadLetterRetention.toSeconds() < needed) {
    throw refusal(
      name,
      `its deadLetterRetention is ${deadLetterRetention.toSeconds()} s, but a letter may be ${retention.toSeconds()} s old when it arrives; keep letters at least ${needed} s, a week more`,
    );
  }
}

function within(name: string, what: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw refusal(name, `its ${what} is ${value}; it must be a whole number from ${least} to ${most}`);
  }
}

function refusal(name: string, message: string): Error {
  return new Error(`consumer ${name}: ${message}`);
}
