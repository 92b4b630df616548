import { allowing, properties, statements, type Regression } from './regression.ts';

const QUEUE = 'MetadataWriterQueuesQueue';
const CALLS = 'LedgerExporterHandlerCalls';

/** Mistakes in what a role is bound to, and what operators may be given. */
export const BINDING_REGRESSIONS: readonly Regression[] = [
  {
    what: 'the exporter may delete from the ledger',
    caughtBy: 'no function may delete, change a policy, take a role on or call another function',
    change: (r) => {
      const statement = allowing(r, CALLS, 's3:PutObject');
      statement.Action = ['s3:PutObject', 's3:DeleteObject'];
    },
  },
  {
    what: 'the exporter writes to the ingest bucket',
    caughtBy: 'no function writes to the ingest bucket',
    change: (r) => {
      const [id] = Object.keys(r).filter((name) => name.startsWith('IngestBucket'));
      const statement = allowing(r, CALLS, 's3:PutObject');
      statement.Resource = { 'Fn::Join': ['', [{ 'Fn::GetAtt': [id, 'Arn'] }, '/ledger/*']] };
    },
  },
  {
    what: 'the counter reads the whole ingest bucket',
    caughtBy: 'no function reads all of the ingest bucket',
    change: (r) => {
      const statement = allowing(r, 'CsvRowCounterHandlerCalls', 's3:GetObject');
      statement.Resource['Fn::Join'][1][1] = '/*';
    },
  },
  {
    what: 'a role reads without its function',
    caughtBy: 'what a handler does with tables, buckets and its backoff is bound to its function',
    change: (r) => {
      delete allowing(r, 'CsvRowCounterHandlerCalls', 's3:GetObject').Condition;
    },
  },
  {
    what: 'a role is bound to another function',
    caughtBy: 'what a handler does with tables, buckets and its backoff is bound to its function',
    change: (r) => {
      allowing(r, CALLS, 's3:PutObject').Condition = allowing(
        r,
        'MetadataWriterHandlerCalls',
        'sqs:ChangeMessageVisibility',
      ).Condition;
    },
  },
  {
    what: 'the writer writes rows of any bucket',
    caughtBy: 'rows whose partition is a bucket are written for the ingest bucket alone',
    change: (r) => {
      delete allowing(r, 'MetadataWriterHandlerCalls', 'dynamodb:PutItem').Condition[
        'ForAllValues:StringEquals'
      ];
    },
  },
  {
    what: 'a request without a partition key passes for one with the right',
    caughtBy: 'rows whose partition is a bucket are written for the ingest bucket alone',
    change: (r) => {
      delete allowing(r, 'MetadataWriterHandlerCalls', 'dynamodb:PutItem').Condition.Null;
    },
  },
  {
    what: 'the ledger may be written over',
    caughtBy: 'nobody writes over the ledger',
    change: (r) => {
      const all = statements(r, 'OutputBucketPolicy');
      all.splice(
        all.findIndex(({ Sid }) => Sid === 'WriteOnce'),
        1,
      );
    },
  },
  {
    what: 'the ledger may be written over by all but one role',
    caughtBy: 'nobody writes over the ledger',
    change: (r) => {
      statements(r, 'OutputBucketPolicy').find(({ Sid }) => Sid === 'WriteOnce').Condition.ArnNotEquals = {
        'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/a',
      };
    },
  },
  {
    what: 'a queue takes plain HTTP',
    caughtBy: 'plain HTTP is denied everybody',
    change: (r) => {
      statements(r, `${QUEUE}Policy`).shift();
    },
  },
  {
    what: 'the operator’s policy is given to a function',
    caughtBy: 'what an operator may be given is attached to nobody',
    change: (r) => {
      properties(r, 'OperatorAct').Roles = [{ Ref: 'x' }];
    },
  },
  {
    what: 'an operator may write to the ledger',
    caughtBy: 'an operator may not change the pipeline itself, nor write what functions write',
    change: (r) => {
      const [id] = Object.keys(r).filter((name) => name.startsWith('OutputBucket'));
      statements(r, 'OperatorAct').push({
        Effect: 'Allow',
        Action: ['s3:PutObject'],
        Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [id, 'Arn'] }, '/*']] },
      });
    },
  },
  {
    what: 'an operator may delete versions day by day',
    caughtBy: 'nobody deletes a version without a second factor',
    change: (r) => {
      allowing(r, 'OperatorAct', 's3:DeleteObject').Action.push('s3:DeleteObjectVersion');
    },
  },
  {
    what: 'a destroyer needs a second factor only if there is one',
    caughtBy: 'a destroyer may do nothing without a second factor',
    change: (r) => {
      allowing(r, 'OperatorDestroy', 's3:ListBucketVersions').Condition = {
        BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' },
      };
    },
  },
  {
    what: 'an operator may read what users have put',
    caughtBy: 'of all objects people read the ledger’s alone',
    change: (r) => {
      const [id] = Object.keys(r).filter((name) => name.startsWith('IngestBucket'));
      allowing(r, 'OperatorRead', 's3:GetObject').Resource = {
        'Fn::Join': ['', [{ 'Fn::GetAtt': [id, 'Arn'] }, '/*']],
      };
    },
  },
  {
    what: 'an operator with a second factor may bypass a lock',
    caughtBy: 'nobody but a destroyer bypasses a lock',
    change: (r) => {
      const { PolicyDocument } =
        r[Object.keys(r).find((name) => name.startsWith('OperatorAct'))!]!.Properties;
      PolicyDocument.Statement.push({
        ...allowing(r, 'OperatorDestroy', 's3:BypassGovernanceRetention'),
        Action: 's3:BypassGovernanceRetention',
      });
    },
  },
  {
    what: 'an uploader may take letters',
    caughtBy: 'an uploader takes no message, and reads no log',
    change: (r) => {
      allowing(r, 'OperatorUpload', 'events:DescribeRule').Action = [
        'events:DescribeRule',
        'sqs:ReceiveMessage',
      ];
    },
  },
  {
    what: 'a role has a policy of AWS',
    caughtBy: 'a role has no policy from elsewhere',
    change: (r) => {
      properties(r, 'CsvRowCounterRole').ManagedPolicyArns.push('arn:aws:iam::aws:policy/AmazonS3FullAccess');
    },
  },
];
