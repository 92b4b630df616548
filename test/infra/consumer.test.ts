import { describe, expect, test } from 'vitest';
import { pascalCase } from '../../shared/pascal-case.ts';
import { resource, resourcesOfType, synthesize, WORKERS } from './support/pipeline-template.ts';

const dev = synthesize();
const prod = synthesize({ stage: 'prod' });

/** Of the consumers here; another one's stand in a test of its own. */
const NUMBERS: Readonly<Record<'dev' | 'prod', Readonly<Record<string, Numbers>>>> = {
  dev: {
    MetadataWriter: { batch: 10, window: 0, concurrency: 2, visibility: 180, receives: 14 },
    CsvRowCounter: { batch: 1, window: 0, concurrency: 2, visibility: 5400, receives: 5 },
    LedgerExporter: { batch: 10, window: 0, concurrency: 2, visibility: 360, receives: 14 },
  },
  prod: {
    MetadataWriter: { batch: 10, window: 0, concurrency: 50, visibility: 180, receives: 14 },
    CsvRowCounter: { batch: 1, window: 0, concurrency: 20, visibility: 5400, receives: 5 },
    LedgerExporter: { batch: 1000, window: 60, concurrency: 10, visibility: 420, receives: 14 },
  },
};

interface Numbers {
  readonly batch: number;
  readonly window: number;
  readonly concurrency: number;
  readonly visibility: number;
  readonly receives: number;
}

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

describe.each(WORKERS)('the consumer $name', ({ name, keeps, maximumConcurrency }) => {
  const consumer = pascalCase(name);
  const rule = resource(dev, 'AWS::Events::Rule', consumer).Properties;
  const handler = resource(dev, 'AWS::Lambda::Function', consumer).Properties;
  const mapping = resource(dev, 'AWS::Lambda::EventSourceMapping', consumer).Properties;
  const queues = resourcesOfType(dev, 'AWS::SQS::Queue').filter(([id]) => id.startsWith(consumer));
  const [queueId, queue] = queues.find(([id]) => id.startsWith(`${consumer}QueuesQueue`))!;
  const [deadLetterId, deadLetters] = queues.find(([id]) => id.startsWith(`${consumer}QueuesDeadLetter`))!;
  const [undeliveredId, undelivered] = queues.find(([id]) =>
    id.startsWith(`${consumer}QueuesRuleDeadLetter`),
  )!;

  test('pins source, account, bucket, detail-type and key', () => {
    // a row has to hear that its object is gone
    const keepsRows = keeps !== 'nothing' && 'rows' in keeps;
    const heard = keepsRows ? ['Object Created', 'Object Deleted'] : ['Object Created'];

    expect(rule['EventPattern']).toMatchObject({
      source: ['aws.s3'],
      account: [{ Ref: 'AWS::AccountId' }],
      'detail-type': expect.arrayContaining(heard),
      detail: {
        bucket: { name: [{ Ref: expect.stringMatching(/^IngestBucket/) }] },
        object: { key: expect.anything() },
      },
    });
    expect(rule).not.toHaveProperty('EventBusName');
  });

  test('is delivered to for 24 hours, and then through a dead-letter queue of the rule', () => {
    expect(rule['Targets']).toEqual([
      {
        Id: 'Queue',
        Arn: arnOf(queueId),
        DeadLetterConfig: { Arn: arnOf(undeliveredId) },
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
      },
    ]);
    expect(undelivered.Properties).toMatchObject({
      MessageRetentionPeriod: 1_209_600,
      RedriveAllowPolicy: { redrivePermission: 'denyAll' },
    });
  });

  test('keeps events 4 days and letters 14, and hides a record long enough', () => {
    expect(queue.Properties['MessageRetentionPeriod']).toBe(345_600);
    expect(queue.Properties['VisibilityTimeout']).toBeGreaterThanOrEqual(
      6 * handler['Timeout'] + mapping['MaximumBatchingWindowInSeconds'],
    );
    expect(queue.Properties['RedrivePolicy'].deadLetterTargetArn).toEqual(arnOf(deadLetterId));
    expect(deadLetters.Properties['MessageRetentionPeriod']).toBe(1_209_600);
  });

  test('has a dead-letter queue that takes letters of its own queue alone', () => {
    const { RedriveAllowPolicy } = deadLetters.Properties as { RedriveAllowPolicy: Record<string, unknown> };

    expect(RedriveAllowPolicy['redrivePermission']).toBe('byQueue');
    expect(JSON.stringify(RedriveAllowPolicy['sourceQueueArns'])).toContain(
      `:${queue.Properties['QueueName']}"`,
    );
  });

  test('runs on Node 24 and Arm, is traced, and keeps its log for a while', () => {
    expect(handler).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogGroup: { Ref: expect.stringMatching(new RegExp(`^${consumer}Log`)) } },
      DeadLetterConfig: { TargetArn: arnOf(deadLetterId) },
    });
    expect(resource(dev, 'AWS::Logs::LogGroup', consumer).Properties['RetentionInDays']).toBe(7);
  });

  test('reports failed records one by one', () => {
    expect(mapping).toMatchObject({
      EventSourceArn: arnOf(queueId),
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: NUMBERS.dev[consumer]?.concurrency ?? maximumConcurrency },
    });
  });

  test('is told where its queues are, its own numbers, and what it keeps, as the stack’s output tells it', () => {
    expect(handler['Environment'].Variables).toMatchObject({
      QUEUE_URL: { Ref: queueId },
      DEAD_LETTER_QUEUE_URL: { Ref: deadLetterId },
      MAX_RECEIVE_COUNT: String(queue.Properties['RedrivePolicy'].maxReceiveCount),
      POWERTOOLS_METRICS_NAMESPACE: 'Sluice-dev',
      KEEPS: JSON.stringify(keeps),
    });
    expect(dev.Outputs[`${consumer}Keeps`]?.Value).toBe(JSON.stringify(keeps));
  });

  test('raises an alarm for letters of both kinds, for age, for errors and for records that fail twice in a quarter of an hour', () => {
    const alarms = resourcesOfType(dev, 'AWS::CloudWatch::Alarm').filter(([id]) => id.startsWith(consumer));

    const ofOne = alarms.flatMap(
      ([, { Properties }]) => (Properties['MetricName'] as string | undefined) ?? [],
    );

    expect(ofOne.toSorted()).toEqual([
      'ApproximateAgeOfOldestMessage',
      'ApproximateNumberOfMessagesVisible',
      'ApproximateNumberOfMessagesVisible',
      'Errors',
      'Failed',
      'Throttles',
    ]);
    expect(
      alarms.find(([, { Properties }]) => Properties['MetricName'] === 'Failed')?.[1].Properties,
    ).toMatchObject({
      Namespace: 'Sluice-dev',
      Dimensions: [{ Name: 'service' }],
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
    });
  });
});

describe('the numbers of each stage', () => {
  const numbers = (template: typeof dev): Record<string, Numbers> =>
    Object.fromEntries(
      Object.keys(NUMBERS.dev).map((consumer) => {
        const mapping = resource(template, 'AWS::Lambda::EventSourceMapping', consumer).Properties;
        const [, queue] = resourcesOfType(template, 'AWS::SQS::Queue').find(([id]) =>
          id.startsWith(`${consumer}QueuesQueue`),
        )!;
        return [
          consumer,
          {
            batch: mapping['BatchSize'],
            window: mapping['MaximumBatchingWindowInSeconds'],
            concurrency: mapping['ScalingConfig'].MaximumConcurrency,
            visibility: queue.Properties['VisibilityTimeout'],
            receives: queue.Properties['RedrivePolicy'].maxReceiveCount,
          },
        ];
      }),
    );

  test('are small in dev, and wait for nothing', () => {
    expect(numbers(dev)).toEqual(NUMBERS.dev);
  });

  test('make one ledger object of up to a thousand events in prod', () => {
    expect(numbers(prod)).toEqual(NUMBERS.prod);
  });

  test.each([
    [dev, '47'],
    [prod, '398'],
  ])('keep tombstones 33 days longer than events', (template, days) => {
    const { Environment } = resource(template, 'AWS::Lambda::Function', 'MetadataWriter').Properties;

    expect(Environment.Variables.TOMBSTONE_TTL_DAYS).toBe(days);
  });
});
