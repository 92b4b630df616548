import { describe, expect, test } from 'vitest';
import { functionWith, PLACE, readStack, roleWith, type Resources } from './one-stack.ts';

const KEY: Resources = { Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Statement: [] } } } };
const KEY_ARN = { 'Fn::GetAtt': ['Key', 'Arn'] };
const ARN_OF_KEY = expect.stringMatching(
  new RegExp(`^arn:aws:kms:${PLACE.region}:${PLACE.accountId}:key/[0-9a-f-]{36}$`),
) as string;

/** A network as the CDK makes it, so far as functions name it. */
const NETWORK: Resources = {
  Net: { Type: 'AWS::EC2::VPC' },
  Subnet: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Net' } } },
  Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { VpcId: { Ref: 'Net' } } },
  Endpoint: {
    Type: 'AWS::EC2::VPCEndpoint',
    Properties: { VpcId: { Ref: 'Net' }, ServiceName: { 'Fn::Sub': 'com.amazonaws.${AWS::Region}.s3' } },
  },
};
const IN_NETWORK = {
  VpcConfig: {
    SubnetIds: [{ Ref: 'Subnet' }],
    SecurityGroupIds: [{ 'Fn::GetAtt': ['Group', 'GroupId'] }],
  },
};

const network = (...operations: readonly string[]) => ({
  Policies: [
    {
      PolicyName: 'network',
      PolicyDocument: {
        Statement: operations.map((operation) => ({
          Effect: 'Allow',
          Action: `ec2:${operation}`,
          Resource: '*',
        })),
      },
    },
  ],
});

const read = (resources: Resources) => {
  const lines: string[] = [];
  const plan = readStack(resources, {}, (line) => lines.push(line));
  return { plan, lines };
};

const table = (more: object) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    KeySchema: [{ AttributeName: 'a', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'a', AttributeType: 'S' }],
    ...more,
  },
});

const Topic = { Type: 'AWS::SNS::Topic', Properties: { KmsMasterKeyId: 'alias/ours' } };
const policyOf = (more: object): Resources => ({
  Policy: {
    Type: 'AWS::SNS::TopicPolicy',
    Properties: {
      Topics: [{ Ref: 'Topic' }],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 's3.amazonaws.com' },
            Action: 'sns:Publish',
            Resource: '*',
            ...more,
          },
        ],
      },
    },
  },
});

describe('a function', () => {
  test.each<[how: string, role: object]>([
    [
      'by statements of its own',
      network('CreateNetworkInterface', 'DescribeNetworkInterfaces', 'DeleteNetworkInterface'),
    ],
    [
      'by AWS’s own policy',
      {
        ManagedPolicyArns: [
          { 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole' },
        ],
      },
    ],
  ])('in a network, which its role may join %s, runs, and one line names the network', (_, role) => {
    const { plan, lines } = read({ Role: roleWith(role), Function: functionWith(IN_NETWORK), ...NETWORK });

    expect(plan.functions).toHaveLength(1);
    expect(lines).toEqual([
      'passed over: AWS::EC2::VPC Net and 3 more of AWS::EC2: no network is made, and functions reach whatever this machine reaches',
    ]);
  });

  test.each([
    ['CreateNetworkInterface', network('DescribeNetworkInterfaces', 'DeleteNetworkInterface')],
    ['DescribeNetworkInterfaces', network('CreateNetworkInterface')],
    ['CreateNetworkInterface', {}],
  ])('in a network is refused without ec2:%s, as by AWS', (missing, role) => {
    expect(() => read({ Role: roleWith(role), Function: functionWith(IN_NETWORK), ...NETWORK })).toThrow(
      new RegExp(
        `AWS::Lambda::Function "Function" in a network with the role Demo-Role, which does not allow ec2:${missing}; AWS would not make`,
      ),
    );
  });

  test('in no network needs no such permission, though VpcConfig says so', () => {
    const VpcConfig = { SubnetIds: [], SecurityGroupIds: [] };

    expect(read({ Role: roleWith(), Function: functionWith({ VpcConfig }) }).plan.functions).toHaveLength(1);
  });

  test('whose code AWS would want signed runs as it is, and a line says so', () => {
    const { plan, lines } = read({
      Role: roleWith(),
      Function: functionWith({ CodeSigningConfigArn: { Ref: 'Signing' } }),
      Signing: {
        Type: 'AWS::Lambda::CodeSigningConfig',
        Properties: {
          AllowedPublishers: {
            SigningProfileVersionArns: [{ 'Fn::GetAtt': ['Profile', 'ProfileVersionArn'] }],
          },
        },
      },
      Profile: { Type: 'AWS::Signer::SigningProfile', Properties: { PlatformId: 'AWSLambda-SHA384-ECDSA' } },
    });

    expect(plan.functions).toHaveLength(1);
    expect(lines).toEqual([
      'passed over: AWS::Lambda::CodeSigningConfig Signing and 1 more of AWS::Signer: no signature of code is looked at',
    ]);
  });

  test('may log to a group with a key that does not run here', () => {
    const { plan, lines } = read({
      Role: roleWith(),
      Function: functionWith({ LoggingConfig: { LogGroup: { Ref: 'Group' } } }),
      Group: { Type: 'AWS::Logs::LogGroup', Properties: { KmsKeyId: { Ref: 'Far' } } },
      Far: { Type: 'AWS::KMS::ReplicaKey' },
    });

    expect(plan.functions).toMatchObject([{ logGroupName: 'Demo-Group' }]);
    expect(lines).toEqual(['passed over: AWS::KMS::ReplicaKey Far: nothing of the pipeline needs it']);
  });
});

describe('backup', () => {
  test('is said in one line, whatever it selects', () => {
    const { plan, lines } = read({
      Bucket: { Type: 'AWS::S3::Bucket' },
      Vault: { Type: 'AWS::Backup::BackupVault' },
      Plan: { Type: 'AWS::Backup::BackupPlan' },
      Selection: {
        Type: 'AWS::Backup::BackupSelection',
        Properties: { BackupSelection: { Resources: [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }] } },
      },
    });

    expect(plan.buckets).toHaveLength(1);
    expect(lines).toEqual([
      'passed over: AWS::Backup::BackupVault Vault and 2 more of AWS::Backup: nothing is backed up',
    ]);
  });
});

describe('a queue', () => {
  test.each<[what: string, id: unknown, key: object]>([
    ['of the template', KEY_ARN, { id: ARN_OF_KEY, reuseSeconds: 600 }],
    ['by its alias', 'alias/ours', { id: 'alias/ours', reuseSeconds: 600 }],
    ['that AWS alone knows', { 'Fn::ImportValue': 'theirs' }, { reuseSeconds: 600 }],
  ])('has a key %s', (_, KmsMasterKeyId, key) => {
    const { plan } = read({
      ...KEY,
      Queue: {
        Type: 'AWS::SQS::Queue',
        Properties: { KmsMasterKeyId, KmsDataKeyReusePeriodSeconds: 600 },
      },
    });

    expect(plan.queues).toMatchObject([{ key }]);
  });

  test('has none where the template names none', () => {
    const { plan } = read({ Queue: { Type: 'AWS::SQS::Queue', Properties: { SqsManagedSseEnabled: true } } });

    expect(plan.queues[0]).not.toHaveProperty('key');
  });
});

describe('a bucket', () => {
  test.each<[what: string, logging: object, accessLog: object]>([
    [
      'to a bucket of the template',
      { DestinationBucketName: { Ref: 'Logs' }, LogFilePrefix: 'ingest/' },
      { bucket: 'demo-logs', prefix: 'ingest/' },
    ],
    ['to itself', { LogFilePrefix: 'log/' }, { bucket: 'demo-bucket', prefix: 'log/' }],
    [
      'to a bucket whose name AWS alone knows',
      { DestinationBucketName: { 'Fn::ImportValue': 'theirs' } },
      { bucket: undefined, prefix: '' },
    ],
  ])('knows where AWS would write who asked what of it: %s', (_, LoggingConfiguration, accessLog) => {
    const { plan } = read({
      Bucket: { Type: 'AWS::S3::Bucket', Properties: { LoggingConfiguration } },
      Logs: { Type: 'AWS::S3::Bucket' },
    });

    expect(plan.buckets[0]!.described.accessLog).toEqual(accessLog);
  });
});

describe('a key', () => {
  const keyWith = (properties: object): Resources => ({
    Key: { Type: 'AWS::KMS::Key', Properties: properties },
    Alias: {
      Type: 'AWS::KMS::Alias',
      Properties: { AliasName: 'alias/ours', TargetKeyId: KEY_ARN },
    },
  });
  const LOCKED = table({ SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: KEY_ARN } });

  test('is needed by a table or a queue alone, comes with its aliases, and tells who may use it', () => {
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'kms:Decrypt',
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    };
    const { plan, lines } = read({
      ...keyWith({ KeyPolicy: { Statement: [statement] } }),
      Table: LOCKED,
      Queue: { Type: 'AWS::SQS::Queue', Properties: { KmsMasterKeyId: 'alias/ours' } },
    });

    expect(lines).toEqual([]);
    expect(plan.keys).toEqual([
      {
        arn: ARN_OF_KEY,
        aliases: ['alias/ours'],
        policy: [
          {
            effect: 'Allow',
            principals: ['events.amazonaws.com'],
            actions: ['kms:Decrypt'],
            resources: ['*'],
            conditions: { StringEquals: { 'aws:SourceAccount': [PLACE.accountId] } },
          },
        ],
      },
    ]);
    expect(plan.tables).toMatchObject([{ keyId: plan.keys![0]!.arn }]);
  });

  test('of a global table is its replica’s', () => {
    const { plan } = read({
      ...KEY,
      Table: {
        ...table({
          SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
          Replicas: [{ Region: PLACE.region, SSESpecification: { KMSMasterKeyId: KEY_ARN } }],
        }),
        Type: 'AWS::DynamoDB::GlobalTable',
      },
    });

    expect(plan.tables).toMatchObject([{ keyId: ARN_OF_KEY }]);
    expect(plan.keys).toHaveLength(1);
  });

  test('without a policy leaves it to its account', () => {
    const { plan } = read({ ...keyWith({}), Table: LOCKED });

    expect(plan.keys).toMatchObject([
      { policy: [{ principals: [`arn:aws:iam::${PLACE.accountId}:root`], actions: ['kms:*'] }] },
    ]);
  });

  test('whose policy cannot be evaluated asks nobody, and a line says why', () => {
    const { plan, lines } = read({
      ...keyWith({
        KeyPolicy: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: '*',
              Action: 'kms:*',
              Resource: '*',
              Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } },
            },
          ],
        },
      }),
      Table: LOCKED,
    });

    expect(plan.keys?.[0]).not.toHaveProperty('policy');
    expect(lines).toEqual([
      expect.stringMatching(
        /^passed over: the policy of arn:aws:kms:\S+: nobody is asked who may use it: .*aws:PrincipalOrgID/,
      ),
    ]);
  });

  test('that encrypts nothing here is passed over, its policy unread', () => {
    const { plan, lines } = read({
      Queue: { Type: 'AWS::SQS::Queue' },
      Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { 'Fn::Transform': {} } } },
    });

    expect(plan).not.toHaveProperty('keys');
    expect(lines).toEqual(['passed over: AWS::KMS::Key Key: nothing of the pipeline needs it']);
  });
});

describe('a topic', () => {
  const Bucket = {
    Type: 'AWS::S3::Bucket',
    Properties: {
      NotificationConfiguration: {
        TopicConfigurations: [{ Event: 's3:ObjectCreated:*', Topic: { Ref: 'Topic' } }],
      },
    },
  };

  test('that a bucket publishes to comes with who may', () => {
    const { plan, lines } = read({ Topic, Bucket, ...policyOf({}) });

    expect(lines).toEqual([]);
    expect(plan.topics).toMatchObject([
      {
        arn: `arn:aws:sns:${PLACE.region}:${PLACE.accountId}:Demo-Topic`,
        keyId: 'alias/ours',
        policy: [{ principals: ['s3.amazonaws.com'], actions: ['sns:Publish'] }],
      },
    ]);
  });

  test.each<[how: string, policy: Resources]>([
    ['without a policy', {}],
    ['that lets another service in', policyOf({ Principal: { Service: 'events.amazonaws.com' } })],
  ])('%s is refused to a bucket, as by AWS', (_, policy) => {
    expect(() => read({ Topic, Bucket, ...policy })).toThrow(
      /the bucket demo-bucket with such notifications.*Demo-Topic: it does not allow s3.amazonaws.com sns:Publish/,
    );
  });

  test('whose policy cannot be evaluated takes what comes, and a line says why', () => {
    const { plan, lines } = read({
      Topic,
      Bucket,
      ...policyOf({ Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }),
    });

    expect(plan.topics?.[0]).not.toHaveProperty('policy');
    expect(lines).toEqual([
      expect.stringMatching(/^passed over: the policy of arn:aws:sns:.*aws:PrincipalOrgID/),
    ]);
  });
});
