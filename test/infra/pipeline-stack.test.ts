import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { describe, expect, test } from 'vitest';
import type { ConsumerDefinition } from '../../infra/consumer-definition.ts';
import { resource, resourcesOfType, synthesize, type Resource } from './support/pipeline-template.ts';

const dev = synthesize();
const prod = synthesize({ stage: 'prod' });
const CONSUMERS = ['MetadataWriter', 'CsvRowCounter', 'LedgerExporter'];

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Principal?: { readonly Service?: string; readonly AWS?: string };
  readonly Condition?: Record<string, Record<string, unknown>>;
  readonly Resource: unknown;
}

/** Every policy statement of the template, whatever it hangs on. */
function statements(): [string, Statement][] {
  return Object.entries(dev.Resources).flatMap(([id, { Properties }]) => {
    const documents = [
      Properties['PolicyDocument'],
      Properties['AssumeRolePolicyDocument'],
      ...(Properties['Policies'] ?? []).map((policy: { PolicyDocument: unknown }) => policy.PolicyDocument),
    ].filter((document) => document !== undefined);
    return documents.flatMap(({ Statement }) =>
      Statement.map((statement: Statement): [string, Statement] => [id, statement]),
    );
  });
}

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

const writesThumbnails: ConsumerDefinition['grants'] = ({ ingestBucket }) => [
  new PolicyStatement({
    actions: ['s3:PutObject'],
    resources: [ingestBucket.arnForObjects('thumbnails/*')],
  }),
];

describe('PipelineStack', () => {
  test('is the template in the snapshot', () => {
    const masked = JSON.stringify(dev, null, 2).replaceAll(/\b[0-9a-f]{64}\b/g, '<asset>');

    return expect(masked).toMatchFileSnapshot('__snapshots__/Sluice-dev.template.snap');
  });

  test('holds these types of resources and no custom resource', () => {
    const types = new Set(Object.values(dev.Resources).map(({ Type }) => Type));

    expect([...types].toSorted()).toEqual([
      'AWS::CloudWatch::Alarm',
      'AWS::CloudWatch::Dashboard',
      'AWS::DynamoDB::Table',
      'AWS::Events::Archive',
      'AWS::Events::Rule',
      'AWS::IAM::Role',
      'AWS::Lambda::EventSourceMapping',
      'AWS::Lambda::Function',
      'AWS::Logs::LogGroup',
      'AWS::S3::Bucket',
      'AWS::S3::BucketPolicy',
      'AWS::SQS::Queue',
      'AWS::SQS::QueuePolicy',
    ]);
    expect(resourcesOfType(dev, 'AWS::Lambda::Function')).toHaveLength(CONSUMERS.length);
  });

  test('names every resource that an operator looks up', () => {
    const perConsumer = [
      'RuleName',
      'QueueUrl',
      'DeadLetterQueueUrl',
      'RuleDeadLetterQueueUrl',
      'FunctionName',
    ];

    expect(Object.keys(dev.Outputs).toSorted()).toEqual(
      [
        'IngestBucketName',
        'OutputBucketName',
        'UploadMetadataTableName',
        'ProcessedFilesTableName',
        'EventArchiveName',
        'DashboardName',
        ...CONSUMERS.flatMap((consumer) => perConsumer.map((suffix) => consumer + suffix)),
      ].toSorted(),
    );
  });

  test('allows no action by wildcard', () => {
    const wild = statements().filter(
      ([, { Effect, Action }]) =>
        Effect === 'Allow' && [Action].flat().some((action) => action.includes('*')),
    );

    expect(wild).toEqual([]);
  });

  test('lets a service in only on behalf of a resource of the stack', () => {
    const services = statements().filter(
      ([, { Effect, Principal }]) => Effect === 'Allow' && Principal?.Service === 'events.amazonaws.com',
    );

    // the target queue and the rule's dead-letter queue of each consumer
    expect(services).toHaveLength(2 * CONSUMERS.length);
    for (const [, { Action, Condition }] of services) {
      expect(Action).toBe('sqs:SendMessage');
      expect(Condition).toEqual({
        ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [expect.stringMatching(/Rule/), 'Arn'] } },
      });
    }
  });

  test.each(resourcesOfType(dev, 'AWS::SQS::Queue'))(
    'encrypts %s and takes it over TLS only',
    (id, queue) => {
      expect(queue.Properties['SqsManagedSseEnabled']).toBe(true);
      expect(deniesPlainText('AWS::SQS::QueuePolicy', (policy) => policy['Queues'][0].Ref === id)).toBe(true);
    },
  );

  test.each(resourcesOfType(dev, 'AWS::S3::Bucket'))('keeps %s private, versioned and tidy', (id, bucket) => {
    expect(bucket.Properties).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      LifecycleConfiguration: {
        Rules: [
          { NoncurrentVersionExpiration: { NoncurrentDays: 7 }, Status: 'Enabled' },
          { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 }, Status: 'Enabled' },
        ],
      },
    });
    expect(deniesPlainText('AWS::S3::BucketPolicy', (policy) => policy['Bucket'].Ref === id)).toBe(true);
  });

  test('publishes the events of the ingest bucket alone', () => {
    const ingest = resource(dev, 'AWS::S3::Bucket', 'IngestBucket').Properties;
    const output = resource(dev, 'AWS::S3::Bucket', 'OutputBucket').Properties;

    expect(ingest['NotificationConfiguration']).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    });
    expect(output['NotificationConfiguration']).toBeUndefined();
  });

  test('archives every event of the ingest bucket, and of no other', () => {
    const [[ingestBucket]] = resourcesOfType(dev, 'AWS::S3::Bucket').filter(([id]) =>
      id.startsWith('Ingest'),
    ) as [[string, Resource]];
    const { Properties } = resource(dev, 'AWS::Events::Archive', 'EventArchive');

    expect(Properties['EventPattern']).toEqual({
      source: ['aws.s3'],
      account: [{ Ref: 'AWS::AccountId' }],
      detail: { bucket: { name: [{ Ref: ingestBucket }] } },
    });
    expect(JSON.stringify(Properties['SourceArn'])).toContain(':event-bus/default');
    expect(Properties['RetentionDays']).toBe(14);
  });

  test.each([
    ['UploadMetadata', ['bucket', 'object_key']],
    ['ProcessedFiles', ['file_key']],
  ])('keeps %s by %j, on demand, restorable, without an index', (prefix, keys) => {
    const { Properties } = resource(dev, 'AWS::DynamoDB::Table', prefix);

    expect(
      Properties['KeySchema'].map(({ AttributeName }: { AttributeName: string }) => AttributeName),
    ).toEqual(keys);
    expect(Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
    });
    expect(Properties).not.toHaveProperty('LocalSecondaryIndexes');
  });

  test('keeps what prod holds, and lets go of what dev holds', () => {
    const kept = (template: typeof dev) =>
      Object.values(template.Resources)
        .filter(({ Type }) => /Bucket$|Table|Archive|LogGroup/.test(Type))
        .map(({ DeletionPolicy }) => DeletionPolicy);

    expect(new Set(kept(prod))).toEqual(new Set(['Retain']));
    expect(new Set(kept(dev))).toEqual(new Set(['Delete']));
    expect(resource(prod, 'AWS::DynamoDB::Table', 'UploadMetadata').Properties).toMatchObject({
      DeletionProtectionEnabled: true,
    });
  });

  test('refuses two consumers of one name', () => {
    expect(() => synthesize({}, (consumers) => [...consumers, consumers[0]!])).toThrow(
      'consumer metadata-writer: two consumers have this name',
    );
  });

  test('refuses a consumer that may write where it listens', () => {
    expect(() => synthesize({}, ([writer]) => [{ ...writer!, grants: writesThumbnails }])).toThrow(
      'metadata-writer → thumbnails/ → metadata-writer',
    );
  });
});

describe.each(CONSUMERS)('the consumer %s', (consumer) => {
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
    expect(rule['EventPattern']).toMatchObject({
      source: ['aws.s3'],
      account: [{ Ref: 'AWS::AccountId' }],
      'detail-type': expect.arrayContaining(['Object Created', 'Object Deleted']),
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
      ScalingConfig: { MaximumConcurrency: 2 },
    });
  });

  test('is told where its queues are, and its own numbers', () => {
    expect(handler['Environment'].Variables).toMatchObject({
      QUEUE_URL: { Ref: queueId },
      DEAD_LETTER_QUEUE_URL: { Ref: deadLetterId },
      MAX_RECEIVE_COUNT: String(queue.Properties['RedrivePolicy'].maxReceiveCount),
      POWERTOOLS_METRICS_NAMESPACE: 'Sluice',
    });
  });

  test('raises an alarm for letters of both kinds, for age and for errors', () => {
    const alarms = resourcesOfType(dev, 'AWS::CloudWatch::Alarm').filter(([id]) => id.startsWith(consumer));

    expect(alarms.map(([, { Properties }]) => String(Properties['MetricName'])).toSorted()).toEqual([
      'ApproximateAgeOfOldestMessage',
      'ApproximateNumberOfMessagesVisible',
      'ApproximateNumberOfMessagesVisible',
      'Errors',
    ]);
  });
});

describe('the numbers of each stage', () => {
  const numbers = (template: typeof dev) =>
    Object.fromEntries(
      CONSUMERS.map((consumer) => {
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
    expect(numbers(dev)).toEqual({
      MetadataWriter: { batch: 10, window: 0, concurrency: 2, visibility: 180, receives: 14 },
      CsvRowCounter: { batch: 1, window: 0, concurrency: 2, visibility: 5400, receives: 5 },
      LedgerExporter: { batch: 10, window: 0, concurrency: 2, visibility: 360, receives: 14 },
    });
  });

  test('make one ledger object of up to a thousand events in prod', () => {
    expect(numbers(prod)).toEqual({
      MetadataWriter: { batch: 10, window: 0, concurrency: 50, visibility: 180, receives: 14 },
      CsvRowCounter: { batch: 1, window: 0, concurrency: 20, visibility: 5400, receives: 5 },
      LedgerExporter: { batch: 1000, window: 60, concurrency: 10, visibility: 420, receives: 14 },
    });
  });

  test.each([
    [dev, '47'],
    [prod, '398'],
  ])('keep tombstones 33 days longer than events', (template, days) => {
    const { Environment } = resource(template, 'AWS::Lambda::Function', 'MetadataWriter').Properties;

    expect(Environment.Variables.TOMBSTONE_TTL_DAYS).toBe(days);
  });
});

function deniesPlainText(
  policyType: string,
  isFor: (properties: Resource['Properties']) => boolean,
): boolean {
  const policies = resourcesOfType(dev, policyType).filter(([, { Properties }]) => isFor(Properties));
  return policies.some(([, { Properties }]) =>
    Properties['PolicyDocument'].Statement.some(
      ({ Effect, Action, Condition }: Statement) =>
        Effect === 'Deny' &&
        /^(s3|sqs):\*$/.test(String(Action)) &&
        Condition?.['Bool']?.['aws:SecureTransport'] === 'false',
    ),
  );
}
