import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Validations } from 'aws-cdk-lib';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { CfnTopic } from 'aws-cdk-lib/aws-sns';
import type { IConstruct } from 'constructs';
import type { Consumer } from '../constructs/consumer.ts';
import { ObjectTable } from '../constructs/object-table.ts';
import type { ObjectPipeline } from '../object-pipeline.ts';
import { observed } from '../observed.ts';
import { byStage, type Stage } from '../stage.ts';
import { bucketAcknowledgements } from './acknowledged-buckets.ts';
import { policyAcknowledgements } from './acknowledged-policies.ts';
import { control, HIPAA, inPacks, NIST_R4, NIST_R5, PCI, type Acknowledgement } from './acknowledgement.ts';

/**
 * Every finding of the rule packs that a pipeline leaves as it is, with the reason: what its stage and its options do not cure. For an
 * app that has the same packs judge it:
 *
 *     acknowledgeFindings(pipeline);
 *     Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
 */
export function acknowledgeFindings(pipeline: ObjectPipeline): void {
  for (const { on, rules, reason } of acknowledgements(pipeline)) {
    Validations.of(on).acknowledge(...rules.map((id) => ({ id, reason })));
  }
}

/** The list itself. */
export function acknowledgements(pipeline: ObjectPipeline): readonly Acknowledgement[] {
  const { stage, ingestBucket, outputBucket, accessLogs, consumers, tables } = pipeline;
  const policies = pipeline.node.findAll().filter((one) => one instanceof ManagedPolicy);
  return [
    ...[ingestBucket, outputBucket, accessLogs].flatMap(bucketAcknowledgements),
    ...[...tables.values()].flatMap((table) => (table instanceof ObjectTable ? ofTable(table, stage) : [])),
    ...ofTopic(pipeline),
    ...consumers.flatMap((consumer) => ofConsumer(consumer, stage)),
    ...policies.flatMap((policy) => policyAcknowledgements(pipeline, policy)),
    ...(pipeline.network === undefined
      ? []
      : [
          {
            on: own(pipeline.network.vpc),
            rules: inPacks('VPCDefaultSecurityGroupClosed', HIPAA, NIST_R4, NIST_R5, PCI),
            reason:
              'The network’s default group admits what is in it, and nothing is. No template can close it: the CDK does it by a function with more rights than the rest of the stack.',
          },
        ]),
  ];
}

function ofTable(table: ObjectTable, stage: Stage): readonly Acknowledgement[] {
  return byStage(stage, {
    prod: [],
    dev: [
      {
        on: own(table),
        rules: inPacks('DynamoDBInBackupPlan', HIPAA, NIST_R4, NIST_R5),
        reason:
          'A stage like dev may be thrown away: its tables can be put back to any second of 35 days, and no copy stays behind them. One like prod has copies.',
      },
      ...(table.encryptionKey === undefined
        ? [
            {
              on: own(table),
              rules: [control('dynamodb_table_encrypted_kms_check')],
              reason:
                'A key of DynamoDB encrypts the table. A stage like prod has the account’s own key, whose uses are paid for; the context kms=true makes one here too.',
            },
          ]
        : []),
    ],
  });
}

function ofTopic({ alarmTopic, encryptionKey }: ObjectPipeline): readonly Acknowledgement[] {
  const topic = alarmTopic.node.defaultChild;
  if (!(topic instanceof CfnTopic) || encryptionKey !== undefined) return [];
  return [
    {
      on: topic,
      rules: inPacks('SNSEncryptedKMS', HIPAA, NIST_R4, NIST_R5, PCI),
      reason:
        'CloudWatch can publish to no topic under SNS’s own key. The text of an alarm names resources and no object; the context kms=true makes a key.',
    },
  ];
}

function ofConsumer({ queues, worker }: Consumer, stage: Stage): readonly Acknowledgement[] {
  const { work, ruleDeadLetterQueue } = queues;
  const isDeadLetterQueue =
    'This is a dead-letter queue: what lies here waits for an operator, whom an alarm tells, and has nowhere else to go.';
  return [
    {
      on: own(ruleDeadLetterQueue),
      rules: ['AwsSolutions-SQS3', 'Serverless-SQSRedrivePolicy', control('sqs_dlq_check')],
      reason: isDeadLetterQueue,
    },
    ...(work === undefined
      ? []
      : [
          {
            on: own(work.deadLetterQueue),
            rules: ['Serverless-SQSRedrivePolicy'],
            reason: isDeadLetterQueue,
          },
        ]),
    ...(worker === undefined ? [] : ofWorker(worker, stage)),
  ];
}

function ofWorker(
  { handler, mapping }: NonNullable<Consumer['worker']>,
  stage: Stage,
): readonly Acknowledgement[] {
  const { kms, vpc, reservedConcurrency, logRetention } = stage;
  const list: [boolean, IConstruct, readonly string[], string][] = [
    [
      true,
      mapping,
      ['Serverless-LambdaEventSourceMappingDestination'],
      'Lambda takes no destination for failures of a mapping from SQS: the queue has a dead-letter queue.',
    ],
    [
      !observed(stage).traces,
      handler,
      ['Serverless-LambdaTracing'],
      'A trace holds what the line that Lambda itself logs of an invocation says too, and each is paid for: one that a caller has begun goes on, and Lambda begins its own where the context asks for it (traces=true).',
    ],
    [
      reservedConcurrency !== true,
      handler,
      inPacks('LambdaConcurrency', HIPAA, NIST_R5),
      'The mapping bounds how many run at a time. A new account has no concurrency to set aside, so that it is set aside where the context asks for it (reservedConcurrency=true).',
    ],
    [
      vpc !== true,
      handler,
      [...inPacks('LambdaInsideVPC', HIPAA, NIST_R4, NIST_R5, PCI), control('lambda_inside_vpc_check')],
      'The function listens nowhere and calls S3, DynamoDB and SQS by TLS. Endpoints in a network cost money every month, so that one is made where the context asks for it (vpc=true).',
    ],
    [
      kms !== true,
      handler.logGroup,
      [
        ...inPacks('CloudWatchLogGroupEncrypted', HIPAA, NIST_R4, NIST_R5, PCI),
        control('cloudwatch_log_group_encrypted_check'),
      ],
      'A key of CloudWatch Logs encrypts the log. One of KMS costs money every month, so that it is made where the context asks for it (kms=true).',
    ],
    [
      logRetention < RetentionDays.ONE_YEAR,
      handler.logGroup,
      [control('cloudwatch_log_group_retention_period_check')],
      'A stage like dev may be thrown away, and keeps its logs for a week. One like prod keeps them for a year.',
    ],
  ];
  return list
    .filter(([isLeft]) => isLeft)
    .map(([, construct, rules, reason]) => ({ on: own(construct), rules, reason }));
}

/** The resource of a construct, and nothing else of it. */
const own = (construct: IConstruct): IConstruct => construct.node.defaultChild ?? construct;
