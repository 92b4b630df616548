import type { Bucket } from './bucket.ts';
import { invalidArgument } from './s3-error.ts';

// every id that S3 gives has this look, ours too
const VERSION_ID = /^[A-Za-z0-9._]{32}$/;

/**
 * Refuses a version that cannot be: another text than an id or `null`, and any id in a bucket that never had versions.
 * An id that could be and is not there is a matter for whoever looks for it.
 *
 * @throws S3Error `InvalidArgument`
 */
export function checkVersionId(bucket: Bucket, versionId: string | undefined): void {
  if (versionId === undefined || mayBeVersionId(bucket, versionId)) return;
  throw invalidArgument(
    versionId === '' ? 'Version id cannot be the empty string' : 'Invalid version id specified',
    'versionId',
    versionId,
  );
}

export function mayBeVersionId({ versioning }: Bucket, versionId: string): boolean {
  return versionId === 'null' || (versioning !== 'Never' && VERSION_ID.test(versionId));
}
