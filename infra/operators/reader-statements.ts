import { Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { allow, allowAny } from '../allow.ts';
import type { OperatedPipeline } from './operated-pipeline.ts';
import { replays } from './replays.ts';

/** What looking takes: every part of the pipeline, its rows, letters, logs, queries and dashboard, and of all objects the ledger's alone. */
export function readerStatements(scope: Construct, props: OperatedPipeline): PolicyStatement[] {
  const { stores, archive, consumers, existing } = props;
  const { ingestBucket, outputBucket, tables } = stores;
  const letterQueues = consumers.flatMap(({ queues: { work, ruleDeadLetterQueue } }) => [
    ...(work === undefined ? [] : [work.deadLetterQueue]),
    ruleDeadLetterQueue,
  ]);
  const queues = consumers.flatMap(({ queues: { work } }) => (work === undefined ? [] : [work.queue]));
  const handlers = consumers.flatMap(({ worker }) => (worker === undefined ? [] : [worker.handler]));
  return [
    // the second: whether a deployment would make the output bucket anew
    allow(['cloudformation:DescribeStacks', 'cloudformation:GetTemplate'], [Stack.of(scope).stackId]),
    allow(
      ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads'],
      [ingestBucket, outputBucket].map(({ bucketArn }) => bucketArn),
    ),
    allow(
      [
        's3:GetBucketNotification',
        // whether it is what the stack takes it for
        ...(existing === undefined ? [] : ['s3:GetBucketVersioning', 's3:GetEncryptionConfiguration']),
      ],
      [ingestBucket.bucketArn],
    ),
    // what users have put is nobody's business here: its names, versions and rows tell what became of it
    ...allowAny(
      ['s3:GetObject'],
      consumers.flatMap(({ keeps }) =>
        keeps !== 'nothing' && 'lines' in keeps ? [outputBucket.arnForObjects(`${keeps.lines}*`)] : [],
      ),
    ),
    ...allowAny(
      [
        'dynamodb:DescribeTable',
        'dynamodb:GetItem',
        'dynamodb:BatchGetItem',
        'dynamodb:Query',
        'dynamodb:Scan',
      ],
      [...tables.values()].map(({ tableArn }) => tableArn),
    ),
    ...readingIndexes(props),
    allow(
      ['sqs:GetQueueAttributes'],
      [...queues, ...letterQueues].map(({ queueArn }) => queueArn),
    ),
    // a letter is looked at by receiving it, and put back by its visibility
    allow(
      ['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility', 'sqs:ListMessageMoveTasks'],
      letterQueues.map(({ queueArn }) => queueArn),
    ),
    allow(
      ['events:DescribeRule', 'events:ListTargetsByRule'],
      consumers.map(({ rule }) => rule.attrArn),
    ),
    allow(['events:DescribeArchive'], [archive.archiveArn]),
    allow(['events:DescribeReplay'], [replays(scope)]),
    ...allowAny(
      ['lambda:GetFunctionConfiguration'],
      handlers.map(({ functionArn }) => functionArn),
    ),
    ...allowAny(
      // the second begins a query of Logs Insights
      ['logs:FilterLogEvents', 'logs:StartQuery'],
      handlers.map(({ logGroup }) => logGroup.logGroupArn),
    ),
    ...seeing(scope, props),
    // these have no resources to name
    allow(
      [
        'events:ListReplays',
        'lambda:ListEventSourceMappings',
        'cloudwatch:GetMetricData',
        'cloudwatch:ListMetrics',
        ...(handlers.length === 0 ? [] : ['logs:DescribeQueryDefinitions', 'logs:GetQueryResults']),
      ],
      ['*'],
    ),
  ];
}

/** The dashboard, where there is one, and the alarms that docs/operations.md speaks of. */
function seeing(scope: Construct, { dashboard }: OperatedPipeline): PolicyStatement[] {
  const stack = Stack.of(scope);
  return [
    ...(dashboard === undefined
      ? []
      : [
          allow(
            ['cloudwatch:GetDashboard'],
            [
              stack.formatArn({
                service: 'cloudwatch',
                region: '',
                resource: 'dashboard',
                resourceName: dashboard.dashboardName,
              }),
            ],
          ),
        ]),
    allow(
      ['cloudwatch:DescribeAlarms', 'cloudwatch:DescribeAlarmHistory'],
      [
        // CloudFormation names them after the stack
        stack.formatArn({
          service: 'cloudwatch',
          resource: `alarm:${stack.stackName}-*`,
        }),
      ],
    ),
  ];
}

/** `ls --status` reads the indexes of what somebody should look at. */
function readingIndexes({ stores, consumers }: OperatedPipeline): PolicyStatement[] {
  const indexes = consumers.flatMap(({ keeps }) =>
    keeps !== 'nothing' && 'rows' in keeps && keeps.rows.index !== undefined
      ? [`${stores.tables.get(keeps.rows.table)!.tableArn}/index/${keeps.rows.index.name}`]
      : [],
  );
  return allowAny(['dynamodb:Query', 'dynamodb:Scan'], indexes);
}
