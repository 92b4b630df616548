import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  S3ServiceException,
  type ObjectIdentifier,
} from '@aws-sdk/client-s3';
import { concurrently } from '../../shared/concurrency.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

/** What S3 answered of one object that was to be deleted. */
export interface Deletion {
  readonly key: string;
  /** The version that was deleted, where one was named. */
  readonly versionId?: string;
  /** The version of the delete marker that was made, where no version was named. */
  readonly markerVersionId?: string;
  /** Why it could not be deleted: `AccessDenied: …`. */
  readonly error?: string;
}

/** The most that one request takes. */
export const DELETED_AT_A_TIME = 1_000;
const ALONE_AT_A_TIME = 8;

/**
 * Deletes up to a thousand objects, or versions of them, in one request. Keys that XML 1.0 has no form for (control
 * characters) go by a request each: with one of them in it S3 refuses the whole list (400 MalformedXML), and deletes
 * nothing. What is refused is told; the rest is deleted all the same.
 *
 * @param bypassLock deletes versions under governance before their time, in a bucket that has Object Lock. @default they are refused
 * @throws what the way to S3 throws, and what it says of the whole request (credentials, throttling)
 */
export async function deleteObjects(
  { s3 }: Pipeline,
  bucket: string,
  objects: readonly ObjectIdentifier[],
  { bypassLock = false }: { readonly bypassLock?: boolean } = {},
): Promise<readonly Deletion[]> {
  // S3 refuses the header, true or false, where nothing can be locked
  const bypass = bypassLock ? { BypassGovernanceRetention: true } : {};
  const listed = objects.filter(({ Key = '' }) => isXmlText(Key));
  const alone = objects.filter(({ Key = '' }) => !isXmlText(Key));
  const done: Deletion[] = [];
  if (listed.length > 0) {
    try {
      const { Deleted = [], Errors = [] } = await s3.send(
        new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [...listed] }, ...bypass }),
      );
      done.push(
        ...Deleted.map(({ Key = '', VersionId, DeleteMarkerVersionId }) => ({
          key: Key,
          ...(VersionId !== undefined && { versionId: VersionId }),
          // of a marker that was itself deleted it is the same again
          ...(VersionId === undefined &&
            DeleteMarkerVersionId !== undefined && { markerVersionId: DeleteMarkerVersionId }),
        })),
        ...Errors.map(({ Key = '', VersionId, Code = '', Message = '' }) => ({
          key: Key,
          ...(VersionId !== undefined && { versionId: VersionId }),
          error: `${Code}: ${Message}`,
        })),
      );
    } catch (error) {
      if (!isMalformed(error)) throw error;
      // what is wrong with one of them must not keep the others
      alone.push(...listed);
    }
  }
  await concurrently(alone, ALONE_AT_A_TIME, async (object) => {
    done.push(await deleteAlone(s3, { Bucket: bucket, ...bypass }, object));
  });
  return done;
}

async function deleteAlone(
  s3: Pipeline['s3'],
  request: { readonly Bucket: string; readonly BypassGovernanceRetention?: boolean },
  { Key = '', VersionId }: ObjectIdentifier,
): Promise<Deletion> {
  const named = { key: Key, ...(VersionId !== undefined && { versionId: VersionId }) };
  try {
    const answer = await s3.send(new DeleteObjectCommand({ ...request, Key, VersionId }));
    return VersionId === undefined && answer.VersionId !== undefined
      ? { ...named, markerVersionId: answer.VersionId }
      : named;
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw error;
    return { ...named, error: `${error.name}: ${error.message}` };
  }
}

const isMalformed = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === 400;

/** @see https://www.w3.org/TR/xml/#charsets */
const isXmlText = (text: string): boolean =>
  !/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text);
