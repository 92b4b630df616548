import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { allow, allowAny } from '../allow.ts';
import type { OperatedPipeline } from './operated-pipeline.ts';
import { replays } from './replays.ts';

/** What the daily work takes, beside looking. A delete is a marker, which can be taken back: no version goes for good. */
export function operatorStatements(scope: Construct, props: OperatedPipeline): PolicyStatement[] {
  const { stores, archive, consumers, existing } = props;
  const { ingestBucket } = stores;
  const worked = consumers.flatMap(({ queues: { work } }) => (work === undefined ? [] : [work]));
  const queues = worked.map(({ queue }) => queue.queueArn);
  const letters = worked.map(({ deadLetterQueue }) => deadLetterQueue.queueArn);
  const undelivered = consumers.map(({ queues: { ruleDeadLetterQueue } }) => ruleDeadLetterQueue.queueArn);
  return [
    allow(['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'], [ingestBucket.arnForObjects('*')]),
    // `connect-bucket` makes a bucket heard that the app only names
    ...(existing === undefined || existing.isMadeByApp
      ? []
      : [allow(['s3:PutBucketNotification'], [ingestBucket.bucketArn])]),
    ...allowAny(['sqs:SendMessage'], queues),
    allow(['sqs:DeleteMessage'], [...letters, ...undelivered]),
    // a move task receives and deletes on the operator's behalf
    ...allowAny(
      [
        'sqs:StartMessageMoveTask',
        'sqs:CancelMessageMoveTask',
        'sqs:ReceiveMessage',
        'sqs:GetQueueAttributes',
      ],
      letters,
    ),
    allow(['events:StartReplay'], [archive.archiveArn, replays(scope)]),
    allow(['events:CancelReplay'], [replays(scope)]),
    allow(
      ['events:EnableRule', 'events:DisableRule'],
      consumers.map(({ rule }) => rule.attrArn),
    ),
    // pause and resume
    ...allowAny(
      ['lambda:UpdateEventSourceMapping'],
      consumers.flatMap(({ worker }) => (worker === undefined ? [] : [worker.mapping.eventSourceMappingArn])),
    ),
  ];
}
