import { one, properties, type Regression } from './regression.ts';

const QUEUE = 'MetadataWriterQueuesQueue';

/** Mistakes in what resources there are, and what they are set to. */
export const RESOURCE_REGRESSIONS: readonly Regression[] = [
  {
    what: 'a function has a URL',
    caughtBy: 'nothing is made of a type that nobody has judged',
    change: (r) => {
      r['Url'] = { Type: 'AWS::Lambda::Url', Properties: { AuthType: 'NONE', TargetFunctionArn: 'x' } };
    },
  },
  {
    what: 'a function may be invoked by anybody',
    caughtBy: 'nothing is made of a type that nobody has judged',
    change: (r) => {
      r['Permission'] = {
        Type: 'AWS::Lambda::Permission',
        Properties: { Action: 'lambda:InvokeFunction', Principal: '*', FunctionName: 'x' },
      };
    },
  },
  {
    what: 'a user of IAM comes with a key',
    caughtBy: 'nothing is made of a type that nobody has judged',
    change: (r) => {
      r['Key'] = { Type: 'AWS::IAM::AccessKey', Properties: { UserName: 'x' } };
    },
  },
  {
    what: 'the ingest bucket may be made public',
    caughtBy: 'no bucket can be made public',
    change: (r) => {
      properties(r, 'IngestBucket').PublicAccessBlockConfiguration.BlockPublicPolicy = false;
    },
  },
  {
    what: 'a bucket has ACLs',
    caughtBy: 'every bucket belongs to its owner alone, and is encrypted',
    change: (r) => {
      delete properties(r, 'OutputBucket').OwnershipControls;
    },
  },
  {
    what: 'the output bucket keeps no versions',
    caughtBy: 'what is overwritten can be brought back',
    change: (r) => {
      properties(r, 'OutputBucket').VersioningConfiguration.Status = 'Suspended';
    },
  },
  {
    what: 'a queue is not encrypted',
    caughtBy: 'every queue is encrypted',
    change: (r) => {
      properties(r, QUEUE).SqsManagedSseEnabled = false;
    },
  },
  {
    what: 'letters of any queue are taken',
    caughtBy: 'a queue says which queues may send it their letters',
    change: (r) => {
      delete properties(r, 'MetadataWriterQueuesDeadLetterQueue').RedriveAllowPolicy;
    },
  },
  {
    what: 'a queue has no dead-letter queue',
    caughtBy: 'what cannot be delivered or worked on becomes a letter',
    change: (r) => {
      delete properties(r, QUEUE).RedrivePolicy;
    },
  },
  {
    what: 'a rule has no dead-letter queue',
    caughtBy: 'what cannot be delivered or worked on becomes a letter',
    change: (r) => {
      delete properties(r, 'LedgerExporterRule').Targets[0].DeadLetterConfig;
    },
  },
  {
    what: 'a message comes again while its function is at it',
    caughtBy: 'a message is hidden for six times as long as its function may take',
    change: (r) => {
      properties(r, QUEUE).VisibilityTimeout = 60;
    },
  },
  {
    what: 'one failed record fails its batch',
    caughtBy: 'a failed record does not take its batch along',
    change: (r) => {
      delete properties(r, 'LedgerExporterMapping').FunctionResponseTypes;
    },
  },
  {
    what: 'a rule hears any account',
    caughtBy: 'a rule hears S3 in this account and on this bucket alone',
    change: (r) => {
      delete properties(r, 'MetadataWriterRule').EventPattern.account;
    },
  },
  {
    what: 'a table cannot be brought back',
    caughtBy: 'a table can be brought back, and has no local index',
    change: (r) => {
      properties(r, 'UploadMetadata').PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled = false;
    },
  },
  {
    what: 'a log is kept for ever',
    caughtBy: 'a function is of Node 24, traced, and logs to a group that lets lines go',
    change: (r) => {
      delete properties(r, 'MetadataWriterLog').RetentionInDays;
    },
  },
  {
    what: 'a table goes or stays as the other stage’s does',
    caughtBy: 'what prod keeps stays when the stack goes, and dev leaves nothing behind unasked',
    change: (r) => {
      const table = one(r, 'ProcessedFiles');
      table.DeletionPolicy = table.DeletionPolicy === 'Retain' ? 'Delete' : 'Retain';
    },
  },
];
