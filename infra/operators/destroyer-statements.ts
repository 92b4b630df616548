import { Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { allow, allowAny } from '../allow.ts';
import type { OperatedPipeline } from './operated-pipeline.ts';

/** Keys that were stolen have no second factor. */
const WITH_MFA = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };

/**
 * What `sluice empty` takes, with a second factor: every version of the buckets that the pipeline makes, their logs too. A bucket that was
 * there before is nobody's to empty.
 */
export function destroyerStatements(scope: Construct, props: OperatedPipeline): PolicyStatement[] {
  const { stores, consumers, accessLogs, existing } = props;
  const { ingestBucket, outputBucket } = stores;
  const buckets = [...(existing === undefined ? [ingestBucket] : []), outputBucket, accessLogs];
  const queues = consumers.flatMap(({ queues: { work } }) =>
    work === undefined ? [] : [work.queue.queueArn],
  );
  return [
    allow(['cloudformation:DescribeStacks'], [Stack.of(scope).stackId], WITH_MFA),
    allow(
      // a bucket keeps its lock when the option is taken away
      ['s3:ListBucketVersions', 's3:ListBucketMultipartUploads', 's3:GetBucketObjectLockConfiguration'],
      buckets.map(({ bucketArn }) => bucketArn),
      WITH_MFA,
    ),
    allow(
      ['s3:DeleteObjectVersion', 's3:AbortMultipartUpload'],
      buckets.map((bucket) => bucket.arnForObjects('*')),
      WITH_MFA,
    ),
    // to see what is locked, until when, and what is held; and, said so, to delete it before
    allow(
      ['s3:GetObjectRetention', 's3:GetObjectLegalHold', 's3:BypassGovernanceRetention'],
      outputBucket.arnForObjects('*'),
      WITH_MFA,
    ),
    // whether what is deleted makes new lines of a locked ledger
    allow(
      ['events:DescribeRule'],
      consumers.map(({ rule }) => rule.attrArn),
      WITH_MFA,
    ),
    // the output bucket is empty once the consumers are quiet
    ...allowAny(['sqs:GetQueueAttributes'], queues, WITH_MFA),
  ];
}
