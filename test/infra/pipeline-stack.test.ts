import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { describe, expect, test } from 'vitest';
import type { ConsumerDefinition } from '../../infra/consumer-definition.ts';
import { targetOf } from '../../infra/target-of.ts';
import { pascalCase } from '../../shared/pascal-case.ts';
import {
  CONSUMERS,
  resource,
  resourcesOfType,
  synthesize,
  WORKERS,
  type PipelineTemplate,
  type Resource,
} from './support/pipeline-template.ts';

const dev = synthesize();
const prod = synthesize({ stage: 'prod' });
const KINDS = CONSUMERS.map((definition) => ({ name: definition.name, kind: targetOf(definition).kind }));

/** The graphs of a consumer's row. */
const GRAPHS = {
  function: ['delivered', 'waiting', 'function', 'dead letters'],
  queue: ['delivered', 'waiting', 'dead letters'],
  bus: ['delivered', 'dead letters'],
  'state-machine': ['delivered', 'dead letters'],
} as const;
/** What stands above the consumers' rows. */
const HEAD = ['text', 'came in', 'alarms'];
const ROW_GRAPHS = KINDS.flatMap(({ name, kind }, row) =>
  GRAPHS[kind].map((title) => ({ name, title, row })),
);

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

const writesThumbnails: ConsumerDefinition['grants'] = ({ ingestBucket }) => [
  new PolicyStatement({
    actions: ['s3:PutObject'],
    resources: [ingestBucket.arnForObjects('thumbnails/*')],
  }),
];

/** The consumer, which may write where it listens too. What it keeps its rows by stays, without which it is refused for another reason. */
const looping = ({ grants, ...writer }: ConsumerDefinition): ConsumerDefinition => ({
  ...writer,
  grants: (stores) => [...(grants?.(stores) ?? []), ...(writesThumbnails?.(stores) ?? [])],
});

/** The alarms on what the counter watches. */
const ringing = (context: Readonly<Record<string, string>>) =>
  resourcesOfType(synthesize(context), 'AWS::CloudWatch::Alarm')
    .map(([, { Properties }]) => Properties)
    .filter(({ MetricName: metric }) => metric === 'NotCounted');

describe('PipelineStack', () => {
  test('is, with one consumer, the template in the snapshot', () => {
    const one = synthesize({}, ([first]) => [first!]);

    return expect(masked(one)).toMatchFileSnapshot('__snapshots__/Sluice-dev.template.snap');
  });

  // a file each: a new consumer changes none that is there
  test.each(CONSUMERS.slice(1))('holds of $name what is in its snapshot', ({ name }) => {
    const own = <T>(all: Readonly<Record<string, T>>) =>
      Object.fromEntries(Object.entries(all).filter(([id]) => consumerOf(id) === pascalCase(name)));

    return expect(masked({ Resources: own(dev.Resources), Outputs: own(dev.Outputs) })).toMatchFileSnapshot(
      `__snapshots__/Sluice-dev.${name}.snap`,
    );
  });

  test('has in each table the index that its consumer asks for, and no other', () => {
    const indexes = resourcesOfType(dev, 'AWS::DynamoDB::Table').map(([id, { Properties }]) => [
      id.replace(/[0-9A-F]{8}$/, ''),
      Properties['GlobalSecondaryIndexes'],
    ]);

    expect(Object.fromEntries(indexes)).toEqual({
      UploadMetadata: undefined,
      ProcessedFiles: [
        {
          IndexName: 'NotCounted',
          KeySchema: [
            { AttributeName: 'not_counted', KeyType: 'HASH' },
            { AttributeName: 'file_key', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['error'] },
        },
      ],
    });
  });

  test('shows every consumer on the dashboard, a row each, in the order of the list', () => {
    const widgets = widgetsOf(dev).slice(HEAD.length, HEAD.length + ROW_GRAPHS.length);
    const rowOf = (name: string) => {
      const own = widgets.filter(({ properties }) => properties.title.startsWith(`${name}: `));
      const text = JSON.stringify(own.map((widget) => ({ ...widget, y: 0 })));
      return text.replaceAll(pascalCase(name), '{Name}').replaceAll(name, '{name}');
    };

    expect(widgets.map(({ properties, y }) => [y, properties.title])).toEqual(
      ROW_GRAPHS.map(({ name, title, row }) => [6 * (row + 1), `${name}: ${title}`]),
    );
    // the first one's is in the snapshot, with every metric
    const [first = '', ...others] = WORKERS.map(({ name }) => rowOf(name));
    for (const other of others) expect(other).toBe(first);
  });

  test('shows on the dashboard, above these, what came in and every alarm', () => {
    const head = widgetsOf(dev).slice(0, HEAD.length);

    expect(head.map(({ y, properties }) => [y, properties.title ?? 'text'])).toEqual(
      HEAD.map((one) => [0, one]),
    );
    expect((head[2]!.properties as { alarms?: readonly string[] }).alarms).toHaveLength(
      resourcesOfType(dev, 'AWS::CloudWatch::Alarm').length,
    );
  });

  test('saves queries over the logs of all functions, in a folder of its name', () => {
    const saved = resourcesOfType(dev, 'AWS::Logs::QueryDefinition').map(([, { Properties }]) => Properties);
    const groups = resourcesOfType(dev, 'AWS::Logs::LogGroup').map(([id]) => ({ Ref: id }));

    expect(saved.map(({ Name: name }) => name)).toEqual([
      'Sluice-dev/slowest objects',
      'Sluice-dev/by reason',
      "Sluice-dev/one key's life",
    ]);
    for (const { LogGroupNames } of saved) expect(LogGroupNames).toEqual(groups);
  });

  test('shows on the dashboard, behind these, what consumers watch', () => {
    const watched = CONSUMERS.flatMap(({ name, watches = [] }) =>
      watches.map(({ metric, title }) => ({ name, metric, title })),
    );
    const shown = widgetsOf(dev).slice(HEAD.length + ROW_GRAPHS.length);

    expect(watched.map(({ metric }) => metric)).toContain('NotCounted');
    expect(shown.map(({ properties }) => properties)).toMatchObject(
      watched.map(({ name, metric, title }) => ({
        title: `${name}: ${title}`,
        metrics: [['Sluice-dev', metric, 'service', name, { stat: 'Sum', label: title }]],
      })),
    );
  });

  test('rings for what a consumer watches where the stage asks for it, and not otherwise', () => {
    expect(ringing({})).toEqual([]);
    expect(ringing({ alarmOn: 'NotCounted' })).toMatchObject([
      {
        AlarmDescription:
          'csv-row-counter: files were uploaded that could not be counted: sluice ls --status all says which, why and what to do (docs/operations.md#watched-metrics)',
        Dimensions: [{ Name: 'service', Value: 'csv-row-counter' }],
        Threshold: 0,
        Statistic: 'Sum',
      },
    ]);
    expect(() => synthesize({ alarmOn: 'NotCounted,Smiles' })).toThrow(
      'context alarmOn names "Smiles", which no consumer watches: write one of NotCounted',
    );
  });

  test('holds these types of resources and no custom resource', () => {
    const types = new Set(Object.values(dev.Resources).map(({ Type }) => Type));

    expect([...types].toSorted()).toEqual([
      'AWS::CloudWatch::Alarm',
      'AWS::CloudWatch::CompositeAlarm',
      'AWS::CloudWatch::Dashboard',
      'AWS::DynamoDB::Table',
      'AWS::Events::Archive',
      'AWS::Events::Rule',
      'AWS::IAM::ManagedPolicy',
      'AWS::IAM::Role',
      'AWS::Lambda::EventSourceMapping',
      'AWS::Lambda::Function',
      'AWS::Logs::LogGroup',
      'AWS::Logs::QueryDefinition',
      'AWS::S3::Bucket',
      'AWS::S3::BucketPolicy',
      'AWS::SNS::Topic',
      'AWS::SNS::TopicPolicy',
      'AWS::SQS::Queue',
      'AWS::SQS::QueuePolicy',
    ]);
    expect(resourcesOfType(dev, 'AWS::Lambda::Function')).toHaveLength(WORKERS.length);
  });

  test('names every resource that an operator looks up', () => {
    const forwarding = ['RuleName', 'RuleDeadLetterQueueUrl', 'Keeps', 'Target'];
    const queued = [...forwarding, 'QueueUrl', 'DeadLetterQueueUrl'];
    const perConsumer = {
      function: [
        'RuleName',
        'QueueUrl',
        'DeadLetterQueueUrl',
        'RuleDeadLetterQueueUrl',
        'FunctionName',
        'LogGroupName',
        'Keeps',
      ],
      queue: queued,
      bus: forwarding,
      'state-machine': forwarding,
    };

    expect(Object.keys(dev.Outputs).toSorted()).toEqual(
      [
        'IngestBucketName',
        'OutputBucketName',
        'AccessLogBucketName',
        'EventArchiveName',
        'DashboardName',
        'AlarmTopicArn',
        'OperatorReadPolicyArn',
        'OperatorPolicyArn',
        'UploaderPolicyArn',
        'DestroyerPolicyArn',
        ...KINDS.flatMap(({ name, kind }) => perConsumer[kind].map((suffix) => pascalCase(name) + suffix)),
        ...CONSUMERS.flatMap(({ keeps }) =>
          keeps !== 'nothing' && 'rows' in keeps ? [keeps.rows.table] : [],
        ),
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
      ([, { Effect, Principal, Action }]) =>
        Effect === 'Allow' && Principal?.Service === 'events.amazonaws.com' && Action !== 'sts:AssumeRole',
    );

    // the rule's dead-letter queue of each consumer, and the target queue of those that have one
    const queued = KINDS.filter(({ kind }) => kind === 'function' || kind === 'queue');
    expect(services).toHaveLength(CONSUMERS.length + queued.length);
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
          ...(id.startsWith('AccessLogBucket') ? [{ ExpirationInDays: 7, Status: 'Enabled' }] : []),
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
    expect(() => synthesize({}, ([writer]) => [looping(writer!)])).toThrow(
      'metadata-writer → thumbnails/ → metadata-writer',
    );
  });
});

interface Widget {
  readonly y: number;
  readonly properties: { readonly title: string };
}

/** The graphs of the dashboard. What it refers to is written by its logical id, without the hash. */
function widgetsOf(template: PipelineTemplate): readonly Widget[] {
  const body: { 'Fn::Join': [string, readonly (string | Record<string, string | string[]>)[]] } = resource(
    template,
    'AWS::CloudWatch::Dashboard',
    'Dashboard',
  ).Properties['DashboardBody'];
  const text = body['Fn::Join'][1].map((part) =>
    typeof part === 'string'
      ? part
      : Object.values(part)
          .flat()
          .join('.')
          .replace(/[0-9A-F]{8}(?=\.|$)/, ''),
  );
  return (JSON.parse(text.join('')) as { widgets: Widget[] }).widgets;
}

function masked(template: PipelineTemplate): string {
  return JSON.stringify(template, null, 2).replaceAll(/\b[0-9a-f]{64}\b/g, '<asset>');
}

/** Whose logical id, or output, it is: by the longest beginning of it that is a consumer's name or table. */
function consumerOf(id: string): string | undefined {
  return CONSUMERS.flatMap(({ name, ownTable }) =>
    [pascalCase(name), ownTable?.id ?? []].flat().map((start) => ({ start, consumer: pascalCase(name) })),
  )
    .filter(({ start }) => id.startsWith(start))
    .toSorted((left, right) => right.start.length - left.start.length)[0]?.consumer;
}

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
