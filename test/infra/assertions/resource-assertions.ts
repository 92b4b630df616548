import type { PipelineTemplate, Resource } from '../support/pipeline-template.ts';
import type { Assertion } from './assertion.ts';
import { ofTypes, text } from './policy-view.ts';

/** What a pipeline is made of; a type that is not here has to be judged first: what it may do, and what its policies are. */
const TYPES =
  /^AWS::(S3::(Bucket|BucketPolicy)|SQS::(Queue|QueuePolicy)|DynamoDB::Table|Events::(Rule|Archive)|Lambda::(Function|EventSourceMapping)|Logs::(LogGroup|QueryDefinition)|IAM::(Role|Policy|ManagedPolicy)|SNS::(Topic|TopicPolicy|Subscription)|CloudWatch::(Alarm|CompositeAlarm|Dashboard)|Backup::(BackupPlan|BackupVault|BackupSelection))$/;

type Properties = Resource['Properties'];

/** Those of some types, as a line each where the properties are not as they must be. */
const judged =
  (types: string[], isRight: (properties: Properties, template: PipelineTemplate) => boolean, what: string) =>
  (template: PipelineTemplate): readonly string[] =>
    ofTypes(template, ...types)
      .filter(([, { Properties }]) => !isRight(Properties, template))
      .map(([id]) => `${id}: ${what}`);

const named = (template: PipelineTemplate, type: string, name: string): Properties =>
  ofTypes(template, type).find(([one]) => one === name)?.[1].Properties ?? {};

/** What resources are set to. */
export const RESOURCE_ASSERTIONS: readonly Assertion[] = [
  {
    name: 'nothing is made of a type that nobody has judged',
    violations: ({ Resources }) =>
      Object.entries(Resources)
        .filter(([, { Type }]) => !TYPES.test(Type))
        .map(([id, { Type }]) => `${Type} ${id}`),
  },
  {
    name: 'no bucket can be made public',
    violations: judged(
      ['AWS::S3::Bucket'],
      ({ PublicAccessBlockConfiguration: block = {} }) =>
        ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'].every(
          (name) => block[name] === true,
        ),
      'public access is not blocked altogether',
    ),
  },
  {
    name: 'every bucket belongs to its owner alone, and is encrypted',
    violations: judged(
      ['AWS::S3::Bucket'],
      ({ OwnershipControls, BucketEncryption, AccessControl }) =>
        OwnershipControls?.Rules?.[0]?.ObjectOwnership === 'BucketOwnerEnforced' &&
        BucketEncryption !== undefined &&
        AccessControl === undefined,
      'ACLs are on, or nothing encrypts it',
    ),
  },
  {
    name: 'what is overwritten can be brought back',
    violations: (template) =>
      ofTypes(template, 'AWS::S3::Bucket')
        .filter(([id]) => /^(Ingest|Output)Bucket$/.test(id))
        .filter(([, { Properties }]) => Properties['VersioningConfiguration']?.Status !== 'Enabled')
        .map(([id]) => `${id} is not versioned`),
  },
  {
    name: 'every queue is encrypted',
    violations: judged(
      ['AWS::SQS::Queue'],
      ({ SqsManagedSseEnabled, KmsMasterKeyId }) =>
        SqsManagedSseEnabled === true || KmsMasterKeyId !== undefined,
      'nothing encrypts it',
    ),
  },
  {
    name: 'a queue says which queues may send it their letters',
    violations: (template) =>
      ofTypes(template, 'AWS::SQS::Queue')
        .filter(([id]) => id.endsWith('DeadLetterQueue'))
        .filter(
          ([, { Properties }]) =>
            !['byQueue', 'denyAll'].includes(Properties['RedriveAllowPolicy']?.redrivePermission),
        )
        .map(([id]) => `${id} takes letters of any queue`),
  },
  {
    name: 'what cannot be delivered or worked on becomes a letter',
    violations: (template) => [
      ...ofTypes(template, 'AWS::SQS::Queue')
        .filter(([id]) => id.endsWith('QueuesQueue'))
        .filter(([, { Properties }]) => Properties['RedrivePolicy'] === undefined)
        .map(([id]) => `${id} has no dead-letter queue`),
      ...ofTypes(template, 'AWS::Events::Rule')
        .filter(([, { Properties }]) =>
          (Properties['Targets'] as Properties[]).some(
            ({ DeadLetterConfig: letters }) => letters === undefined,
          ),
        )
        .map(([id]) => `${id} has a target without a dead-letter queue`),
      ...ofTypes(template, 'AWS::SQS::Queue')
        .filter(([id]) => id.endsWith('DeadLetterQueue'))
        .filter(([, { Properties }]) => Properties['MessageRetentionPeriod'] !== 1_209_600)
        .map(([id]) => `${id} does not keep letters for 14 days`),
    ],
  },
  {
    name: 'a message is hidden for six times as long as its function may take',
    violations: (template) =>
      ofTypes(template, 'AWS::Lambda::EventSourceMapping').flatMap(([id, { Properties }]) => {
        const { VisibilityTimeout: hidden = 30 } = named(
          template,
          'AWS::SQS::Queue',
          text(Properties['EventSourceArn']),
        );
        const { Timeout: timeout = 3 } = named(
          template,
          'AWS::Lambda::Function',
          text(Properties['FunctionName']),
        );
        const least = 6 * Number(timeout) + Number(Properties['MaximumBatchingWindowInSeconds'] ?? 0);
        return Number(hidden) >= least ? [] : [`${id}: ${hidden} s, and ${least} s are needed`];
      }),
  },
  {
    name: 'a failed record does not take its batch along',
    violations: judged(
      ['AWS::Lambda::EventSourceMapping'],
      ({ FunctionResponseTypes: types = [] }) => types.includes('ReportBatchItemFailures'),
      'failures are not reported one by one',
    ),
  },
  {
    name: 'a rule hears S3 in this account and on this bucket alone',
    violations: judged(
      ['AWS::Events::Rule', 'AWS::Events::Archive'],
      ({ EventPattern: { source, account, detail } = { source: [] } }) =>
        JSON.stringify(source) === '["aws.s3"]' &&
        JSON.stringify((account ?? []).map(text)) === '["AWS::AccountId"]' &&
        JSON.stringify((detail?.bucket?.name ?? []).map(text)) === '["IngestBucket"]',
      'anybody could publish what it hears',
    ),
  },
  {
    name: 'a table can be brought back, and has no local index',
    violations: judged(
      ['AWS::DynamoDB::Table'],
      ({ PointInTimeRecoverySpecification: recovery, LocalSecondaryIndexes: local }) =>
        recovery?.PointInTimeRecoveryEnabled === true && local === undefined,
      'no recovery to a point in time, or a local secondary index',
    ),
  },
  {
    name: 'a function is of Node 24, traced, and logs to a group that lets lines go',
    violations: (template, stage) => [
      ...judged(
        ['AWS::Lambda::Function'],
        ({ Runtime, TracingConfig, LoggingConfig }, { Resources }) =>
          Runtime === 'nodejs24.x' &&
          // each trace is paid for: prod goes on with those that a caller has begun
          TracingConfig?.Mode === (stage === 'dev' ? 'Active' : 'PassThrough') &&
          Resources[LoggingConfig?.LogGroup?.Ref]?.Type === 'AWS::Logs::LogGroup',
        'another runtime, no traces, or a log group that the template does not make',
      )(template),
      ...judged(
        ['AWS::Logs::LogGroup'],
        ({ RetentionInDays }) => RetentionInDays !== undefined,
        'keeps lines for ever',
      )(template),
    ],
  },
  {
    name: 'what prod keeps stays when the stack goes, and dev leaves nothing behind unasked',
    violations: (template, stage) => {
      const kept = stage === 'prod' ? 'Retain' : 'Delete';
      return ofTypes(
        template,
        'AWS::S3::Bucket',
        'AWS::DynamoDB::Table',
        'AWS::Events::Archive',
        'AWS::Logs::LogGroup',
      )
        .filter(([, { DeletionPolicy, Properties, Type }]) => {
          const isProtected =
            Type !== 'AWS::DynamoDB::Table' || Properties['DeletionProtectionEnabled'] === (stage === 'prod');
          return DeletionPolicy !== kept || !isProtected;
        })
        .map(
          ([id, { DeletionPolicy }]) => `${id}: ${DeletionPolicy}, or its protection is the other stage's`,
        );
    },
  },
];
