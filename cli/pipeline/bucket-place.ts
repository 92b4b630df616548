import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { CliError } from '../cli-error.ts';
import type { Pipeline } from './pipeline.ts';

/** What S3 throws for a bucket of another Region: its answer says which. */
interface AnswerOfS3 {
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

/** The Region of the ingest bucket. @throws what S3 answers, where it is another account's, or not there */
async function bucketRegion({ s3, ingestBucket, deployment }: Pipeline): Promise<string | undefined> {
  try {
    const { BucketRegion } = await s3.send(
      new HeadBucketCommand({ Bucket: ingestBucket, ExpectedBucketOwner: deployment.account }),
    );
    return BucketRegion;
  } catch (error) {
    const { $response } = error as AnswerOfS3;
    const region = $response?.headers?.['x-amz-bucket-region'];
    if (region !== undefined && region !== deployment.region) return region;
    throw error;
  }
}

/**
 * Refuses a bucket that the stack's rules can hear nothing of: S3 publishes the events of a bucket in its own account and
 * Region alone.
 *
 * @throws CliError saying where the bucket is
 */
export async function checkBucketPlace(pipeline: Pipeline): Promise<void> {
  const { ingestBucket, deployment } = pipeline;
  let region;
  try {
    region = await bucketRegion(pipeline);
  } catch (cause) {
    throw notOurs(pipeline, cause);
  }
  if (region === undefined || region === deployment.region) return;
  throw new CliError(elsewhereText(pipeline, region), {
    nextStep: `deploy the stack in ${region}, or take another bucket than ${ingestBucket}`,
  });
}

const elsewhereText = ({ ingestBucket, deployment }: Pipeline, region: string): string =>
  `${ingestBucket} is in ${region}, and the stack in ${deployment.region}: S3 publishes a bucket’s events in its own Region alone`;

function notOurs({ ingestBucket, deployment }: Pipeline, cause: unknown): unknown {
  const status = (cause as AnswerOfS3).$metadata?.httpStatusCode;
  if (status === 404) {
    return new CliError(`there is no bucket ${ingestBucket}`, {
      nextStep: 'is its name as the stack has it (the output IngestBucketName)?',
      cause,
    });
  }
  if (status !== 403) return cause;
  return new CliError(
    `S3 does not show ${ingestBucket} to these credentials as a bucket of account ${deployment.account}`,
    {
      nextStep:
        'a bucket of another account publishes its events there alone: deploy the stack there; if it is of this account, s3:ListBucket on it is missing',
      cause,
    },
  );
}
