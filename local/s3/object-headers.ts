import type { IncomingHttpHeaders } from 'node:http';
import { objectEncoding } from './body-claims.ts';
import { checksumHeader } from './checksum.ts';
import type { Bucket } from './bucket.ts';
import { encryptionHeaders } from './encryption.ts';
import { decodeMetadata, encodeMetadata } from './metadata-text.ts';
import { S3Error } from './s3-error.ts';
import type { ObjectVersion } from './version-rows.ts';

const CONTENT_HEADERS = [
  'cache-control',
  'content-disposition',
  'content-language',
  'content-type',
  'expires',
] as const;
const METADATA = 'x-amz-meta-';
const LARGEST_METADATA_BYTES = 2_048;

/**
 * The headers that are kept with an object and given back to its readers. Values stay as node:http has them, one
 * latin1 character per byte; those of user metadata are kept decoded, as the text that they mean.
 */
export function objectHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of CONTENT_HEADERS) {
    const value = headers[name];
    if (typeof value === 'string') kept[name] = value;
  }
  kept['content-type'] ??= 'binary/octet-stream';
  const encoding = objectEncoding(headers['content-encoding']);
  if (encoding !== undefined) kept['content-encoding'] = encoding;
  let metadataBytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(METADATA) || typeof value !== 'string') continue;
    const text = decodeMetadata(value);
    metadataBytes += name.length - METADATA.length + Buffer.byteLength(text);
    kept[name] = text;
  }
  if (metadataBytes > LARGEST_METADATA_BYTES) {
    throw new S3Error(
      'MetadataTooLarge',
      `Your metadata headers exceed the maximum allowed metadata size: ${metadataBytes} bytes of ${LARGEST_METADATA_BYTES}`,
      { details: { Size: metadataBytes, MaxSizeAllowed: LARGEST_METADATA_BYTES } },
    );
  }
  return kept;
}

/** What a reader is told of the headers that are kept. */
export function keptHeaders({ headers }: Pick<ObjectVersion, 'headers'>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      name.startsWith(METADATA) ? encodeMetadata(value) : value,
    ]),
  );
}

/** `x-amz-version-id`, in a bucket that has versions. */
export function versionHeader(bucket: Bucket, versionId: string | undefined): Record<string, string> {
  return bucket.versioning === 'Never' || versionId === undefined ? {} : { 'x-amz-version-id': versionId };
}

/** What a write answers about the object it has made. Objects are encrypted in AWS, so it says so. */
export function writtenHeaders(bucket: Bucket, version: ObjectVersion): Record<string, string> {
  return {
    ...versionHeader(bucket, version.versionId),
    ...encryptionHeaders(version.headers),
  };
}

export function checksumHeaders({ checksum }: Pick<ObjectVersion, 'checksum'>): Record<string, string> {
  if (checksum === undefined) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}
