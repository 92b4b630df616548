import {
  GetBucketEncryptionCommand,
  GetBucketVersioningCommand,
  type GetBucketEncryptionCommandOutput,
  type GetBucketVersioningCommandOutput,
  type ServerSideEncryptionByDefault,
} from '@aws-sdk/client-s3';
import type { ExistingBucket } from '../../shared/existing-bucket.ts';
import { asked, type Asked } from '../pipeline/asked.ts';
import { checkBucketPlace } from '../pipeline/bucket-place.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { failed, ok, warning, type Check } from './check.ts';
import { judged } from './judged.ts';

/** What S3 says of a bucket that was there before the stack. */
export interface ExistingBucketLook {
  /** A problem where it is in another Region or of another account. */
  readonly place: Asked<void>;
  readonly versioning: Asked<GetBucketVersioningCommandOutput>;
  readonly encryption: Asked<GetBucketEncryptionCommandOutput>;
}

export async function lookAtExistingBucket(pipeline: Pipeline): Promise<ExistingBucketLook> {
  const { s3, ingestBucket: Bucket, deployment } = pipeline;
  const [place, versioning, encryption] = await Promise.all([
    asked(checkBucketPlace(pipeline), deployment),
    asked(s3.send(new GetBucketVersioningCommand({ Bucket })), deployment),
    asked(s3.send(new GetBucketEncryptionCommand({ Bucket })), deployment),
  ]);
  return { place, versioning, encryption };
}

/** Whether the bucket is where the stack can hear it, and is what the stack takes it for. */
export function existingBucketChecks(
  { ingestBucket, deployment }: Pipeline,
  said: ExistingBucket,
  { place, versioning, encryption }: ExistingBucketLook,
): readonly Check[] {
  const missing = `the bucket ${ingestBucket} is not there`;
  return [
    'problem' in place
      ? failed('bucket place', place.problem.message, place.problem.nextStep)
      : ok('bucket place', `in ${deployment.region}, of account ${deployment.account}`),
    judged('bucket versioning', versioning, missing, ({ Status }) => versioningCheck(said, Status)),
    judged('bucket encryption', encryption, missing, ({ ServerSideEncryptionConfiguration }) =>
      encryptionCheck(
        said,
        ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault,
      ),
    ),
  ];
}

/** What is different about a bucket that keeps no old versions, in a sentence for whoever operates it. */
export const UNVERSIONED =
  'the bucket is not versioned: what was overwritten cannot be read again, and a delete leaves no marker (its event is Permanently Deleted, without a version-id)';

function versioningCheck({ versioned }: ExistingBucket, status: string | undefined): Check {
  const name = 'bucket versioning';
  const isVersioned = status === 'Enabled';
  if (isVersioned === versioned) return ok(name, versioned ? 'versioned' : UNVERSIONED);
  return warning(
    name,
    `the stack says ${versioned ? 'versioned' : 'unversioned'}, and S3 ${status ?? 'never versioned'}`,
    `deploy the stack again with bucketVersioned=${isVersioned}`,
  );
}

function encryptionCheck(
  { keyArn }: ExistingBucket,
  { SSEAlgorithm = 'AES256', KMSMasterKeyID: key }: Partial<ServerSideEncryptionByDefault> = {},
): Check {
  const name = 'bucket encryption';
  const isKms = SSEAlgorithm.startsWith('aws:kms');
  // AWS's own key for S3 takes no grants
  const isOwnKey = isKms && key !== undefined && !key.endsWith('alias/aws/s3');
  if (keyArn === undefined) {
    if (!isOwnKey) return ok(name, isKms ? 'a key of AWS’s own' : SSEAlgorithm);
    return failed(
      name,
      `new objects are encrypted by ${key}, of which the stack does not know: nobody of it may read them`,
      'deploy the stack again with bucketKeyArn=ARN of that key',
    );
  }
  if (!isOwnKey) {
    return warning(
      name,
      `the stack says ${keyArn}, and new objects are encrypted by no key of yours`,
      'deploy the stack again without bucketKeyArn, unless older objects are encrypted by it',
    );
  }
  if (key.includes('alias/')) return ok(name, `${key}; an alias does not tell whether it is ${keyArn}`);
  // S3 gives back what was put: the ARN, or the key's id alone
  return key === keyArn || keyArn.endsWith(`:key/${key}`)
    ? ok(name, key)
    : failed(
        name,
        `the stack says ${keyArn}, and new objects are encrypted by ${key}: nobody of it may read them`,
        'deploy the stack again with bucketKeyArn=ARN of that key',
      );
}
