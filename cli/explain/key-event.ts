import { currentObject } from '../objects/current-object.ts';
import type { CurrentObject } from '../objects/current-objects.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { busEvent } from '../pipeline/routing.ts';
import type { AskedEvent } from './asked-events.ts';

/** In S3's words. */
export const REASONS: Readonly<Record<'created' | 'deleted', readonly string[]>> = {
  created: ['PutObject', 'POST Object', 'CopyObject', 'CompleteMultipartUpload'],
  deleted: ['DeleteObject', 'Lifecycle Expiration'],
};

interface KindOfChange {
  readonly deleted?: boolean;
  readonly reason?: string;
}

/** The event that S3 would send for the key: of its current object, or of what would be put there. */
export async function eventOfKey(
  pipeline: Pipeline,
  key: string,
  { deleted: isDeleted = false, reason }: KindOfChange,
): Promise<AskedEvent & { readonly isThere: boolean; readonly notes: readonly string[] }> {
  const current = await currentObject(pipeline, key);
  const isThere = current !== undefined && !current.isDeleteMarker;
  const known =
    isThere && !isDeleted
      ? {
          ...(current.size !== undefined && { size: current.size }),
          ...(current.etag !== undefined && { etag: current.etag }),
          ...(current.versionId !== 'null' && { versionId: current.versionId }),
        }
      : {};
  const event = JSON.parse(busEvent(pipeline, { key, ...known, isDeleted })) as { readonly detail: object };
  const text = JSON.stringify({
    ...event,
    detail: { ...event.detail, ...(reason !== undefined && { reason }) },
  });
  return { from: key, text, isThere, notes: notesOf(current, isThere, isDeleted) };
}

function notesOf(
  current: CurrentObject | undefined,
  isThere: boolean,
  isDeleted: boolean,
): readonly string[] {
  if (isThere) return isDeleted ? ['as its delete would be'] : [];
  const why = current === undefined ? 'there is no such object' : 'the object is deleted';
  return [`${why}: as its ${isDeleted ? 'delete would be' : 'put would be, without size, etag and version'}`];
}
