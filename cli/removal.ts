import { DeleteObjectsCommand } from '@aws-sdk/client-s3';
import type { Pipeline } from './pipeline.ts';

export interface RemovedObject {
  readonly key: string;
  /** Of the delete marker. */
  readonly versionId?: string;
  /** Why it could not be removed. */
  readonly error?: string;
}

/** The most that one request takes. */
export const REMOVED_AT_A_TIME = 1_000;

/** Removes objects as a plain delete does: in the versioned bucket each gets a delete marker, and its versions stay. */
export async function removeObjects(
  { s3, ingestBucket }: Pipeline,
  keys: readonly string[],
): Promise<readonly RemovedObject[]> {
  const { Deleted = [], Errors = [] } = await s3.send(
    new DeleteObjectsCommand({ Bucket: ingestBucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }),
  );
  return [
    ...Deleted.map(({ Key = '', DeleteMarkerVersionId }) => ({
      key: Key,
      ...(DeleteMarkerVersionId !== undefined && { versionId: DeleteMarkerVersionId }),
    })),
    ...Errors.map(({ Key = '', Code = '', Message = '' }) => ({ key: Key, error: `${Code}: ${Message}` })),
  ];
}
