import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import type { CurrentObject } from '../../../cli/objects/current-objects.ts';

/** A version of a key, as an inventory has it. */
export interface InventoryLine extends CurrentObject {
  readonly isLatest?: boolean;
}

const COLUMNS = [
  'Bucket',
  'Key',
  'VersionId',
  'IsLatest',
  'IsDeleteMarker',
  'Size',
  'LastModifiedDate',
  'ETag',
];

const PARQUET_SCHEMA =
  'message s3.inventory { required binary bucket (UTF8); required binary key (UTF8); optional binary version_id (UTF8); ' +
  'optional boolean is_latest; optional boolean is_delete_marker; optional int64 size; ' +
  'optional int64 last_modified_date (TIMESTAMP_MILLIS); optional binary e_tag (UTF8); }';

const md5 = (content: string | Uint8Array): string => createHash('md5').update(content).digest('hex');

export interface WrittenInventory {
  readonly bucket: string;
  readonly createdAt: Date;
  readonly format: 'CSV' | 'Parquet';
  /** A file each; their order is as they stand. */
  readonly files: readonly (readonly InventoryLine[])[];
}

/** Writes an inventory as S3 lays it, below the folder. @returns the path of its manifest.json */
export async function writeInventory(
  folder: string,
  { bucket, createdAt, format, files }: WrittenInventory,
): Promise<string> {
  const [config, day] = [`inv/${bucket}/all`, '2026-11-26T01-00Z'];
  for (const part of ['data', day]) mkdirSync(join(folder, config, part), { recursive: true });
  const listed: { key: string; size: number; MD5checksum: string }[] = [];
  for (const [index, lines] of files.entries()) {
    const key = `${config}/data/part-${index}.${format === 'CSV' ? 'csv.gz' : 'parquet'}`;
    const path = join(folder, key);
    if (format === 'CSV') writeFileSync(path, gzipSync(lines.map((line) => csvLine(bucket, line)).join('')));
    else await writeParquet(path, bucket, lines);
    const content = readFileSync(path);
    listed.push({ key, size: content.length, MD5checksum: md5(content) });
  }
  const manifest = JSON.stringify({
    sourceBucket: bucket,
    destinationBucket: 'arn:aws:s3:::inventories',
    version: '2016-11-30',
    creationTimestamp: String(createdAt.getTime()),
    fileFormat: format,
    fileSchema: format === 'CSV' ? COLUMNS.join(', ') : PARQUET_SCHEMA,
    files: listed,
  });
  const path = join(folder, config, day, 'manifest.json');
  writeFileSync(path, manifest);
  writeFileSync(join(folder, config, day, 'manifest.checksum'), `${md5(manifest)}\n`);
  return path;
}

/** As S3 encodes a key there: a space becomes a plus sign. */
const encodedKey = (key: string): string =>
  encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');

function csvLine(bucket: string, line: InventoryLine): string {
  const { key, versionId, isLatest = true, isDeleteMarker, size, lastModified, etag = '' } = line;
  const fields = [
    bucket,
    encodedKey(key),
    versionId,
    isLatest,
    isDeleteMarker,
    size ?? '',
    lastModified,
    etag,
  ];
  return `${fields.map((field) => `"${field}"`).join(',')}\n`;
}

async function writeParquet(path: string, bucket: string, lines: readonly InventoryLine[]): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    'CREATE TABLE t (bucket VARCHAR, key VARCHAR, version_id VARCHAR, is_latest BOOLEAN, is_delete_marker BOOLEAN, size BIGINT, last_modified_date TIMESTAMP_MS, e_tag VARCHAR)',
  );
  for (const { key, versionId, isLatest = true, isDeleteMarker, size, lastModified, etag } of lines) {
    await connection.run(
      'INSERT INTO t VALUES ($1, $2, $3, $4, $5, CAST($6 AS BIGINT), CAST($7 AS TIMESTAMP_MS), $8)',
      [bucket, key, versionId, isLatest, isDeleteMarker, size ?? null, lastModified, etag ?? null],
    );
  }
  await connection.run(`COPY t TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}
