import { deleteObjects } from './deletion.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

export interface RemovedObject {
  readonly key: string;
  /** The delete marker's. */
  readonly versionId?: string;
  /** Why it could not be removed. */
  readonly error?: string;
}

/** Removes objects as a plain delete does: in the versioned bucket each gets a delete marker, and its versions stay. */
export async function removeObjects(
  pipeline: Pipeline,
  keys: readonly string[],
): Promise<readonly RemovedObject[]> {
  const deletions = await deleteObjects(
    pipeline,
    pipeline.ingestBucket,
    keys.map((Key) => ({ Key })),
  );
  return deletions.map(({ key, markerVersionId, error }) => ({
    key,
    ...(markerVersionId !== undefined && { versionId: markerVersionId }),
    ...(error !== undefined && { error }),
  }));
}
