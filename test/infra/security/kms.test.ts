import { App } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { stageFromContext } from '../../../infra/stage.ts';
import {
  resource,
  resourcesOfType,
  synthesize,
  type PipelineTemplate,
  type RoleStatement,
} from '../support/pipeline-template.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The key's logical id. */
const keyOf = (template: PipelineTemplate): string =>
  resourcesOfType(template, 'AWS::KMS::Key').map(([id]) => id)[0]!;

const arnOf = (template: PipelineTemplate) => ({ 'Fn::GetAtt': [keyOf(template), 'Arn'] });

/** What each resource that keeps something says of its encryption, by logical id. */
function encryptionIn(template: PipelineTemplate): Record<string, unknown> {
  return Object.fromEntries(
    [
      ['AWS::S3::Bucket', 'BucketEncryption'],
      ['AWS::SQS::Queue', 'KmsMasterKeyId'],
      ['AWS::DynamoDB::Table', 'SSESpecification'],
      ['AWS::Logs::LogGroup', 'KmsKeyId'],
      ['AWS::SNS::Topic', 'KmsMasterKeyId'],
    ].flatMap(([type = '', property = '']) =>
      resourcesOfType(template, type)
        // S3 delivers logs to no bucket that a key of KMS encrypts
        .filter(([id]) => !id.startsWith('AccessLogBucket'))
        .map(([id, { Properties }]) => [id, Properties[property]]),
    ),
  );
}

describe.each(['dev', 'prod'])('the context kms in %s', (stage) => {
  const template = synthesize({ stage, kms: 'true' });
  const key = JSON.stringify(arnOf(template));

  test('has the pipeline’s own key encrypt buckets, queues, tables, logs and the topic', () => {
    const encryption = encryptionIn(template);

    expect(Object.keys(encryption).length).toBeGreaterThan(15);
    expect(
      Object.entries(encryption).filter(([, said]) => !JSON.stringify(said ?? null).includes(key)),
    ).toEqual([]);
  });

  test('leaves out what only a key of the services has', () => {
    for (const [, { Properties }] of resourcesOfType(template, 'AWS::SQS::Queue')) {
      expect(Properties).not.toHaveProperty('SqsManagedSseEnabled');
    }
    for (const [id, { Properties }] of resourcesOfType(template, 'AWS::S3::Bucket')) {
      if (id.startsWith('AccessLogBucket')) continue;
      expect(Properties['BucketEncryption'].ServerSideEncryptionConfiguration).toEqual([
        {
          BucketKeyEnabled: true,
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: arnOf(template) },
        },
      ]);
    }
  });

  test('keeps the key for as long as what it encrypts', () => {
    const [, made] = resourcesOfType(template, 'AWS::KMS::Key')[0]!;

    expect(made.DeletionPolicy).toBe(stage === 'prod' ? 'Retain' : 'Delete');
    expect(made.Properties['EnableKeyRotation']).toBe(true);
  });

  test('lets services use the key for this account alone, and make grants for resources alone', () => {
    const { Statement } = resource(template, 'AWS::KMS::Key', 'Key').Properties['KeyPolicy'];
    const services = Statement.filter(
      ({ Principal }: { Principal: { Service?: unknown } }) => Principal.Service,
    );

    expect(services.map(({ Sid }: { Sid: string }) => Sid).toSorted()).toEqual([
      'AllowAlarmsOfThisAccount',
      'LogsOfThisAccount',
      'RulesFillQueues',
    ]);
    for (const { Condition } of services) expect(JSON.stringify(Condition)).toContain('AWS::AccountId');
    expect(Statement).toContainEqual({
      Sid: 'OnlyServicesGrant',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'kms:CreateGrant',
      Resource: '*',
      Condition: {
        BoolIfExists: { 'kms:GrantIsForAWSResource': 'false', 'aws:PrincipalIsAWSService': 'false' },
      },
    });
  });

  test('lets each role do with the key what its queue and its stores ask, and nothing else', () => {
    expect(keyActions(template)).toEqual({
      MetadataWriterRolePolicy: [...USED_BY_QUEUES, ...USED_BY_TABLES].toSorted(),
      CsvRowCounterRolePolicy: [...USED_BY_QUEUES, ...USED_BY_TABLES].toSorted(),
      LedgerExporterRolePolicy: USED_BY_QUEUES,
      OperatorRead: ['kms:Decrypt', 'kms:DescribeKey'],
      OperatorAct: USED_BY_QUEUES,
      OperatorUpload: [...USED_BY_QUEUES, 'kms:DescribeKey'].toSorted(),
      ...(stage === 'prod' && { BackupPolicy: USED_BY_BACKUPS }),
    });
  });
});

const USED_BY_QUEUES = ['kms:Decrypt', 'kms:GenerateDataKey'];
const USED_BY_BACKUPS = ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'];
const USED_BY_TABLES = [
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** Policy → what it may do with the key. */
function keyActions(template: PipelineTemplate): Record<string, readonly string[]> {
  const found = Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) => {
    if (Type !== 'AWS::IAM::ManagedPolicy') return [];
    const { Statement } = Properties['PolicyDocument'] as { Statement: readonly RoleStatement[] };
    const actions = Statement.filter(({ Action }) =>
      [Action].flat().some((action) => action.startsWith('kms:')),
    ).map((statement) => {
      expect(statement.Resource).toEqual(arnOf(template));
      return [statement.Action].flat();
    });
    return actions.length === 0 ? [] : [[id.replace(/[0-9A-F]{8}$/, ''), actions.flat()]];
  });
  return Object.fromEntries(found);
}

describe('the context kms', () => {
  test('asks for nothing where it is false', () => {
    expect(resourcesOfType(synthesize({ kms: 'false' }), 'AWS::KMS::Key')).toEqual([]);
  });

  test.each([['yes'], [1], ['']])('cannot be %j', (kms) => {
    expect(() => stageFromContext(new App({ context: { kms }, outdir: temporaryFolder() }).node)).toThrow(
      `context kms is ${JSON.stringify(kms)}: it must be true or false`,
    );
  });
});
