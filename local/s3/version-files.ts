import type { Store } from '../store.ts';
import { bodyDigest, type BodyFile } from './body-file.ts';
import type { Checksum } from './checksum.ts';
import type { ObjectVersion } from './version-rows.ts';

/** The files of a version's body, in order: of a multipart object those of its parts. */
export function filesOf(
  store: Store,
  { file, uploadId, sizeBytes, etag, checksum }: ObjectVersion,
): BodyFile[] {
  if (file !== undefined) return [{ name: file, sizeBytes, digest: bodyDigest(etag, checksum) }];
  if (uploadId === undefined) return [];
  const parts = store
    .prepare('SELECT file, size, md5, checksum FROM s3_part WHERE upload_id = ? ORDER BY number')
    .all(uploadId) as { file: string; size: number; md5: string; checksum: string | null }[];
  return parts.map((part) => ({
    name: part.file,
    sizeBytes: part.size,
    digest: bodyDigest(
      part.md5,
      part.checksum === null ? undefined : (JSON.parse(part.checksum) as Checksum),
    ),
  }));
}
