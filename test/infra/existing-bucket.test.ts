import { App, Duration, Lazy, Stack, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, BucketEncryption, CfnBucket, EventType } from 'aws-cdk-lib/aws-s3';
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, test } from 'vitest';
import { ObjectPipeline, type ObjectPipelineProps } from '../../infra/object-pipeline.ts';
import {
  FIRST_ENTRIES as consumers,
  onlyFirst,
  resource,
  resourcesOfType,
  synthesize,
  type PipelineTemplate,
} from './support/pipeline-template.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/0b4c';
const OTHER_KEY = 'arn:aws:kms:eu-west-1:111122223333:key/77aa';

const stackOf = (props: StackProps = {}, app = appOf()) => new Stack(app, 'Files', props);
const appOf = () =>
  new App({
    context: { 'aws:cdk:bundling-stacks': [] },
    outdir: temporaryFolder(),
    analyticsReporting: false,
  });
const templateOf = (stack: Stack) => Template.fromStack(stack).toJSON() as PipelineTemplate;
const pipeline = (stack: Stack, props: Partial<ObjectPipelineProps>) =>
  new ObjectPipeline(stack, 'Uploads', { consumers, ...props });

/** Every statement of the template's roles and policies about keys, as `<whose>: <actions> on <key>`. */
function keyStatements(template: PipelineTemplate): string[] {
  return Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) => {
    if (!['AWS::IAM::Role', 'AWS::IAM::ManagedPolicy'].includes(Type)) return [];
    const documents = [
      Properties['PolicyDocument'] ?? [],
      ...(Properties['Policies'] ?? []).map(
        ({ PolicyDocument }: { PolicyDocument: object }) => PolicyDocument,
      ),
    ].flat() as { Statement: { Action: string | string[]; Resource: unknown }[] }[];
    return documents
      .flatMap(({ Statement }) => Statement)
      .filter(({ Action }) => [Action].flat().some((action) => action.startsWith('kms:')))
      .map(
        ({ Action, Resource }) =>
          `${id.replace(/[0-9A-F]{8}$/, '')}: ${[Action].flat().join(' ')} on ${[Resource].flat().map(String).join(' ')}`,
      );
  });
}

/** What the operator policy allows on the ingest bucket alone: the actions of statements with one literal name. */
const actionsOn = (template: PipelineTemplate, policy: string, bucket: string): string[] => {
  const { PolicyDocument } = resource(template, 'AWS::IAM::ManagedPolicy', policy).Properties;
  return (PolicyDocument.Statement as { Action: string | string[]; Resource: unknown }[])
    .filter(({ Resource }) => JSON.stringify(Resource).includes(bucket))
    .flatMap(({ Action }) => Action)
    .toSorted();
};

const named = (context: Record<string, unknown> = {}) =>
  synthesize({ bucket: 'photos', bucketVersioned: 'true', ...context }, onlyFirst);

describe('a bucket that the context names', () => {
  test('takes the place of the ingest bucket, and nothing of it is in the template', () => {
    const template = named();
    const buckets = resourcesOfType(template, 'AWS::S3::Bucket').map(([id]) => id.slice(0, -8));
    const types = new Set(Object.values(template.Resources).map(({ Type }) => Type));

    expect(buckets).toEqual(['OutputBucket', 'AccessLogBucket']);
    expect(resourcesOfType(template, 'AWS::S3::BucketPolicy')).toHaveLength(buckets.length);
    expect(types).toEqual(
      new Set(Object.values(synthesize({}, onlyFirst).Resources).map(({ Type }) => Type)),
    );
    expect(template.Outputs['IngestBucketName']?.Value).toBe('photos');
  });

  test('is what every rule and the archive hear of', () => {
    const template = named();
    const patterns = ['AWS::Events::Rule', 'AWS::Events::Archive'].flatMap((type) =>
      resourcesOfType(template, type).map(([, { Properties }]) => Properties['EventPattern']),
    );

    expect(patterns).toHaveLength(consumers.length + 1);
    for (const { detail, source, account } of patterns) {
      expect(source).toEqual(['aws.s3']);
      expect(account).toEqual([{ Ref: 'AWS::AccountId' }]);
      expect(detail.bucket).toEqual({ name: ['photos'] });
    }
  });

  test.each([
    ['true', undefined, '{"versioned":true}'],
    [false, undefined, '{"versioned":false}'],
    ['false', KEY, `{"versioned":false,"keyArn":"${KEY}"}`],
  ])('is told of in an output: versioned %s, key %s', (bucketVersioned, bucketKeyArn, text) => {
    const template = named({ bucketVersioned, ...(bucketKeyArn !== undefined && { bucketKeyArn }) });

    expect(template.Outputs['ExistingBucket']?.Value).toBe(text);
  });

  test('is not told of where the pipeline has its own', () => {
    expect(synthesize().Outputs).not.toHaveProperty('ExistingBucket');
  });

  test('lets those read its key who read it, those use it who write, and nobody else', () => {
    expect(keyStatements(named({ bucketKeyArn: KEY, outputKeyArn: OTHER_KEY }))).toEqual([
      `CsvRowCounterRolePolicy: kms:Decrypt on ${KEY}`,
      `LedgerExporterRolePolicy: kms:Decrypt kms:GenerateDataKey on ${OTHER_KEY}`,
      `OperatorRead: kms:Decrypt on ${OTHER_KEY}`,
      `OperatorAct: kms:Decrypt kms:GenerateDataKey on ${KEY}`,
      `OperatorUpload: kms:Decrypt kms:GenerateDataKey on ${KEY}`,
    ]);
    expect(keyStatements(named())).toEqual([]);
  });

  test('is read where its consumers say, and by operators, who may connect it and not empty it', () => {
    const template = named();
    const counter = resource(template, 'AWS::IAM::ManagedPolicy', 'CsvRowCounterHandlerCalls');

    expect(JSON.stringify(counter)).toContain(':s3:::photos/csv/*');
    expect(actionsOn(template, 'OperatorAct', ':s3:::photos')).toEqual([
      's3:AbortMultipartUpload',
      's3:DeleteObject',
      's3:PutBucketNotification',
      's3:PutObject',
    ]);
    expect(actionsOn(template, 'OperatorRead', ':s3:::photos')).toEqual([
      's3:GetBucketNotification',
      's3:GetBucketVersioning',
      's3:GetEncryptionConfiguration',
      's3:ListBucket',
      's3:ListBucketMultipartUploads',
      's3:ListBucketVersions',
    ]);
  });

  test.each<[context: Record<string, unknown>, message: string]>([
    [{ bucket: 's3://photos' }, 'context bucket is "s3://photos": it must be the name of a bucket'],
    [{ bucket: 'arn:aws:s3:::photos' }, 'context bucket is "arn:aws:s3:::photos": it must be the name'],
    [{ bucket: 'Photos' }, 'context bucket is "Photos": it must be the name of a bucket'],
    [{ bucketVersioned: undefined }, 'context bucketVersioned is undefined: say true or false of photos'],
    [{ bucketVersioned: 'yes' }, 'context bucketVersioned is "yes": say true or false of photos'],
    [{ bucketKeyArn: 'alias/photos' }, 'context bucketKeyArn is "alias/photos": it must be the ARN of a key'],
    [
      { bucketKeyArn: 'arn:aws:kms:eu-west-1:111122223333:alias/photos' },
      'it must be the ARN of a key, and not of an alias',
    ],
    [
      { bucket: undefined },
      'context bucketVersioned is "true": it says something of a bucket, and none is named; add -c bucket=NAME',
    ],
    [
      { bucket: undefined, bucketVersioned: undefined, bucketKeyArn: KEY },
      `context bucketKeyArn is "${KEY}": it says something of a bucket, and none is named`,
    ],
    [
      { corsOrigins: 'https://app.example.com' },
      'pipeline Default: corsOrigins names https://app.example.com, and the bucket was there before the pipeline, which sets nothing on it',
    ],
    [
      { accessLogsBucket: 'photos' },
      'pipeline Default: its access logs would be written to the bucket that it listens to',
    ],
  ])('is refused with %j', (context, message) => {
    expect(() => named(context)).toThrow(message);
  });
});

describe('a bucket that the app makes', () => {
  test('sends its events to EventBridge, and keeps all else that it says', () => {
    const stack = stackOf();
    const queue = new Queue(stack, 'Queue');
    const bucket = new Bucket(stack, 'Photos', {
      versioned: true,
      lifecycleRules: [{ expiration: Duration.days(30) }],
    });
    const cfn = bucket.node.defaultChild as CfnBucket;
    cfn.notificationConfiguration = {
      queueConfigurations: [{ event: 's3:ObjectCreated:*', queue: queue.queueArn }],
    };
    const before = structuredClone(stack.resolve(cfn.lifecycleConfiguration)) as object;

    pipeline(stack, { bucket });
    const template = templateOf(stack);
    const { Properties } = resource(template, 'AWS::S3::Bucket', 'Photos');

    expect(Properties['NotificationConfiguration']).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
      QueueConfigurations: [
        { Event: 's3:ObjectCreated:*', Queue: { 'Fn::GetAtt': [expect.stringMatching(/^Queue/), 'Arn'] } },
      ],
    });
    expect(stack.resolve(cfn.lifecycleConfiguration)).toEqual(before);
    expect(Object.values(template.Resources).filter(({ Type }) => Type.startsWith('Custom::'))).toEqual([]);
    expect(actionsOn(template, 'UploadsOperatorAct', 'Photos')).not.toContain('s3:PutBucketNotification');
  });

  test.each([
    [true, '{"versioned":true}'],
    [false, '{"versioned":false}'],
  ])('is known to be versioned or not: %s', (versioned, text) => {
    const stack = stackOf();
    pipeline(stack, { bucket: new Bucket(stack, 'Photos', { versioned }) });

    expect(templateOf(stack).Outputs['UploadsExistingBucket']?.Value).toBe(text);
  });

  test('may be encrypted by a key of the app, which is granted and told of', () => {
    const stack = stackOf();
    pipeline(stack, { bucket: new Bucket(stack, 'Photos', { encryption: BucketEncryption.KMS }) });
    const template = templateOf(stack);
    const [[key] = []] = resourcesOfType(template, 'AWS::KMS::Key');

    expect(template.Outputs['UploadsExistingBucket']?.Value).toEqual({
      'Fn::Join': ['', ['{"versioned":false,"keyArn":"', { 'Fn::GetAtt': [key, 'Arn'] }, '"}']],
    });
    expect(keyStatements(template).map((text) => text.split(':')[0])).toEqual([
      'UploadsCsvRowCounterRolePolicy',
      'UploadsOperatorAct',
      'UploadsOperatorUpload',
    ]);
  });

  test('may be in another stack of the app', () => {
    const app = appOf();
    const there = new Stack(app, 'There');
    const bucket = new Bucket(there, 'Photos', { versioned: true });
    pipeline(stackOf({}, app), { bucket });

    expect(resource(templateOf(there), 'AWS::S3::Bucket', 'Photos').Properties).toMatchObject({
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    });
  });

  test.each(['before the pipeline', 'behind it'])(
    'is refused where the CDK’s custom resource would switch its events off again, made %s',
    (when) => {
      const stack = stackOf();
      const bucket = new Bucket(stack, 'Photos');
      const notify = () => {
        bucket.addEventNotification(EventType.OBJECT_CREATED, new SqsDestination(new Queue(stack, 'Queue')));
      };
      if (when === 'before the pipeline') notify();
      pipeline(stack, { bucket });
      if (when === 'behind it') notify();

      expect(() => templateOf(stack)).toThrow(
        'pipeline Uploads: the bucket Files/Photos has notifications by addEventNotification, whose custom resource would switch its events to EventBridge off again; call enableEventBridgeNotification() on the bucket too',
      );
    },
  );

  test.each(['before the pipeline', 'behind it'])(
    'is taken where that resource sends its events to EventBridge too, made %s',
    (when) => {
      const stack = stackOf();
      const bucket = new Bucket(stack, 'Photos');
      const notify = () => {
        bucket.addEventNotification(EventType.OBJECT_CREATED, new SqsDestination(new Queue(stack, 'Queue')));
        bucket.enableEventBridgeNotification();
      };
      if (when === 'before the pipeline') notify();
      pipeline(stack, { bucket });
      if (when === 'behind it') notify();

      expect(resource(templateOf(stack), 'Custom::S3BucketNotifications', 'Photos').Properties).toMatchObject(
        { NotificationConfiguration: { EventBridgeConfiguration: {} } },
      );
    },
  );

  test('is refused where its notifications are not known yet, or bucketVersioned says otherwise', () => {
    const stack = stackOf();
    const lazy = new CfnBucket(stack, 'Lazy', {
      notificationConfiguration: Lazy.any({ produce: () => ({}) }),
    });

    expect(() => pipeline(stack, { bucket: Bucket.fromCfnBucket(lazy), bucketVersioned: false })).toThrow(
      'are only known when the template is written',
    );
    expect(() =>
      pipeline(stackOf(), {
        bucket: new Bucket(stackOf(), 'Photos', { versioned: true }),
        bucketVersioned: false,
      }),
    ).toThrow(
      'pipeline Uploads: bucketVersioned is false, and the app makes the bucket Files/Photos versioned; leave it out',
    );
  });
});

describe('a bucket that is only named', () => {
  const env = { account: '111122223333', region: 'eu-west-1' };

  test('must be said to be versioned or not', () => {
    const stack = stackOf();

    expect(() => pipeline(stack, { bucket: Bucket.fromBucketName(stack, 'Photos', 'photos') })).toThrow(
      'pipeline Uploads: nobody can tell from here whether the bucket photos is versioned; say so by bucketVersioned, as aws s3api get-bucket-versioning tells it',
    );
  });

  test('is taken with its key, and its own statements on that', () => {
    const stack = stackOf();
    const encryptionKey = Key.fromKeyArn(stack, 'Key', KEY);
    const bucket = Bucket.fromBucketAttributes(stack, 'Photos', { bucketName: 'photos', encryptionKey });
    pipeline(stack, { bucket, bucketVersioned: true });

    expect(keyStatements(templateOf(stack))).toEqual([
      `UploadsCsvRowCounterRolePolicy: kms:Decrypt on ${KEY}`,
      `UploadsOperatorAct: kms:Decrypt kms:GenerateDataKey on ${KEY}`,
      `UploadsOperatorUpload: kms:Decrypt kms:GenerateDataKey on ${KEY}`,
    ]);
  });

  test.each([
    [{ account: '444455556666' }, 'is in the account 444455556666, and the stack Files in 111122223333'],
    [{ region: 'eu-north-1' }, 'is in the region eu-north-1, and the stack Files in eu-west-1'],
  ])('is refused when it is known to be elsewhere: %j', (elsewhere, message) => {
    const stack = stackOf({ env });
    const bucket = Bucket.fromBucketAttributes(stack, 'Photos', { bucketName: 'photos', ...elsewhere });

    expect(() => pipeline(stack, { bucket, bucketVersioned: true })).toThrow(
      `pipeline Uploads: the bucket photos ${message}; a bucket is heard of in its own account and Region alone: deploy the stack there`,
    );
  });

  test('is taken where nobody knows where the stack will be', () => {
    const stack = stackOf();
    const bucket = Bucket.fromBucketAttributes(stack, 'Photos', {
      bucketName: 'photos',
      account: '444455556666',
    });

    expect(() => pipeline(stack, { bucket, bucketVersioned: true })).not.toThrow();
  });
});

describe('the output bucket', () => {
  test('is encrypted by the key of the context, and its requests logged where it says', () => {
    const { Properties } = resource(
      synthesize({ outputKeyArn: KEY, accessLogsBucket: 'logs' }),
      'AWS::S3::Bucket',
      'OutputBucket',
    );

    expect(Properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY },
          },
        ],
      },
      LoggingConfiguration: {
        DestinationBucketName: 'logs',
        LogFilePrefix: 'Sluice-dev/Default/OutputBucket/',
      },
    });
  });

  test('has the key of its stack’s Region, or is refused', () => {
    expect(() => synthesize({ outputKeyArn: 'k' })).toThrow(
      'context outputKeyArn is "k": it must be the ARN',
    );
  });
});
