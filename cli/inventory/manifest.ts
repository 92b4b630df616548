import { createHash } from 'node:crypto';
import { usageError } from '../cli-error.ts';

/** A file of an inventory. */
export interface InventoryFile {
  /** In the bucket that the inventory is written to. */
  readonly key: string;
  readonly md5: string;
}

/** What S3 says of an inventory, in its `manifest.json`. */
export interface Manifest {
  readonly sourceBucket: string;
  /** When S3 began to write it: what changed later is not in it, or may not be. */
  readonly createdAt: Date;
  readonly format: 'CSV' | 'Parquet';
  /** Names of the columns of a CSV, in their order; empty for Parquet, whose files name them. */
  readonly columns: readonly string[];
  readonly files: readonly InventoryFile[];
}

/** Which fields are read, as a CSV's schema names them, and as Parquet does. */
export const FIELDS = {
  Key: 'key',
  VersionId: 'version_id',
  IsLatest: 'is_latest',
  IsDeleteMarker: 'is_delete_marker',
  Size: 'size',
  LastModifiedDate: 'last_modified_date',
  ETag: 'e_tag',
} as const;

/**
 * Reads a manifest, and refuses one that cannot stand for a listing of the bucket.
 *
 *     {"sourceBucket":"photos","version":"2016-11-30","creationTimestamp":"1764205200000","fileFormat":"CSV",
 *      "fileSchema":"Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag",
 *      "files":[{"key":"inv/photos/all/data/3c5e.csv.gz","size":2147483647,"MD5checksum":"f111…"}]}
 *
 * @param checksum of the `manifest.checksum` beside it
 * @throws CliError, usage, with what is wrong and what to do
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
 */
export function parseManifest(text: string, checksum: string, location: string): Manifest {
  if (md5Of(text) !== checksum.trim()) {
    throw usageError(
      `${location} is not what its manifest.checksum is of (${checksum.trim()})`,
      'one of the two is damaged, or of another day: fetch both again',
    );
  }
  const raw = JSON.parse(text) as RawManifest;
  const { sourceBucket, creationTimestamp, fileFormat, fileSchema = '', files } = raw;
  if (sourceBucket === undefined || creationTimestamp === undefined || files === undefined) {
    throw usageError(
      `${location} is no manifest of an S3 Inventory: it has no sourceBucket, creationTimestamp or files`,
      'name the manifest.json that S3 wrote below the inventory’s folder, by its date',
    );
  }
  const format = fileFormat === 'CSV' || fileFormat === 'Parquet' ? fileFormat : undefined;
  if (format === undefined) {
    throw usageError(
      `${location} is of an inventory in the format ${JSON.stringify(fileFormat)}, which is not read`,
      'configure the inventory as CSV or Parquet',
    );
  }
  const columns = format === 'CSV' ? fileSchema.split(',').map((name) => name.trim()) : [];
  const missing = Object.entries(FIELDS)
    .filter(([csv, parquet]) =>
      format === 'CSV' ? !columns.includes(csv) : !new RegExp(`\\b${parquet}\\b`).test(fileSchema),
    )
    .map(([name]) => name);
  if (missing.length > 0) {
    throw usageError(
      `the inventory of ${location} has no ${missing.join(', ')}`,
      'configure it with all versions (IncludedObjectVersions: All) and the optional fields Size, LastModifiedDate and ETag',
    );
  }
  return {
    sourceBucket,
    createdAt: new Date(Number(creationTimestamp)),
    format,
    columns,
    files: files.map(({ key, MD5checksum }) => ({ key, md5: MD5checksum })),
  };
}

export const md5Of = (content: string | Uint8Array): string =>
  createHash('md5').update(content).digest('hex');

interface RawManifest {
  readonly sourceBucket?: string;
  readonly creationTimestamp?: string;
  readonly fileFormat?: string;
  readonly fileSchema?: string;
  readonly files?: readonly { readonly key: string; readonly MD5checksum: string }[];
}
