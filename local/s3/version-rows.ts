import type { Store } from '../store.ts';
import type { Checksum } from './checksum.ts';
import { keyBytes, keyText } from './keys.ts';
import { lockColumn, type ObjectLock } from './object-lock.ts';
import { sequencerOf } from './sequence.ts';
import type { Tag } from './tags.ts';

/** One version of an object, or one delete marker. */
export interface ObjectVersion {
  readonly bucket: string;
  readonly key: string;
  /** Orders the versions of a key: later ones are higher. */
  readonly sequencer: string;
  /** `null` (the text) for an object that was put without versioning. */
  readonly versionId: string;
  readonly latest: boolean;
  readonly marker: boolean;
  readonly sizeBytes: number;
  /** Without quotes; empty for a marker. */
  readonly etag: string;
  readonly modifiedAtMs: number;
  readonly noncurrentSinceMs: number | undefined;
  /** Content headers and user metadata, as they go back to a reader. */
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum: Checksum | undefined;
  readonly tags: readonly Tag[];
  /** What keeps it from being deleted; absent for a marker. */
  readonly lock: ObjectLock | undefined;
  /** The body's file; absent for a marker, and for a multipart object, whose files are its upload's parts. */
  readonly file: string | undefined;
  readonly uploadId: string | undefined;
}

/** A row as SQLite gives it; the columns are described in first-tables.ts. */
export interface VersionRow {
  bucket: string;
  key: Uint8Array;
  sequencer: string;
  version_id: string;
  latest: number;
  marker: number;
  size: number;
  etag: string;
  modified_at: number;
  noncurrent_since: number | null;
  headers: string;
  checksum: string | null;
  tags: string | null;
  lock: string | null;
  file: string | null;
  upload_id: string | null;
}

export function toVersion(row: VersionRow): ObjectVersion {
  return {
    bucket: row.bucket,
    key: keyText(row.key),
    sequencer: row.sequencer,
    versionId: row.version_id,
    latest: row.latest === 1,
    marker: row.marker === 1,
    sizeBytes: row.size,
    etag: row.etag,
    modifiedAtMs: row.modified_at,
    noncurrentSinceMs: row.noncurrent_since ?? undefined,
    headers: JSON.parse(row.headers) as Record<string, string>,
    checksum: row.checksum === null ? undefined : (JSON.parse(row.checksum) as Checksum),
    tags: row.tags === null ? [] : (JSON.parse(row.tags) as Tag[]),
    lock: row.lock === null ? undefined : (JSON.parse(row.lock) as ObjectLock),
    file: row.file ?? undefined,
    uploadId: row.upload_id ?? undefined,
  };
}

/** As the tables keep them. */
export function tagsColumn(tags: readonly Tag[]): string | null {
  return tags.length === 0 ? null : JSON.stringify(tags);
}

/** Reads and writes single versions. What may be written when is decided in objects.ts. */
export class VersionRows {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  current(bucket: string, key: string): ObjectVersion | undefined {
    return this.#one(
      'SELECT * FROM s3_version WHERE bucket = ? AND key = ? AND latest = 1',
      bucket,
      keyBytes(key),
    );
  }

  version(bucket: string, key: string, versionId: string): ObjectVersion | undefined {
    if (versionId === 'null') {
      return this.#one(
        "SELECT * FROM s3_version WHERE bucket = ? AND key = ? AND version_id = 'null'",
        bucket,
        keyBytes(key),
      );
    }
    const sequencer = sequencerOf(versionId);
    if (sequencer === undefined) return undefined;
    return this.#one(
      'SELECT * FROM s3_version WHERE bucket = ? AND key = ? AND sequencer = ? AND version_id = ?',
      bucket,
      keyBytes(key),
      sequencer,
      versionId,
    );
  }

  byUpload(uploadId: string): ObjectVersion | undefined {
    return this.#one('SELECT * FROM s3_version WHERE upload_id = ?', uploadId);
  }

  /** @param runningMs now, in running time: from then on it ages, and the one before it as noncurrent */
  insert(version: Omit<ObjectVersion, 'latest' | 'noncurrentSinceMs'>, runningMs: number): void {
    this.#store
      .prepare(
        'UPDATE s3_version SET latest = 0, noncurrent_since = ?, noncurrent_running = ? WHERE bucket = ? AND key = ? AND latest = 1',
      )
      .run(version.modifiedAtMs, runningMs, version.bucket, keyBytes(version.key));
    this.#store
      .prepare(
        `INSERT INTO s3_version (bucket, key, sequencer, version_id, latest, marker, size, etag, modified_at, modified_running, headers,
           checksum, tags, lock, file, upload_id)
         VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        version.bucket,
        keyBytes(version.key),
        version.sequencer,
        version.versionId,
        Number(version.marker),
        version.sizeBytes,
        version.etag,
        version.modifiedAtMs,
        runningMs,
        JSON.stringify(version.headers),
        version.checksum === undefined ? null : JSON.stringify(version.checksum),
        tagsColumn(version.tags),
        lockColumn(version.lock),
        version.file ?? null,
        version.uploadId ?? null,
      );
  }

  setTags({ bucket, key, sequencer }: ObjectVersion, tags: readonly Tag[]): void {
    this.#store
      .prepare('UPDATE s3_version SET tags = ? WHERE bucket = ? AND key = ? AND sequencer = ?')
      .run(tagsColumn(tags), bucket, keyBytes(key), sequencer);
  }

  setLock({ bucket, key, sequencer }: ObjectVersion, lock: ObjectLock): void {
    this.#store
      .prepare('UPDATE s3_version SET lock = ? WHERE bucket = ? AND key = ? AND sequencer = ?')
      .run(lockColumn(lock), bucket, keyBytes(key), sequencer);
  }

  /** Removes the row; the next older version becomes the current one if this was it. */
  remove(version: ObjectVersion): void {
    const key = keyBytes(version.key);
    this.#store
      .prepare('DELETE FROM s3_version WHERE bucket = ? AND key = ? AND sequencer = ?')
      .run(version.bucket, key, version.sequencer);
    if (!version.latest) return;
    this.#store
      .prepare(
        `UPDATE s3_version SET latest = 1, noncurrent_since = NULL, noncurrent_running = NULL WHERE bucket = ?1 AND key = ?2
         AND sequencer = (SELECT max(sequencer) FROM s3_version WHERE bucket = ?1 AND key = ?2)`,
      )
      .run(version.bucket, key);
  }

  #one(sql: string, ...parameters: (string | Uint8Array)[]): ObjectVersion | undefined {
    const row = this.#store.prepare(sql).get(...parameters) as VersionRow | undefined;
    return row === undefined ? undefined : toVersion(row);
  }
}
