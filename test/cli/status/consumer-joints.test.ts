import type { EventSourceMappingConfiguration, FunctionConfiguration } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { CliError } from '../../../cli/cli-error.ts';
import type { Asked } from '../../../cli/pipeline/asked.ts';
import { consumerJoints } from '../../../cli/status/consumer-joints.ts';
import type { ConsumerLook, DrainLook, QueuesLook } from '../../../cli/status/pipeline-look.ts';
import { ARN, attributesOf } from '../../support/mocked-aws.ts';
import { consumerNamed, mockedPipeline } from '../../support/mocked-pipeline.ts';

const CONSUMER = consumerNamed(mockedPipeline(), 'metadata-writer');
const QUEUE_ARN = 'arn:aws:sqs:eu-west-1:111122223333:Sluice-prod-metadata-writer';
const UNDELIVERED_ARN = 'arn:aws:sqs:eu-west-1:111122223333:undelivered-metadata-writer';
const ATTRIBUTES = attributesOf('MetadataWriter', 'metadata-writer');
const MAPPING: EventSourceMappingConfiguration = {
  State: 'Enabled',
  FunctionResponseTypes: ['ReportBatchItemFailures'],
};

const missing: Asked<never> = { problem: new CliError('none'), isMissing: true };
const unasked: Asked<never> = {
  problem: new CliError('access denied', { nextStep: 'attach the policy' }),
  isMissing: false,
};

/** All is well; each test changes a part. */
const WELL: ConsumerLook = {
  consumer: CONSUMER,
  rule: { answer: { Arn: ARN('rule/rule-metadata-writer'), State: 'ENABLED' } },
  targets: { answer: [{ Id: 'Queue', Arn: QUEUE_ARN, DeadLetterConfig: { Arn: UNDELIVERED_ARN } }] },
  ruleDeadLetters: { answer: ATTRIBUTES },
  queues: {
    queueUrl: CONSUMER.queueUrl,
    deadLetterQueueUrl: CONSUMER.deadLetterQueueUrl,
    queue: { answer: ATTRIBUTES },
    deadLetters: { answer: ATTRIBUTES },
  },
  drain: {
    functionName: CONSUMER.functionName,
    mappings: { answer: [MAPPING] },
    handler: { answer: { State: 'Active', LastUpdateStatus: 'Successful' } },
  },
};

/** A part of the look, of its queues or of its function, by its name alone. */
type Change = Partial<Omit<ConsumerLook, 'queues' | 'drain'> & QueuesLook & DrainLook>;

const lookWith = ({ queue, deadLetters, mappings, handler, ...change }: Change): ConsumerLook => ({
  ...WELL,
  ...change,
  queues: {
    ...WELL.queues!,
    ...(queue !== undefined && { queue }),
    ...(deadLetters !== undefined && { deadLetters }),
  },
  drain: {
    ...WELL.drain!,
    ...(mappings !== undefined && { mappings }),
    ...(handler !== undefined && { handler }),
  },
});

/** `part: state: detail` of every check that is not ok. */
const wrong = (change: Change) =>
  consumerJoints(lookWith(change))
    .filter(({ state }) => state !== 'ok')
    .map(({ name, state, detail }) => `${name.replace('metadata-writer ', '')}: ${state}: ${detail}`);

const withMapping = (change: EventSourceMappingConfiguration) =>
  wrong({ mappings: { answer: [{ ...MAPPING, ...change }] } });

const withHandler = (answer: FunctionConfiguration) => wrong({ handler: { answer } });

describe('the joints of a consumer', () => {
  test('are seven, in the order of the flow, and say nothing where all is well', () => {
    const checks = consumerJoints(WELL);

    expect(checks.map(({ name, detail }) => `${name}: ${detail}`)).toEqual([
      'metadata-writer rule: enabled',
      'metadata-writer rule → queue: the queue is its target',
      'metadata-writer queue: there',
      'metadata-writer rule → letters: there',
      'metadata-writer queue → letters: the queue gives up to it',
      'metadata-writer queue → function: enabled',
      'metadata-writer function: Active',
    ]);
    expect(wrong({})).toEqual([]);
  });

  test.each<[part: keyof Change, named: readonly string[]]>([
    ['rule', ['rule: failed: rule-metadata-writer is not there: no event reaches the consumer']],
    ['targets', ['rule → queue: failed: the rule is not there']],
    [
      'queue',
      [
        'queue: failed: the queue is not there: events of the rule are refused and become undelivered letters',
      ],
    ],
    ['ruleDeadLetters', ['rule → letters: failed: the queue is not there: what cannot be delivered is lost']],
    [
      'deadLetters',
      [
        'queue → letters: failed: the dead-letter queue is not there: what cannot be processed is tried until it expires',
      ],
    ],
    ['mappings', ['queue → function: failed: the function is not there: messages wait']],
    ['handler', ['function: failed: function-metadata-writer is not there: messages wait']],
  ])('name a part that is missing, and blame no other for it: %s', (part, named) => {
    expect(wrong({ [part]: missing })).toEqual(named);
  });

  test('name a part that cannot be asked, with what its service says and what to do', () => {
    const [first] = consumerJoints({ ...WELL, rule: unasked });

    expect(first).toEqual({
      name: 'metadata-writer rule',
      state: 'failed',
      detail: 'cannot be asked: access denied',
      nextStep: 'attach the policy',
      isUnknown: true,
    });
  });
});

describe('a rule', () => {
  test.each(['DISABLED', undefined] as const)('whose state is %s lets events by', (State) => {
    const [rule] = consumerJoints({ ...WELL, rule: { answer: { ...(State && { State }) } } });

    expect(rule).toEqual({
      name: 'metadata-writer rule',
      state: 'warning',
      detail: 'disabled, so that events pass the consumer by',
      nextStep: 'aws events enable-rule --name rule-metadata-writer, then a replay of what passed by',
    });
  });

  test('whose target has another dead-letter queue loses what cannot be delivered', () => {
    const targets = [{ Id: 'Queue', Arn: QUEUE_ARN, DeadLetterConfig: { Arn: QUEUE_ARN } }];

    expect(wrong({ targets: { answer: targets } })).toEqual([
      'rule → queue: failed: the target lacks its dead-letter queue: what cannot be delivered is lost',
    ]);
  });

  test('whose targets are none reaches nobody', () => {
    expect(wrong({ targets: { answer: [] } })).toEqual([
      'rule → queue: failed: the queue is no target of the rule: events that match reach nobody',
    ]);
  });
});

describe('a queue', () => {
  test('without a redrive policy gives up to nobody', () => {
    const { RedrivePolicy: _, ...answer } = ATTRIBUTES;

    expect(wrong({ queue: { answer } })).toEqual([
      expect.stringMatching(/^queue → letters: failed: the queue’s redrive policy does not name/),
    ]);
  });
});

describe('an event source mapping', () => {
  test.each([
    ['Disabled', 'paused: the event source mapping is disabled, and messages wait'],
    ['Disabling', 'paused: the event source mapping is disabling, and messages wait'],
    ['Enabling', 'the event source mapping is enabling'],
    ['Creating', 'the event source mapping is creating'],
  ])('that is %s is a warning', (State, detail) => {
    expect(withMapping({ State })).toEqual([`queue → function: warning: ${detail}`]);
  });

  test('that is paused says how to go on', () => {
    const checks = consumerJoints(lookWith({ mappings: { answer: [{ ...MAPPING, State: 'Disabled' }] } }));

    expect(checks.find(({ state }) => state === 'warning')?.nextStep).toBe('sluice resume metadata-writer');
  });

  test('that tells no state is a warning', () => {
    expect(wrong({ mappings: { answer: [{}] } })).toEqual([
      'queue → function: warning: the event source mapping is unknown',
    ]);
  });

  test.each([
    ['OK', []],
    ['No records processed', []],
    ['PROBLEM: no permission', ['queue → function: failed: PROBLEM: no permission']],
  ])('whose last result is %j', (LastProcessingResult, expected) => {
    expect(withMapping({ LastProcessingResult })).toEqual(expected);
  });
});

describe('a function', () => {
  test.each<[what: string, configuration: FunctionConfiguration, expected: readonly string[]]>([
    ['that tells no state is active', {}, []],
    ['that is inactive starts with the next event', { State: 'Inactive' }, []],
    [
      'that is pending is a warning',
      { State: 'Pending', StateReason: 'The function is being created.' },
      ['function: warning: it is being made: The function is being created.'],
    ],
    [
      'that failed without a reason is named all the same',
      { State: 'Failed' },
      ['function: failed: its state is Failed'],
    ],
    [
      'whose last update failed is named with the reason',
      { State: 'Active', LastUpdateStatus: 'Failed', LastUpdateStatusReason: 'no image' },
      ['function: failed: its last update failed: no image'],
    ],
    ['whose update is under way works on', { State: 'Active', LastUpdateStatus: 'InProgress' }, []],
  ])('%s', (_, configuration, expected) => {
    expect(withHandler(configuration)).toEqual(expected);
  });
});
