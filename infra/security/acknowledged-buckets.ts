import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { AnyBucket } from '../any-bucket.ts';
import { AccessLogBucket } from '../constructs/access-log-bucket.ts';
import { IngestBucket } from '../constructs/ingest-bucket.ts';
import { PrivateBucket } from '../constructs/private-bucket.ts';
import { control, HIPAA, inPacks, NIST_R4, NIST_R5, PCI, type Acknowledgement } from './acknowledgement.ts';

/** What is acknowledged of a bucket; nothing of one that the pipeline does not make. */
export function bucketAcknowledgements(bucket: AnyBucket): readonly Acknowledgement[] {
  if (!(bucket instanceof PrivateBucket)) return [];
  const made = bucket.node.defaultChild as CfnBucket;
  const acknowledge = (rules: readonly string[], reason: string): Acknowledgement => ({
    on: made,
    rules,
    reason,
  });
  return [
    acknowledge(
      inPacks('S3BucketReplicationEnabled', HIPAA, NIST_R4, NIST_R5, PCI),
      'A pipeline lives in one Region: versions bring back what was overwritten or deleted. Who needs a second Region names a bucket of their own, which replicates.',
    ),
    ...(made.objectLockEnabled === true ? [] : [acknowledge(LOCK, whyNotMadeWithLock(bucket, made))]),
    ...encryption(bucket).map((reason) => acknowledge(KMS, reason)),
    ...(bucket instanceof IngestBucket
      ? []
      : [
          acknowledge(
            [control('s3_event_notifications_enabled_check')],
            'Nothing hears of what is written here, and nothing must: a pipeline that heard of its own output would run in a circle.',
          ),
        ]),
    ...(bucket instanceof AccessLogBucket
      ? [
          acknowledge(
            [control('s3_bucket_logging_enabled_check')],
            'This is where the logs go: a log of it would be written into it, and each line would make another.',
          ),
        ]
      : []),
  ];
}

const LOCK = [
  ...inPacks('S3BucketDefaultLockEnabled', NIST_R4),
  control('s3_bucket_object_lock_enabled_check'),
];

function whyNotMadeWithLock(bucket: Bucket, { objectLockConfiguration }: CfnBucket): string {
  if (objectLockConfiguration !== undefined) return LOCKED_IN_PLACE;
  return bucket instanceof AccessLogBucket ? NO_LOCKED_LOGS : ERASABLE;
}

const LOCKED_IN_PLACE =
  'Its objects can be locked: that was switched on in a bucket which was there already. For the property that the rules ask for CloudFormation would make another bucket.';
const ERASABLE =
  'What is locked cannot be erased when a person asks for it. Versions keep what is overwritten or deleted, for as long as the stage says.';
const NO_LOCKED_LOGS = 'S3 delivers access logs to no bucket whose objects are locked by default.';

const KMS = [
  ...inPacks('S3DefaultEncryptionKMS', HIPAA, NIST_R5, PCI),
  control('s3_bucket_default_encryption_kms_check'),
];

/** Why no key of KMS encrypts it, if none does. */
function encryption(bucket: Bucket): readonly string[] {
  if (bucket instanceof AccessLogBucket) {
    return ['S3 delivers access logs to no bucket that a key of KMS encrypts. A key of S3 encrypts them.'];
  }
  return bucket.encryptionKey === undefined
    ? [
        'A key of S3 encrypts every object. One of KMS costs money every month, so that it is made where the context asks for it (kms=true).',
      ]
    : [];
}
