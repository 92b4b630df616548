import { usageError } from '../cli-error.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

export const LONGEST_KEY_BYTES = 1_024;

/**
 * The key (or prefix) that an operator means: `s3://bucket/csv/a.csv`, or `csv/a.csv` alone for the ingest bucket.
 *
 * @throws CliError, usage, on another bucket than the pipeline's, or a key longer than S3's 1,024 bytes
 */
export function keyOf(location: string, pipeline: Pipeline): string {
  const key = keyIn(location, pipeline);
  if (Buffer.byteLength(key) > LONGEST_KEY_BYTES) {
    throw usageError(
      `a key has at most ${LONGEST_KEY_BYTES} bytes; this has ${Buffer.byteLength(key)}: ${key}`,
    );
  }
  return key;
}

function keyIn(location: string, { ingestBucket, deployment }: Pipeline): string {
  if (!/^s3:/i.test(location)) return location;
  const [, bucket, key = ''] = /^s3:\/\/([^/]*)(?:\/(.*))?$/is.exec(location) ?? [];
  if (bucket === '' || bucket === ingestBucket) return key;
  throw usageError(
    `${JSON.stringify(location)} is not in the ingest bucket of ${deployment.stack}`,
    `write s3://${ingestBucket}/KEY, or the key alone`,
  );
}

/** `s3://bucket/csv/a.csv` */
export const locationText = (bucket: string, key: string): string => `s3://${bucket}/${key}`;
