import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Store } from '../store.ts';
import type { StoredBody } from './body.ts';
import type { BodyRemovals } from './body-removals.ts';
import type { Checksum, ChecksumAlgorithm, ChecksumType } from './checksum.ts';
import { keyBytes, keyText } from './keys.ts';
import { lockColumn, type ObjectLock } from './object-lock.ts';
import { S3Error } from './s3-error.ts';
import type { Sequence } from './sequence.ts';
import type { Tag } from './tags.ts';
import { tagsColumn } from './version-rows.ts';

/** A multipart upload that is neither completed nor aborted. */
export interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
  readonly initiatedAtMs: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  /** What the object is to be locked by. */
  readonly lock: ObjectLock | undefined;
  readonly checksumAlgorithm: ChecksumAlgorithm | undefined;
  readonly checksumType: ChecksumType | undefined;
}

export interface Part {
  readonly number: number;
  readonly file: string;
  readonly sizeBytes: number;
  /** hex */
  readonly md5: string;
  readonly checksum: Checksum | undefined;
  readonly modifiedAtMs: number;
}

/** A row of `s3_upload`. */
export interface UploadRow {
  bucket: string;
  key: Uint8Array;
  upload_id: string;
  initiated_at: number;
  headers: string;
  tags: string | null;
  lock: string | null;
  checksum_algorithm: ChecksumAlgorithm | null;
  checksum_type: ChecksumType | null;
}

export function toUpload(row: UploadRow): Upload {
  return {
    bucket: row.bucket,
    key: keyText(row.key),
    uploadId: row.upload_id,
    initiatedAtMs: row.initiated_at,
    headers: JSON.parse(row.headers) as Record<string, string>,
    tags: row.tags === null ? [] : (JSON.parse(row.tags) as Tag[]),
    lock: row.lock === null ? undefined : (JSON.parse(row.lock) as ObjectLock),
    checksumAlgorithm: row.checksum_algorithm ?? undefined,
    checksumType: row.checksum_type ?? undefined,
  };
}

/** Multipart uploads under way, and the parts of those and of completed ones. */
export class Uploads {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #removals: BodyRemovals;
  readonly #sequence: Sequence;

  constructor(store: Store, clock: Clock, removals: BodyRemovals, sequence: Sequence) {
    this.#store = store;
    this.#clock = clock;
    this.#removals = removals;
    this.#sequence = sequence;
  }

  /** @returns the upload's id: ids of one key are in the order of their uploads */
  create(upload: Omit<Upload, 'uploadId' | 'initiatedAtMs'>): string {
    return this.#store.transaction(() => {
      const uploadId = `${this.#sequence.next()}${randomBytes(24).toString('hex')}`;
      this.#store
        .prepare(
          'INSERT INTO s3_upload (bucket, key, upload_id, initiated_at, initiated_running, headers, tags, lock, checksum_algorithm, checksum_type) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
        )
        .run(
          upload.bucket,
          keyBytes(upload.key),
          uploadId,
          this.#clock.now(),
          this.#clock.runningMs(),
          JSON.stringify(upload.headers),
          tagsColumn(upload.tags),
          lockColumn(upload.lock),
          upload.checksumAlgorithm ?? null,
          upload.checksumType ?? null,
        );
      return uploadId;
    });
  }

  /** @throws S3Error `NoSuchUpload` */
  get(bucket: string, key: string, uploadId: string): Upload {
    const upload = this.find(bucket, key, uploadId);
    if (upload !== undefined) return upload;
    throw new S3Error(
      'NoSuchUpload',
      'The specified multipart upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      { details: { UploadId: uploadId } },
    );
  }

  find(bucket: string, key: string, uploadId: string): Upload | undefined {
    const row = this.#store
      .prepare('SELECT * FROM s3_upload WHERE bucket = ? AND key = ? AND upload_id = ?')
      .get(bucket, keyBytes(key), uploadId) as UploadRow | undefined;
    return row === undefined ? undefined : toUpload(row);
  }

  /** Adds a part, or puts it in the place of one that had its number. @returns when, in milliseconds since 1970 */
  addPart({ bucket, key, uploadId }: Upload, number: number, { file, md5, checksum }: StoredBody): number {
    return this.#store.transaction(() => {
      // it may have ended while the part came in
      this.get(bucket, key, uploadId);
      this.#removeParts(
        this.parts(uploadId).filter((part) => part.number === number),
        uploadId,
      );
      const modifiedAtMs = this.#clock.now();
      this.#store
        .prepare(
          'INSERT INTO s3_part (upload_id, number, file, size, md5, checksum, modified_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
        )
        .run(
          uploadId,
          number,
          file.name,
          file.sizeBytes,
          md5,
          checksum === undefined ? null : JSON.stringify(checksum),
          modifiedAtMs,
        );
      return modifiedAtMs;
    });
  }

  /** By number. */
  parts(uploadId: string): Part[] {
    const rows = this.#store
      .prepare('SELECT * FROM s3_part WHERE upload_id = ? ORDER BY number')
      .all(uploadId) as {
      number: number;
      file: string;
      size: number;
      md5: string;
      checksum: string | null;
      modified_at: number;
    }[];
    return rows.map((row) => ({
      number: row.number,
      file: row.file,
      sizeBytes: row.size,
      md5: row.md5,
      checksum: row.checksum === null ? undefined : (JSON.parse(row.checksum) as Checksum),
      modifiedAtMs: row.modified_at,
    }));
  }

  /** Ends the upload, and removes all parts but those that `kept` names: none when it is aborted. */
  end({ bucket, key, uploadId }: Upload, kept: readonly Part[]): void {
    this.#store.transaction(() => {
      this.#store
        .prepare('DELETE FROM s3_upload WHERE bucket = ? AND key = ? AND upload_id = ?')
        .run(bucket, keyBytes(key), uploadId);
      const numbers = new Set(kept.map(({ number }) => number));
      this.#removeParts(
        this.parts(uploadId).filter(({ number }) => !numbers.has(number)),
        uploadId,
      );
    });
  }

  #removeParts(parts: readonly Part[], uploadId: string): void {
    for (const { number } of parts) {
      this.#store.prepare('DELETE FROM s3_part WHERE upload_id = ? AND number = ?').run(uploadId, number);
    }
    this.#removals.remove(parts.map(({ file }) => file));
  }
}

/** `0123…cdef-3`: the MD5 of the parts' MD5s, and how many there are. */
export function multipartEtag(parts: readonly Part[]): string {
  const md5 = createHash('md5');
  for (const part of parts) md5.update(part.md5, 'hex');
  return `${md5.digest('hex')}-${parts.length}`;
}
