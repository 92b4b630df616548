import { Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { allow, allowAny } from '../allow.ts';
import type { AnyBucket } from '../any-bucket.ts';
import type { OperatedPipeline } from './operated-pipeline.ts';

/** Keys that were stolen have no second factor. */
const WITH_MFA = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };

/**
 * What `sluice empty` takes, with a second factor: every version of the buckets that the pipeline makes, their logs too. A bucket that was
 * there before is nobody's to empty.
 */
export function destroyerStatements(scope: Construct, props: OperatedPipeline): PolicyStatement[] {
  const { stage, stores, consumers, accessLogs, existing } = props;
  const { ingestBucket, outputBucket } = stores;
  const buckets = [...(existing === undefined ? [ingestBucket] : []), outputBucket, accessLogs];
  const queues = consumers.flatMap(({ queues: { work } }) =>
    work === undefined ? [] : [work.queue.queueArn],
  );
  return [
    allow(['cloudformation:DescribeStacks'], [Stack.of(scope).stackId], WITH_MFA),
    allow(
      ['s3:ListBucketVersions', 's3:ListBucketMultipartUploads'],
      buckets.map(({ bucketArn }) => bucketArn),
      WITH_MFA,
    ),
    allow(
      ['s3:DeleteObjectVersion', 's3:AbortMultipartUpload'],
      buckets.map((bucket) => bucket.arnForObjects('*')),
      WITH_MFA,
    ),
    ...(stage.ledgerLock === undefined ? [] : unlocking(outputBucket)),
    // the output bucket is empty once the consumers are quiet
    ...allowAny(['sqs:GetQueueAttributes'], queues, WITH_MFA),
  ];
}

/** What `sluice empty --bypass-lock` takes beside: to see what is locked, and until when, and to delete it before. */
const unlocking = (bucket: AnyBucket): PolicyStatement[] => [
  allow(['s3:GetBucketObjectLockConfiguration'], bucket.bucketArn, WITH_MFA),
  allow(['s3:GetObjectRetention', 's3:BypassGovernanceRetention'], bucket.arnForObjects('*'), WITH_MFA),
];
