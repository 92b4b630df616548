import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { decodeKey } from './listing.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { compareUtf8 } from './utf8-order.ts';

/** What a key holds now: an object, or a delete marker. */
export interface CurrentObject {
  readonly key: string;
  readonly versionId: string;
  readonly isDeleteMarker: boolean;
  /** Bytes; absent for a delete marker. */
  readonly size?: number;
  readonly etag?: string;
  /** ISO 8601. */
  readonly lastModified: string;
}

export interface CurrentObjectsOptions {
  readonly prefix?: string;
  /** Start behind this key. */
  readonly after?: string | undefined;
}

/**
 * The current version of every key, in the order of the keys' UTF-8 bytes, a page of a thousand versions in memory at a
 * time. Unlike a listing of objects it tells version ids, which is how a row is known to be of this very version.
 */
export async function* currentObjects(
  { s3, ingestBucket }: Pick<Pipeline, 's3' | 'ingestBucket'>,
  { prefix = '', after }: CurrentObjectsOptions = {},
): AsyncGenerator<CurrentObject> {
  let KeyMarker = after;
  let VersionIdMarker: string | undefined;
  for (;;) {
    const page = await s3.send(
      new ListObjectVersionsCommand({
        Bucket: ingestBucket,
        Prefix: prefix,
        // XML cannot hold every key as it is
        EncodingType: 'url',
        ...(KeyMarker !== undefined && { KeyMarker }),
        ...(VersionIdMarker !== undefined && { VersionIdMarker }),
      }),
    );
    const latest = [
      ...(page.Versions ?? []).map((version) => ({ ...version, isDeleteMarker: false })),
      ...(page.DeleteMarkers ?? []).map((marker) => ({
        ...marker,
        ETag: undefined,
        Size: undefined,
        isDeleteMarker: true,
      })),
    ].filter(({ IsLatest }) => IsLatest === true);
    const current = latest.map(
      ({ Key = '', VersionId = '', ETag, Size, LastModified, isDeleteMarker }): CurrentObject => ({
        key: decodeKey(Key),
        versionId: VersionId,
        isDeleteMarker,
        ...(Size !== undefined && { size: Size }),
        ...(ETag !== undefined && { etag: ETag.replaceAll('"', '') }),
        lastModified: (LastModified ?? new Date(0)).toISOString(),
      }),
    );
    yield* current.toSorted((left, right) => compareUtf8(left.key, right.key));
    if (page.IsTruncated !== true) return;
    KeyMarker = decodeKey(page.NextKeyMarker ?? '');
    VersionIdMarker = page.NextVersionIdMarker;
  }
}
