import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { decodeKey } from './listing.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

/** A version of a key, or a delete marker. */
export interface ObjectVersion {
  readonly versionId: string;
  readonly isLatest: boolean;
  readonly isDeleteMarker: boolean;
  readonly size?: number;
  readonly etag?: string;
  /** ISO 8601. */
  readonly lastModified: string;
  /** The bucket holds it no more, and a row still shows it. */
  readonly isRemoved?: true;
}

const PAGE = 1_000;

/** The newest thousand versions and markers of one key, the newest first; none when the bucket has never held it. */
export async function versionsOf(
  { s3, ingestBucket }: Pick<Pipeline, 's3' | 'ingestBucket'>,
  key: string,
): Promise<readonly ObjectVersion[]> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(
    new ListObjectVersionsCommand({
      Bucket: ingestBucket,
      Prefix: key,
      MaxKeys: PAGE,
      EncodingType: 'url',
    }),
  );
  // of the keys with this prefix the key itself comes first
  const ofKey = <Entry extends { Key?: string | undefined }>(entries: readonly Entry[]) =>
    entries.filter(({ Key = '' }) => decodeKey(Key) === key);
  return [
    ...ofKey(Versions).map(({ VersionId = '', IsLatest = false, Size, ETag, LastModified }) => ({
      versionId: VersionId,
      isLatest: IsLatest,
      isDeleteMarker: false,
      ...(Size !== undefined && { size: Size }),
      ...(ETag !== undefined && { etag: ETag.replaceAll('"', '') }),
      lastModified: (LastModified ?? new Date(0)).toISOString(),
    })),
    ...ofKey(DeleteMarkers).map(({ VersionId = '', IsLatest = false, LastModified }) => ({
      versionId: VersionId,
      isLatest: IsLatest,
      isDeleteMarker: true,
      lastModified: (LastModified ?? new Date(0)).toISOString(),
    })),
  ].toSorted(
    (left, right) =>
      Number(right.isLatest) - Number(left.isLatest) || (left.lastModified < right.lastModified ? 1 : -1),
  );
}
