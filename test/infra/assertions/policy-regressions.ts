import { allowing, properties, statements, type Regression } from './regression.ts';

const QUEUE = 'MetadataWriterQueuesQueue';
const CALLS = 'LedgerExporterHandlerCalls';

/** Mistakes in who is let in, and on whose behalf. */
export const POLICY_REGRESSIONS: readonly Regression[] = [
  {
    what: 'a queue takes messages of any rule',
    caughtBy: 'a service is let in on behalf of one resource or account',
    change: (r) => {
      delete allowing(r, `${QUEUE}Policy`, 'sqs:SendMessage').Condition;
    },
  },
  {
    what: 'a queue takes messages of rules whose ARN is like a pattern',
    caughtBy: 'a service is let in on behalf of one resource or account',
    change: (r) => {
      allowing(r, `${QUEUE}Policy`, 'sqs:SendMessage').Condition = {
        ArnLike: { 'aws:SourceArn': 'arn:aws:events:*:*:rule/*' },
      };
    },
  },
  {
    what: 'the alarm topic takes messages of alarms of any account',
    caughtBy: 'a service is let in on behalf of one resource or account',
    change: (r) => {
      delete allowing(r, 'AlarmTopicPolicy', 'sns:Publish').Condition;
    },
  },
  {
    what: 'the ingest bucket is read by another account',
    caughtBy: 'nobody but services is let in by the policy of a resource',
    change: (r) => {
      statements(r, 'IngestBucketPolicy').push({
        Effect: 'Allow',
        Action: 's3:GetObject',
        Principal: { AWS: 'arn:aws:iam::999999999999:root' },
        Resource: '*',
      });
    },
  },
  {
    what: 'the output bucket is read by anybody',
    caughtBy: 'nobody but services is let in by the policy of a resource',
    change: (r) => {
      statements(r, 'OutputBucketPolicy').push({
        Effect: 'Allow',
        Action: 's3:GetObject',
        Principal: '*',
        Resource: '*',
      });
    },
  },
  {
    what: 'a queue is open to whoever an identity provider vouches for',
    caughtBy: 'nobody but services is let in by the policy of a resource',
    change: (r) => {
      statements(r, `${QUEUE}Policy`).push({
        Effect: 'Allow',
        Action: 'sqs:ReceiveMessage',
        Principal: { Federated: 'cognito-identity.amazonaws.com' },
        Resource: '*',
      });
    },
  },
  {
    what: 'the Deny of a bucket leaves out a principal',
    caughtBy: 'no statement says all but what it names',
    change: (r) => {
      const [first] = statements(r, 'IngestBucketPolicy');
      first.NotPrincipal = first.Principal;
      delete first.Principal;
    },
  },
  {
    what: 'a role is allowed all actions but one',
    caughtBy: 'no statement says all but what it names',
    change: (r) => {
      statements(r, CALLS).push({ Effect: 'Allow', NotAction: 'iam:PassRole', Resource: '*' });
    },
  },
  {
    what: 'a role is taken on by another account',
    caughtBy: 'a role is taken on by Lambda, or by another service for this account, and by nobody else',
    change: (r) => {
      properties(r, 'LedgerExporterRole').AssumeRolePolicyDocument.Statement[0].Principal = {
        AWS: 'arn:aws:iam::999999999999:root',
      };
    },
  },
  {
    what: 'a role is taken on through a provider of identities',
    caughtBy: 'a role is taken on by Lambda, or by another service for this account, and by nobody else',
    change: (r) => {
      properties(r, 'MetadataWriterRole').AssumeRolePolicyDocument.Statement.push({
        Effect: 'Allow',
        Action: 'sts:AssumeRoleWithWebIdentity',
        Principal: { Federated: 'accounts.google.com' },
      });
    },
  },
  {
    what: 'a role is taken on by EC2',
    caughtBy: 'a role is taken on by Lambda, or by another service for this account, and by nobody else',
    change: (r) => {
      properties(r, 'CsvRowCounterRole').AssumeRolePolicyDocument.Statement[0].Principal.Service =
        'ec2.amazonaws.com';
    },
  },
  {
    what: 'the exporter may do anything to the ledger',
    caughtBy: 'every action of a role is written out',
    change: (r) => {
      allowing(r, CALLS, 's3:PutObject').Action = 's3:*';
    },
  },
  {
    what: 'the counter works on any table',
    caughtBy: 'every action that has a resource names it',
    change: (r) => {
      allowing(r, 'CsvRowCounterHandlerCalls', 'dynamodb:PutItem').Resource = '*';
    },
  },
  {
    what: 'a policy by itself lets a role read secrets',
    caughtBy: 'no function may delete, change a policy, take a role on or call another function',
    change: (r) => {
      r['Extra'] = {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyName: 'p',
          Roles: [{ Ref: 'x' }],
          PolicyDocument: {
            Statement: [
              {
                Effect: 'Allow',
                Action: 'secretsmanager:GetSecretValue',
                Resource: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret/a',
              },
            ],
          },
        },
      };
    },
  },
];
