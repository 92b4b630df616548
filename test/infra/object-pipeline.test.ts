import { App, Duration, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { describe, expect, test } from 'vitest';
import { allow } from '../../infra/allow.ts';
import type { ConsumerEntry } from '../../infra/consumer-definition.ts';
import { metadataWriter } from '../../infra/consumers/metadata-writer.ts';
import { ObjectPipeline, type ObjectPipelineProps } from '../../infra/object-pipeline.ts';
import {
  FIRST_ENTRIES as consumers,
  resource,
  resourcesOfType,
  synthesize,
  type PipelineTemplate,
} from './support/pipeline-template.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const appOf = () =>
  new App({
    context: { 'aws:cdk:bundling-stacks': [] },
    outdir: temporaryFolder(),
    analyticsReporting: false,
  });
const stackOf = (name = 'Files') => new Stack(appOf(), name);
const templateOf = (stack: Stack) => Template.fromStack(stack).toJSON() as PipelineTemplate;
const pipeline = (scope: Construct, id: string, props: Partial<ObjectPipelineProps> = {}) =>
  new ObjectPipeline(scope, id, { consumers, ...props });

/** The writer under another name, which keeps nothing. */
const named =
  (name: string): ConsumerEntry =>
  (stage) => {
    const { keeps: _, ownTable: __, ...rest } = metadataWriter(stage);
    return { ...rest, name, keeps: 'nothing', environment: () => ({}), grants: () => [] };
  };

describe('an entry that keeps something and makes a construct in its grants', () => {
  test('is asked for them once', () => {
    const stack = stackOf();
    const keeping: ConsumerEntry = (stage) => {
      const definition = metadataWriter(stage);
      return {
        ...definition,
        grants: (stores) => {
          const salt = new Secret(stack, 'Salt');
          return [
            ...(definition.grants?.(stores) ?? []),
            allow(['secretsmanager:GetSecretValue'], salt.secretArn),
          ];
        },
      };
    };

    pipeline(stack, 'Uploads', { consumers: [keeping] });

    expect(resourcesOfType(templateOf(stack), 'AWS::SecretsManager::Secret')).toHaveLength(1);
  });
});

describe('a pipeline beside another in one stack', () => {
  const stack = stackOf();
  const [uploads, scans] = [pipeline(stack, 'Uploads'), pipeline(stack, 'Scans')];
  const template = templateOf(stack);
  const alone = synthesize();

  test('has its id before the name of each output, and no output else', () => {
    const names = Object.keys(alone.Outputs);

    expect(Object.keys(template.Outputs).toSorted()).toEqual(
      ['Uploads', 'Scans'].flatMap((id) => names.map((name) => id + name)).toSorted(),
    );
    expect(uploads.outputNames).toContain('UploadsIngestBucketName');
    expect(scans.outputNames).toContain('ScansUploadMetadataTableName');
  });

  test('has its id in the names of its queues, behind the stack’s', () => {
    const queues = resourcesOfType(template, 'AWS::SQS::Queue').flatMap(
      ([, { Properties }]) => Properties['QueueName'] ?? [],
    );

    expect(queues).toContain('Files-Uploads-metadata-writer');
    expect(queues).toContain('Files-Scans-metadata-writer');
    expect(new Set(queues).size).toBe(2 * consumers.length);
  });

  test('counts under stack and id, in its functions, its alarms and on its dashboard alike', () => {
    const { Environment } = resource(template, 'AWS::Lambda::Function', 'ScansMetadataWriter').Properties;
    const failures = resourcesOfType(template, 'AWS::CloudWatch::Alarm')
      .filter(([, { Properties }]) => Properties['MetricName'] === 'Failed')
      .map(([, { Properties }]) => Properties['Namespace']);
    const dashboard = resource(template, 'AWS::CloudWatch::Dashboard', 'ScansDashboard').Properties;

    expect(Environment.Variables.POWERTOOLS_METRICS_NAMESPACE).toBe('Files-Scans');
    expect(new Set(failures)).toEqual(new Set(['Files-Uploads', 'Files-Scans']));
    expect(JSON.stringify(dashboard)).toContain('Files-Scans');
    expect(JSON.stringify(dashboard)).not.toContain('Files-Uploads');
  });

  test('hears of its own bucket alone', () => {
    const buckets = resourcesOfType(template, 'AWS::Events::Rule').map(([id, { Properties }]) => [
      /^(Uploads|Scans)/.exec(id)?.[0],
      Properties['EventPattern'].detail.bucket.name[0].Ref.replace(/[0-9A-F]{8}$/, ''),
    ]);

    expect(buckets).toHaveLength(2 * consumers.length);
    for (const [id, bucket] of buckets) expect(bucket).toBe(`${id}IngestBucket`);
  });

  test.each<[title: string, first: string, second: string, of: readonly ConsumerEntry[], message: string]>([
    [
      'an id with which another’s begins',
      'UploadsOld',
      'Uploads',
      consumers,
      'pipeline Uploads: its outputs begin with Uploads, and so does UploadsOldMetadataWriterRuleName of Files/UploadsOld; give one of them another id',
    ],
    [
      'an id that begins with another’s',
      'Uploads',
      'UploadsOld',
      consumers,
      'pipeline Uploads: its outputs begin with Uploads, and so does UploadsOldMetadataWriterRuleName',
    ],
    [
      'an id with which an output of the nameless one begins',
      'Default',
      'Upload',
      consumers,
      'pipeline Upload: its outputs begin with Upload, and so does UploadMetadataTableName of Files/Default',
    ],
    [
      'consumers whose outputs begin with another’s id',
      'Scans',
      'Default',
      [named('scans-of-paper')],
      'pipeline Scans: its outputs begin with Scans, and so does ScansOfPaperRuleName of Files/Default',
    ],
  ])('is refused with %s', (_, first, second, of, message) => {
    const stack = stackOf();
    pipeline(stack, first);

    expect(() => pipeline(stack, second, { consumers: of })).toThrow(message);
  });

  test('is refused with the id of another, in another construct of the stack', () => {
    const stack = stackOf();
    pipeline(new Construct(stack, 'Left'), 'Uploads');

    expect(() => pipeline(new Construct(stack, 'Right'), 'Uploads')).toThrow(
      'pipeline Uploads: it and Files/Left/Uploads would both have the output UploadsMetadataWriterRuleName; give one of them another id',
    );
  });

  test.each([['uploads'], ['My-Uploads'], ['2nd']])('is refused with the id %j', (id) => {
    expect(() => pipeline(stackOf(), id)).toThrow(
      `pipeline ${id}: the names of its outputs begin with its id, so that it must be in PascalCase; write it like Uploads`,
    );
  });
});

describe('pipelines in two stacks of an app', () => {
  test('may have one id, as their stacks have their own names', () => {
    const app = appOf();
    const stacks = ['A', 'B'].map((name) => new Stack(app, name));
    for (const stack of stacks) pipeline(stack, 'Default');

    expect(stacks.map((stack) => Object.keys(templateOf(stack).Outputs))).toEqual([
      Object.keys(synthesize().Outputs),
      Object.keys(synthesize().Outputs),
    ]);
  });

  test('are refused where they would have one queue, and not in two Regions', () => {
    const app = appOf();
    const env = { account: '111122223333', region: 'eu-west-1' };
    const build = (stackName: string, region: string, id: string) =>
      pipeline(new Stack(app, `${stackName}-in-${region}`, { stackName, env: { ...env, region } }), id);
    build('Files', 'eu-west-1', 'Uploads');

    expect(() => build('Files-Uploads', 'eu-central-1', 'Default')).not.toThrow();
    expect(() => build('Files-Uploads', 'eu-west-1', 'Default')).toThrow(
      'pipeline Default: it and Files-in-eu-west-1/Uploads would both have the queue Files-Uploads-metadata-writer; give one of them another id, or its stack another name',
    );
  });
});

/** A table with the key of the writer's. */
const rows = (stack: Stack) =>
  new Table(stack, 'Rows', {
    partitionKey: { name: 'bucket', type: AttributeType.STRING },
    sortKey: { name: 'object_key', type: AttributeType.STRING },
  });

describe('a table that is given', () => {
  test('takes the place of the one that the pipeline would make, for its consumer and in its output', () => {
    const stack = stackOf();
    pipeline(stack, 'Uploads', { tables: { UploadMetadataTableName: rows(stack) } });
    const template = templateOf(stack);
    const tables = resourcesOfType(template, 'AWS::DynamoDB::Table').map(([id]) => id);
    const given = tables.find((id) => id.startsWith('Rows'));
    const { Environment } = resource(template, 'AWS::Lambda::Function', 'UploadsMetadataWriter').Properties;

    expect(tables.map((id) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual(['Rows', 'UploadsProcessedFiles']);
    expect(Environment.Variables.TABLE_NAME).toEqual({ Ref: given });
    expect(template.Outputs['UploadsUploadMetadataTableName']?.Value).toEqual({ Ref: given });
    expect(
      JSON.stringify(resource(template, 'AWS::IAM::ManagedPolicy', 'UploadsMetadataWriterHandlerCalls')),
    ).toContain(JSON.stringify({ 'Fn::GetAtt': [given, 'Arn'] }));
  });

  test('may be one that only its name tells', () => {
    const stack = stackOf();
    const table = Table.fromTableName(stack, 'Rows', 'uploads');
    pipeline(stack, 'Default', { tables: { UploadMetadataTableName: table } });

    expect(templateOf(stack).Outputs['UploadMetadataTableName']?.Value).toBe('uploads');
  });

  test.each<[title: string, table: (stack: Stack) => Table, message: string]>([
    [
      'with another key',
      (stack) => new Table(stack, 'T', { partitionKey: { name: 'id', type: AttributeType.STRING } }),
      'its rows have the key bucket, object_key, and the table of UploadMetadataTableName has id',
    ],
  ])('is refused %s', (_, table, message) => {
    const stack = stackOf();

    expect(() => pipeline(stack, 'Uploads', { tables: { UploadMetadataTableName: table(stack) } })).toThrow(
      message,
    );
  });

  test('is refused where no consumer keeps rows', () => {
    const stack = stackOf();

    expect(() => pipeline(stack, 'Uploads', { tables: { UploadsTableName: rows(stack) } })).toThrow(
      'pipeline Uploads: tables names UploadsTableName, and no consumer keeps rows there; write one of UploadMetadataTableName, ProcessedFilesTableName',
    );
  });

  test.each(['made by the app', 'named twice', 'made by the other'])(
    'is refused to two pipelines, %s, in two stacks as well',
    (how) => {
      const app = appOf();
      const [here, there] = [new Stack(app, 'Here'), new Stack(app, 'There')];
      const made = how === 'made by the app' ? rows(here) : undefined;
      const first = pipeline(here, 'Uploads', {
        ...(how !== 'made by the other' && {
          tables: { UploadMetadataTableName: made ?? Table.fromTableName(here, 'T', 'uploads') },
        }),
      });
      const second =
        made ??
        (how === 'named twice'
          ? Table.fromTableName(there, 'T', 'uploads')
          : first.tables.get('UploadMetadataTableName')!);

      expect(() => pipeline(there, 'Scans', { tables: { UploadMetadataTableName: second } })).toThrow(
        'pipeline Scans: its table UploadMetadataTableName is the UploadMetadataTableName of Here/Uploads too; one table serves one consumer of one pipeline, so give it a table of its own',
      );
    },
  );
});

describe('the archive', () => {
  test.each([
    [Duration.days(30), 30, '63'],
    [Duration.days(0), 0, '0'],
  ])('is kept for as long as the app says, and tombstones outlive it', (retention, days, tombstones) => {
    const stack = stackOf();
    pipeline(stack, 'Default', { archive: { retention } });
    const template = templateOf(stack);
    const { Environment } = resource(template, 'AWS::Lambda::Function', 'MetadataWriter').Properties;

    expect(resource(template, 'AWS::Events::Archive', 'EventArchive').Properties['RetentionDays']).toBe(days);
    expect(Environment.Variables.TOMBSTONE_TTL_DAYS).toBe(tombstones);
  });
});

test('a nested stack is refused, as its name is not known', () => {
  expect(() => pipeline(new NestedStack(stackOf(), 'Inside'), 'Uploads')).toThrow(
    'pipeline Uploads: its stack gets its name when it is deployed',
  );
});
