import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readAssembly } from '../../local/assembly.ts';
import { MissingAssemblyError } from '../../local/assembly/cloud-assembly.ts';
import { PLACE, readStack as read, type Resources } from './assembly/one-stack.ts';

const queue = (properties: object = {}) => ({ Queue: { Type: 'AWS::SQS::Queue', Properties: properties } });

const trust = (Service: string, Effect = 'Allow') => ({
  Version: '2012-10-17',
  Statement: [{ Effect, Principal: { Service }, Action: 'sts:AssumeRole' }],
});

const ROLE = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: trust('lambda.amazonaws.com'),
    Policies: [
      {
        PolicyName: 'own',
        PolicyDocument: {
          Statement: [
            { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
          ],
        },
      },
    ],
  },
};

/** A role with one statement of its own. */
const roleWith = (statement: object | undefined): Resources => ({
  Role: {
    ...ROLE,
    Properties: {
      ...ROLE.Properties,
      Policies:
        statement === undefined ? [] : [{ PolicyName: 'own', PolicyDocument: { Statement: [statement] } }],
    },
  },
});

const STATEMENT = { Effect: 'Allow', Action: 'sqs:PurgeQueue', Resource: '*' };

const managed = (more: object) => ({
  Type: 'AWS::IAM::ManagedPolicy',
  Properties: { Description: 'd', Path: '/', PolicyDocument: { Statement: [STATEMENT] }, ...more },
});

const queuePolicyOf = (statement: object): Resources => ({
  ...queue(),
  Policy: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: { Statement: [statement] } },
  },
});

const NO_DELETE = { Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject', Resource: '*' };

const bucketPolicyOf = (statement: object): Resources => ({
  Bucket: { Type: 'AWS::S3::Bucket' },
  Policy: {
    Type: 'AWS::S3::BucketPolicy',
    Properties: { Bucket: { Ref: 'Bucket' }, PolicyDocument: { Statement: [statement] } },
  },
});

const FUNCTION = {
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { S3Bucket: { 'Fn::Sub': 'assets-${AWS::AccountId}-${AWS::Region}' }, S3Key: 'a1.zip' },
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    Environment: { Variables: { QUEUE_URL: { Ref: 'Queue' } } },
  },
};

const table = (more: Readonly<Record<string, unknown>>) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    KeySchema: [{ AttributeName: 'a', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'a', AttributeType: 'S' }],
    ...more,
  },
});

/** A rule with one target, and things that do not run here. */
const rule = (target: object): Resources => ({
  Rule: {
    Type: 'AWS::Events::Rule',
    Properties: { EventPattern: { source: ['aws.s3'] }, Targets: [{ Id: 'T', ...target }] },
  },
  Topic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: 'Alarm' } },
  Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { DefinitionString: '{}' } },
  Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'partner' } },
});

const eventsRole = (Condition?: object) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sts:AssumeRole',
          ...(Condition !== undefined && { Condition }),
        },
      ],
    },
  },
});

/** The ARN of one of AWS's own policies. */
const ofAws = (name: string) => ({
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::aws:policy/service-role/${name}`]],
});

describe('readAssembly', () => {
  test("gives a function what AWS's own policies for functions allow", () => {
    const { functions } = read({
      ...queue(),
      Role: {
        ...ROLE,
        Properties: {
          AssumeRolePolicyDocument: trust('lambda.amazonaws.com'),
          ManagedPolicyArns: [ofAws('AWSLambdaBasicExecutionRole'), ofAws('AWSLambdaSQSQueueExecutionRole')],
        },
      },
      Function: FUNCTION,
    });

    expect(functions[0]!.statements.flatMap(({ actions }) => actions)).toEqual(
      expect.arrayContaining(['logs:PutLogEvents', 'sqs:DeleteMessage']),
    );
  });

  test('makes a bucket for one that is in AWS already: its events are off, and its key is named', () => {
    const { buckets } = read(
      { Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: {} } } },
      {
        UploadsIngestBucketName: { Value: 'theirs' },
        UploadsExistingBucket: {
          Value: { 'Fn::Sub': '{"versioned":true,"keyArn":"${Key.Arn}"}' },
        },
        OthersIngestBucketName: { Value: 'plain' },
        OthersExistingBucket: { Value: '{"versioned":false}' },
      },
    );

    expect(buckets).toEqual([
      expect.objectContaining({
        name: 'theirs',
        versioned: true,
        eventBridge: false,
        lifecycleRules: [],
        described: expect.objectContaining({
          encryption: 'aws:kms',
          kmsKeyId: expect.stringMatching(
            /^arn:aws:kms:eu-west-1:000000000000:key\/[0-9a-f-]{36}$/,
          ) as string,
        }) as object,
      }),
      expect.objectContaining({
        name: 'plain',
        versioned: false,
        eventBridge: false,
        described: expect.objectContaining({ encryption: 'AES256' }) as object,
      }),
    ]);
  });

  test.each([
    ['no JSON', 'yes', /ExistingBucket is no JSON: yes/],
    [
      'without the one thing that a name does not tell',
      '{}',
      /ExistingBucket.versioned is undefined: write true or/,
    ],
    ['with more than is known', '{"versioned":true,"colour":1}', /ExistingBucket.colour is 1: nobody knows/],
  ])('refuses an existing bucket that is %s', (_, text, words) => {
    const outputs = { IngestBucketName: { Value: 'theirs' }, ExistingBucket: { Value: text } };
    expect(() => read({}, outputs)).toThrow(words);
  });

  test('accepts keys: of buckets, queues and functions, and what roles may do with them under conditions', () => {
    const key = { 'Fn::GetAtt': ['Key', 'Arn'] };
    const { buckets, functions, queues } = read({
      Key: { Type: 'AWS::KMS::Key' },
      ...queue({ KmsMasterKeyId: key, KmsDataKeyReusePeriodSeconds: 300 }),
      Bucket: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketEncryption: {
            ServerSideEncryptionConfiguration: [
              {
                BucketKeyEnabled: true,
                ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { Ref: 'Key' } },
              },
            ],
          },
        },
      },
      ...roleWith({
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Resource: key,
        Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } },
      }),
      Function: { ...FUNCTION, Properties: { ...FUNCTION.Properties, KmsKeyArn: key } },
    });

    expect(queues).toHaveLength(1);
    expect(functions[0]!.statements).toMatchObject([
      {
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        conditions: { StringEquals: { 'kms:ViaService': ['s3.eu-west-1.amazonaws.com'] } },
      },
    ]);
    expect(buckets[0]!.described).toMatchObject({
      encryption: 'aws:kms',
      hasBucketKey: true,
      kmsKeyId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
  });

  test.each([
    ['a topic', { Ref: 'Topic' }, 'arn:aws:sns:eu-west-1:000000000000:Demo-Topic'],
    [
      'a state machine',
      { Ref: 'Machine' },
      'arn:aws:states:eu-west-1:000000000000:stateMachine:Demo-Machine',
    ],
    ['a bus', { 'Fn::GetAtt': ['Bus', 'Arn'] }, 'arn:aws:events:eu-west-1:000000000000:event-bus/partner'],
  ])('plans a rule that sends to %s, with its role', (_, target, arn) => {
    const { rules, targetRoles } = read({
      ...rule({ Arn: target, RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } }),
      Role: eventsRole({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } }),
    });

    const roleArn = 'arn:aws:iam::000000000000:role/Demo-Role';
    expect(rules[0]!.targets).toEqual([expect.objectContaining({ arn, roleArn })]);
    expect(targetRoles).toEqual([
      {
        name: 'Demo-Role',
        arn: roleArn,
        statements: [],
        trust: [
          expect.objectContaining({
            principals: ['events.amazonaws.com'],
            conditions: { StringEquals: { 'aws:SourceAccount': ['000000000000'] } },
          }),
        ],
      },
    ]);
  });

  test('gives every queue a name, an ARN, and a URL on the loopback endpoint', () => {
    const { queues } = read(queue({ VisibilityTimeout: 180 }));

    expect(queues).toEqual([
      expect.objectContaining({
        name: 'Demo-Queue',
        arn: 'arn:aws:sqs:eu-west-1:000000000000:Demo-Queue',
        url: 'http://127.0.0.1:4566/000000000000/Demo-Queue',
        visibilityTimeoutSeconds: 180,
        messageRetentionSeconds: 345_600,
      }),
    ]);
  });

  test('resolves what refers to other resources, in policies, environments and outputs', () => {
    const { functions, outputs } = read(
      { ...queue(), Role: ROLE, Function: FUNCTION },
      {
        Url: { Value: { Ref: 'Queue' } },
        Text: { Value: { 'Fn::Join': ['/', ['a', { 'Fn::Select': ['1', { 'Fn::Split': [':', 'b:c'] }] }]] } },
      },
    );

    expect(functions[0]).toMatchObject({
      handler: 'index.handler',
      timeoutSeconds: 3,
      memoryMb: 128,
      environment: { QUEUE_URL: 'http://127.0.0.1:4566/000000000000/Demo-Queue' },
      roleName: 'Demo-Role',
      statements: [
        {
          effect: 'Allow',
          actions: ['sqs:SendMessage'],
          resources: ['arn:aws:sqs:eu-west-1:000000000000:Demo-Queue'],
        },
      ],
    });
    expect(functions[0]?.codeDir).toMatch(/asset\.a1$/);
    expect(outputs).toEqual({ Url: 'http://127.0.0.1:4566/000000000000/Demo-Queue', Text: 'a/c' });
  });

  test('keeps the hash at the end of a logical ID when a name grows too long', () => {
    const logicalId = `${'VeryLong'.repeat(8)}0A1B2C3D`;
    const { buckets } = read({ [logicalId]: { Type: 'AWS::S3::Bucket' } });

    expect(buckets[0]?.name).toHaveLength(63);
    expect(buckets[0]?.name).toMatch(/^demo-verylong.*-0a1b2c3d$/);
  });

  test.each<[how: string, resources: Resources, statements: unknown[]]>([
    [
      'that names its roles',
      { Role: ROLE, Policy: managed({ Roles: [{ Ref: 'Role' }] }) },
      [
        expect.objectContaining({ actions: ['sqs:SendMessage'] }),
        expect.objectContaining({ actions: ['sqs:PurgeQueue'] }),
      ],
    ],
    [
      'that a role names',
      {
        Role: { ...ROLE, Properties: { ...ROLE.Properties, ManagedPolicyArns: [{ Ref: 'Policy' }] } },
        Policy: managed({}),
      },
      [
        expect.objectContaining({ actions: ['sqs:SendMessage'] }),
        expect.objectContaining({ actions: ['sqs:PurgeQueue'] }),
      ],
    ],
    [
      'that is attached to nobody',
      { Role: ROLE, Policy: managed({}) },
      [expect.objectContaining({ actions: ['sqs:SendMessage'] })],
    ],
  ])('honours a managed policy %s', (_, resources, statements) => {
    const { functions } = read({ ...queue(), Function: FUNCTION, ...resources });

    expect(functions[0]?.statements).toEqual(statements);
  });

  test('attaches a queue policy to its queues', () => {
    const { queues } = read({
      ...queue(),
      Policy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: {
          Queues: [{ Ref: 'Queue' }],
          PolicyDocument: {
            Statement: {
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: '*',
              Condition: { ArnEquals: { 'aws:SourceArn': 'arn:x' } },
            },
          },
        },
      },
    });

    expect(queues[0]?.policy).toEqual([
      {
        effect: 'Allow',
        actions: ['sqs:SendMessage'],
        resources: ['*'],
        principals: ['events.amazonaws.com'],
        conditions: { ArnEquals: { 'aws:SourceArn': ['arn:x'] } },
      },
    ]);
  });

  test.each<[what: string, resources: Resources, named: RegExp]>([
    [
      'a type it does not know',
      { ...queue({ DelaySeconds: { Ref: 'Stream' } }), Stream: { Type: 'AWS::Kinesis::Stream' } },
      /AWS::Kinesis::Stream "Stream"/,
    ],
    [
      'a target that is neither a queue nor one that is recorded',
      rule({ Arn: 'arn:aws:kinesis:eu-west-1:000000000000:stream/s' }),
      /"Rule" Targets\[0\] Arn "arn:aws:kinesis/,
    ],
    [
      'a bus that sends to itself',
      rule({ Arn: 'arn:aws:events:eu-west-1:000000000000:event-bus/default' }),
      /"Rule" Targets\[0\] Arn ".*event-bus\/default"/,
    ],
    [
      'a target whose role is of elsewhere',
      rule({ Arn: { Ref: 'Topic' }, RoleArn: 'arn:aws:iam::1:role/far' }),
      /the rule Demo-Rule with a role from outside the template: arn:aws:iam::1:role\/far/,
    ],
    [
      'a target that gets another text than the event',
      rule({ Arn: { Ref: 'Topic' }, InputPath: '$.detail' }),
      /"Rule" Targets\[0\] InputPath "\$.detail"/,
    ],
    [
      'a role for targets whose trust policy nobody here can evaluate',
      {
        ...rule({ Arn: { Ref: 'Topic' }, RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } }),
        Role: eventsRole({ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }),
      },
      /AWS::IAM::Role "Role" AssumeRolePolicyDocument with the key aws:PrincipalOrgID in a Condition/,
    ],
    ['a property it does not know', queue({ Frobnicate: 1 }), /AWS::SQS::Queue "Queue" Frobnicate 1/],
    ['a FIFO queue', queue({ FifoQueue: true }), /"Queue" FifoQueue true/],
    [
      'a redrive policy with more than it knows',
      queue({ RedrivePolicy: { deadLetterTargetArn: 'arn:x', maxReceiveCount: 5, after: 'a day' } }),
      /"Queue" RedrivePolicy after "a day"/,
    ],
    [
      'a redrive allow policy of another kind',
      queue({ RedriveAllowPolicy: { redrivePermission: 'allowSome' } }),
      /"Queue" RedriveAllowPolicy redrivePermission "allowSome"/,
    ],
    [
      'the invocations of an alias',
      {
        ...queue(),
        Config: {
          Type: 'AWS::Lambda::EventInvokeConfig',
          Properties: { FunctionName: 'f', Qualifier: 'live' },
        },
      },
      /"Config" Qualifier "live"/,
    ],
    ['a condition', { Q: { ...queue().Queue, Condition: 'IsProd' } }, /"Q" Condition "IsProd"/],
    ['an intrinsic it does not know', queue({ DelaySeconds: { 'Fn::FindInMap': ['a'] } }), /Fn::FindInMap/],
    ['a reference to nothing', queue({ DelaySeconds: { Ref: 'Nobody' } }), /"Nobody"/],
    [
      'a schedule',
      {
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: { EventPattern: {}, ScheduleExpression: 'rate(1 day)' },
        },
      },
      /ScheduleExpression/,
    ],
    [
      'a role with managed policies',
      { Role: { ...ROLE, Properties: { ...ROLE.Properties, Policies: [], ManagedPolicyArns: ['arn:x'] } } },
      /ManagedPolicyArns/,
    ],
    ...(
      [
        ['which another service may assume', trust('ec2.amazonaws.com')],
        ['which Lambda is denied', trust('lambda.amazonaws.com', 'Deny')],
        ['which nobody may assume', { Statement: [] }],
      ] satisfies [string, object][]
    ).map(([how, AssumeRolePolicyDocument]): [string, Resources, RegExp] => [
      `a function with a role ${how}`,
      {
        ...queue(),
        Role: { ...ROLE, Properties: { ...ROLE.Properties, AssumeRolePolicyDocument } },
        Function: FUNCTION,
      },
      /AWS::Lambda::Function "Function" with the role Demo-Role, which Lambda may not assume/,
    ]),
    [
      'a role with a permissions boundary',
      { Role: { ...ROLE, Properties: { ...ROLE.Properties, Policies: [], PermissionsBoundary: 'arn:x' } } },
      /"Role" PermissionsBoundary "arn:x"/,
    ],
    ...['NotAction', 'NotResource', 'NotPrincipal'].map((name): [string, Resources, RegExp] => [
      `a statement with ${name}`,
      roleWith({ Effect: 'Allow', ...(name !== 'NotAction' && { Action: 's3:*' }), [name]: 'x' }),
      new RegExp(`${name} "x"`),
    ]),
    [
      'a condition in a role on a key that is not known',
      roleWith({ Effect: 'Allow', Action: 's3:*', Resource: '*', Condition: { Bool: { 'aws:x': 'true' } } }),
      /"Role" with the key aws:x in a Condition/,
    ],
    [
      'a condition in a role with an operator that is not known',
      roleWith({
        Effect: 'Allow',
        Action: 's3:*',
        Resource: '*',
        Condition: { DateLessThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } },
      }),
      /"Role" with the operator DateLessThan in a Condition/,
    ],
    [
      'a managed policy of a user',
      { Policy: managed({ Users: ['somebody'] }) },
      /AWS::IAM::ManagedPolicy "Policy" Users \["somebody"\]/,
    ],
    [
      'a policy of a group',
      {
        ...roleWith(undefined),
        Policy: {
          Type: 'AWS::IAM::Policy',
          Properties: {
            PolicyName: 'p',
            Roles: [{ Ref: 'Role' }],
            Groups: ['g'],
            PolicyDocument: { Statement: [] },
          },
        },
      },
      /Groups \["g"\]/,
    ],
    [
      'a queue policy with a condition that is not known',
      queuePolicyOf({
        Effect: 'Deny',
        Principal: '*',
        Action: 'sqs:*',
        Resource: '*',
        Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
      }),
      /aws:SourceIp/,
    ],
    [
      'a bucket policy with a condition that is not known',
      bucketPolicyOf({ ...NO_DELETE, Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } } }),
      /AWS::S3::BucketPolicy "Policy" with the key aws:SourceVpce in a Condition: .*s3:DeleteObject/,
    ],
    [
      'another language',
      {
        ...queue(),
        Role: ROLE,
        Function: { ...FUNCTION, Properties: { ...FUNCTION.Properties, Runtime: 'python3.13' } },
      },
      /Runtime "python3.13"/,
    ],
    [
      'a local secondary index',
      { Table: table({ LocalSecondaryIndexes: [{ IndexName: 'ByDate' }] }) },
      /AWS::DynamoDB::Table "Table" LocalSecondaryIndexes .*ByDate/,
    ],
    [
      'what nobody knows of an index',
      {
        Table: table({
          GlobalSecondaryIndexes: [
            { IndexName: 'I', KeySchema: [], Projection: { ProjectionType: 'ALL' }, Compression: 'zstd' },
          ],
        }),
      },
      /AWS::DynamoDB::Table "Table" GlobalSecondaryIndexes\[0\] Compression "zstd"/,
    ],
    [
      'an encryption that nobody knows',
      {
        Bucket: {
          Type: 'AWS::S3::Bucket',
          Properties: {
            BucketEncryption: {
              ServerSideEncryptionConfiguration: [
                { ServerSideEncryptionByDefault: { SSEAlgorithm: 'rot13' } },
              ],
            },
          },
        },
      },
      /SSEAlgorithm "rot13"/,
    ],
  ])('refuses %s by name', (_, resources, named) => {
    expect(() => read(resources)).toThrow(named);
    expect(() => read(resources)).toThrow(/^the local runtime does not support/);
  });

  test('takes a queue policy that denies a role, and a bucket policy that denies a delete', () => {
    const deniesRole = {
      Effect: 'Deny',
      Principal: { AWS: 'arn:aws:iam::000000000000:role/x' },
      Action: 'sqs:*',
      Resource: '*',
    };
    expect(read(queuePolicyOf(deniesRole)).queues[0]!.policy).toEqual([
      {
        effect: 'Deny',
        actions: ['sqs:*'],
        resources: ['*'],
        principals: ['arn:aws:iam::000000000000:role/x'],
      },
    ]);
    expect(read(bucketPolicyOf(NO_DELETE)).buckets[0]!.policy).toEqual([
      { effect: 'Deny', actions: ['s3:DeleteObject'], resources: ['*'], principals: ['*'] },
    ]);
  });

  test('says how to make an assembly where there is none', () => {
    const empty = mkdtempSync(join(tmpdir(), 'sluice-empty-'));

    expect(() => readAssembly({ ...PLACE, directory: empty })).toThrow(MissingAssemblyError);
    expect(() => readAssembly({ ...PLACE, directory: empty })).toThrow(/run: npm run synth/);
  });
});
