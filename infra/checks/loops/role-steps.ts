import { objectSteps } from './object-steps.ts';
import { isSilent } from './s3-events.ts';
import { isDenied, mayDo, resourceMeeting, type Rights, type Statement } from './statements.ts';
import type { Around, Step } from './step.ts';
import { readable, type Text } from './text.ts';

interface Way {
  readonly actions: readonly string[];
  readonly types: readonly string[];
  /** Outside the app nothing comes of it. */
  readonly endsOutside?: true;
}

/** Actions that set something going which the app may hold. */
const WAYS: readonly Way[] = [
  { actions: ['sqs:SendMessage'], types: ['AWS::SQS::Queue'] },
  {
    actions: ['lambda:InvokeFunction', 'lambda:InvokeAsync', 'lambda:InvokeFunctionUrl'],
    types: ['AWS::Lambda::Function'],
  },
  {
    actions: [
      'states:StartExecution',
      'states:StartSyncExecution',
      'states:RedriveExecution',
      'states:SendTaskSuccess',
      'states:SendTaskFailure',
    ],
    types: ['AWS::StepFunctions::StateMachine'],
  },
  { actions: ['sns:Publish'], types: ['AWS::SNS::Topic'] },
  { actions: ['events:PutEvents'], types: ['AWS::Events::EventBus'] },
  { actions: ['events:StartReplay'], types: ['AWS::Events::Archive'] },
  {
    actions: ['firehose:PutRecord', 'firehose:PutRecordBatch'],
    types: ['AWS::KinesisFirehose::DeliveryStream'],
  },
  { actions: ['kinesis:PutRecord', 'kinesis:PutRecords'], types: ['AWS::Kinesis::Stream'] },
  { actions: ['sts:AssumeRole', 'iam:PassRole'], types: ['AWS::IAM::Role'] },
  {
    actions: [
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
      'dynamodb:BatchWriteItem',
      'dynamodb:PartiQLInsert',
      'dynamodb:PartiQLUpdate',
      'dynamodb:PartiQLDelete',
    ],
    types: ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'],
    endsOutside: true,
  },
  { actions: ['logs:PutLogEvents'], types: ['AWS::Logs::LogGroup'], endsOutside: true },
];

/** What sets nothing going: reads, and what a function needs for its queue, logs, traces, numbers, keys and network. */
const HARMLESS =
  /^(?:(?:sqs|sns|lambda|states|events|firehose|kinesis|iam|ec2|ssm|cloudwatch|logs):(?:Get|List|Describe)|sqs:(?:ReceiveMessage|DeleteMessage|ChangeMessageVisibility)|dynamodb:|kms:(?:Decrypt|Encrypt|GenerateDataKey|ReEncrypt|DescribeKey)|xray:|logs:(?:Create(?:LogGroup|LogStream)|PutLogEvents|FilterLogEvents|StartQuery|StopQuery|PutRetentionPolicy)|cloudwatch:PutMetricData|secretsmanager:(?:Get|Describe|List)|sts:Get(?:CallerIdentity|AccessKeyInfo|SessionToken)|ec2:(?:Create|Delete)NetworkInterface|ec2:(?:Una|A)ssignPrivateIpAddresses)/i;

/** All that somebody with these rights may set going. */
export function roleSteps(rights: Rights, around: Around): readonly Step[] {
  const allowed = rights.statements.filter(({ isDenied }) => !isDenied);
  return [
    ...allowed.flatMap((statement) => [
      ...objectSteps(statement, rights, around),
      ...waySteps(statement, rights, around),
      ...endSteps(statement, rights, around),
    ]),
    ...rights.unseen.map((policy) => ({ to: { end: readable(policy) }, by: 'a policy' })),
  ];
}

/** What the statement may set going in the app. */
function waySteps(statement: Statement, { statements }: Rights, around: Around): readonly Step[] {
  return WAYS.flatMap(({ actions, types }) => {
    const action = actions.find((one) => mayDo(statement, one));
    if (action === undefined) return [];
    return around.resources
      .filter(({ type }) => types.includes(type))
      .filter((resource) => {
        const arn = around.texts.arnOf(resource)!;
        return reaches(statement, arn) && !isDenied(statements, action, arn);
      })
      .map((resource) => ({ to: { resource }, by: action }));
  });
}

/** Behind the name of a function stands its version, of a log group its stream. */
const reaches = (statement: Statement, arn: Text): boolean =>
  resourceMeeting(statement, arn) !== undefined || resourceMeeting(statement, `${arn}:*`) !== undefined;

/** What the statement allows and nobody here can follow. */
function endSteps(statement: Statement, { statements }: Rights, around: Around): readonly Step[] {
  return statement.actions.flatMap((action) =>
    statement.resources.flatMap((resource): readonly Step[] => {
      const narrowed = narrowedTo(action, resource);
      if (narrowed === undefined || HARMLESS.test(narrowed)) return [];
      if (isDenied(statements, narrowed, resource)) return [];
      if (/^s3:/i.test(narrowed)) {
        return isFollowed(narrowed, resource, around) ? [] : [endAt(narrowed, resource)];
      }
      const way = WAYS.find(({ actions }) =>
        actions.some((one) => one.toLowerCase() === narrowed.toLowerCase()),
      );
      if (way?.endsOutside === true) return [];
      return way !== undefined && isInside(resource, way, around) ? [] : [endAt(narrowed, resource)];
    }),
  );
}

const endAt = (action: string, resource: Text): Step => ({
  to: { end: resource === '*' ? action : readable(resource) },
  by: action,
});

/** `*` on a resource of one service is that service's `*`; undefined for an action of another service than the resource. */
function narrowedTo(action: string, resource: Text): string | undefined {
  const [, service] = /^arn:aws:([\w-]+):/.exec(resource) ?? [];
  if (service === undefined || /^s3-|^sts$/.test(service)) return action;
  if (action === '*') return `${service}:*`;
  const of = action.split(':', 1)[0]!.toLowerCase();
  return of === service || (service === 'iam' && of === 'sts') || /[*?]/.test(of) || of.startsWith('s3')
    ? action
    : undefined;
}

/** Whether the statement's resource is a bucket, whose listeners are known, and no account's jobs or access points of others. */
function isFollowed(action: string, resource: Text, { texts, resources }: Around): boolean {
  if (isSilent(action)) return true;
  if (resource.startsWith('arn:aws:s3:::')) return true;
  if (resource.startsWith('arn:aws:s3:')) {
    return resources.some((one) => {
      const arn = one.type === 'AWS::S3::AccessPoint' ? texts.arnOf(one) : undefined;
      return arn !== undefined && resource.startsWith(`${arn}/`);
    });
  }
  // on everything: the buckets of the app are looked at, jobs are not
  return !/^s3:(Create|Update|Run)Job|^s3:CreateAccessPoint/i.test(action);
}

/** Whether the resource of a statement is one of the app's, and no other. */
function isInside(resource: Text, { types }: Way, { texts, resources }: Around): boolean {
  return resources.some((one) => {
    if (!types.includes(one.type)) return false;
    const arn = texts.arnOf(one)!;
    return resource === arn || resource.startsWith(`${arn}:`) || resource.startsWith(`${arn}/`);
  });
}
