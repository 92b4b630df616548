import { describe, expect, test } from 'vitest';
import { CliError } from '../../../cli/cli-error.ts';
import type { Asked } from '../../../cli/pipeline/asked.ts';
import { consumerStatus } from '../../../cli/status/consumer-status.ts';
import type { Observation } from '../../../cli/status/observation.ts';
import type { ConsumerLook, DrainLook, QueuesLook } from '../../../cli/status/pipeline-look.ts';
import { consumerNamed, mockedPipeline } from '../../support/mocked-pipeline.ts';

const problem = new CliError('no');
const missing: Asked<never> = { problem, isMissing: true };
const unasked: Asked<never> = { problem, isMissing: false };

const queue = (visible: number, notVisible: number, delayed: number) => ({
  answer: {
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(notVisible),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  },
});

const CONSUMER = consumerNamed(mockedPipeline(), 'csv-row-counter');

const LOOK: ConsumerLook = {
  consumer: CONSUMER,
  rule: { answer: { State: 'ENABLED' } },
  targets: { answer: [] },
  ruleDeadLetters: queue(0, 0, 0),
  queues: {
    queueUrl: CONSUMER.queueUrl,
    deadLetterQueueUrl: CONSUMER.deadLetterQueueUrl,
    queue: queue(5, 4, 3),
    deadLetters: queue(2, 1, 0),
  },
  drain: {
    functionName: CONSUMER.functionName,
    mappings: { answer: [{ State: 'Enabled' }] },
    handler: { answer: {} },
  },
};

/** A part of the look, of its queues or of its function, by its name alone. */
type Change = Partial<Omit<ConsumerLook, 'queues' | 'drain'> & QueuesLook & DrainLook>;

const lookWith = ({ queue, deadLetters, mappings, handler, ...change }: Change): ConsumerLook => ({
  ...LOOK,
  ...change,
  queues: {
    ...LOOK.queues!,
    ...(queue !== undefined && { queue }),
    ...(deadLetters !== undefined && { deadLetters }),
  },
  drain: {
    ...LOOK.drain!,
    ...(mappings !== undefined && { mappings }),
    ...(handler !== undefined && { handler }),
  },
});

const SEEN: Observation = {
  oldestAgeMs: 90_499,
  functionErrors: 1,
  failed: 6,
  retrying: 2,
  isFailing: true,
  lastError: { at: '2026-11-20T12:00:00Z', error: 'SlowDown' },
};

const status = (look: Change, seen?: Partial<Observation>) =>
  consumerStatus(lookWith(look), seen && { ...SEEN, ...seen });

describe('the status of a consumer', () => {
  test('counts what is delayed as waiting, and letters in another command’s hand as letters', () => {
    expect(status({}, {})).toEqual({
      name: 'csv-row-counter',
      target: 'function',
      rule: 'enabled',
      mapping: 'enabled',
      waiting: 8,
      inFlight: 4,
      retrying: 2,
      oldestAgeSeconds: 90,
      deadLetters: 3,
      ruleDeadLetters: 0,
      failed: 6,
      functionErrors: 1,
      lastError: SEEN.lastError,
    });
  });

  test('knows nothing of what nobody could be asked', () => {
    const all = { rule: unasked, queue: unasked, deadLetters: unasked, ruleDeadLetters: unasked };

    expect(status({ ...all, mappings: unasked })).toEqual({
      name: 'csv-row-counter',
      target: 'function',
      rule: null,
      mapping: null,
      waiting: null,
      inFlight: null,
      retrying: null,
      oldestAgeSeconds: null,
      deadLetters: null,
      ruleDeadLetters: null,
      failed: null,
      functionErrors: null,
      lastError: null,
    });
  });

  test('says what is missing', () => {
    expect(status({ rule: missing, mappings: missing })).toMatchObject({
      rule: 'missing',
      mapping: 'missing',
    });
    expect(status({ mappings: { answer: [] } })).toMatchObject({ mapping: 'missing' });
  });

  test.each([
    [{ State: 'Disabling' }, 'disabling'],
    [{}, 'unknown'],
  ])('has the state of its mapping in lower case: %j', (mapping, expected) => {
    expect(status({ mappings: { answer: [mapping] } }).mapping).toBe(expected);
  });

  test('says of a disabled rule that it is', () => {
    expect(status({ rule: { answer: { State: 'DISABLED' } } }).rule).toBe('disabled');
  });

  test.each<[isFailing: boolean, retrying: number | undefined, expected: number]>([
    // SQS tells nobody which of the four in flight have failed before
    [true, undefined, 4],
    [false, undefined, 0],
    [true, 0, 0],
  ])('has, failing %s with %s counted, %d to come again', (isFailing, retrying, expected) => {
    expect(status({}, { isFailing, retrying }).retrying).toBe(expected);
  });
});
