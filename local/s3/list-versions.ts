import type { Store } from '../store.ts';
import type { Bucket } from './bucket.ts';
import type { Exchange } from './exchange.ts';
import { keyBytes } from './keys.ts';
import {
  type Bound,
  boundBehindMarker,
  boundOf,
  type Listing,
  latest,
  listPage,
  type ListingSource,
} from './listing.ts';
import { ownerElement } from './list-objects.ts';
import { commonPrefixElements, type ListRequest, readListRequest, scopeElements } from './list-request.ts';
import type { S3Context } from './s3-context.ts';
import { invalidArgument } from './s3-error.ts';
import { sequencerOf } from './sequence.ts';
import { toVersion, type VersionRow } from './version-rows.ts';
import { element, xmlDocument } from '../protocols/xml.ts';

/** GET `?versions`: every version and marker, by key, the newest of a key first. */
export function listObjectVersions(context: S3Context, exchange: Exchange, bucket: Bucket): void {
  exchange.authorize('s3:ListBucketVersions', bucket.name);
  const request = readListRequest(exchange, 'max-keys');
  const keyMarker = exchange.query('key-marker') ?? '';
  const versionIdMarker = exchange.query('version-id-marker') ?? '';
  const start = startOf(context, bucket, request, keyMarker, versionIdMarker);
  const listing = listPage(allVersions(context.store, bucket.name), request, start, request.limit);
  const owner = ownerElement(context.accountId);
  exchange.sendXml(
    xmlDocument(
      'ListVersionsResult',
      [
        element('Name', bucket.name),
        scopeElements(request),
        element('KeyMarker', request.encode(keyMarker)),
        element('VersionIdMarker', versionIdMarker),
        element('MaxKeys', request.limit),
        element('IsTruncated', listing.truncated),
        nextMarkers(listing, request),
        listing.entries.map((row) => versionElement(row, request, owner)).join(''),
        commonPrefixElements(listing, request),
      ].join(''),
    ),
  );
}

/** A page goes on behind a version that may be gone by now: who empties a bucket deletes page by page. */
function startOf(
  { rows }: S3Context,
  bucket: Bucket,
  request: ListRequest,
  keyMarker: string,
  versionIdMarker: string,
): Bound | undefined {
  if (keyMarker === '') {
    if (versionIdMarker === '') return boundOf(request.prefix);
    throw invalidArgument(
      'A version-id marker cannot be specified without a key marker.',
      'version-id-marker',
      versionIdMarker,
    );
  }
  if (versionIdMarker === '') return boundBehindMarker(keyMarker, request);
  const within =
    versionIdMarker === 'null'
      ? // a key that has lost its null version mostly had no other
        (rows.version(bucket.name, keyMarker, 'null')?.sequencer ?? '')
      : sequencerOf(versionIdMarker);
  if (within === undefined) {
    throw invalidArgument('Invalid version id specified', 'version-id-marker', versionIdMarker);
  }
  return latest({ key: keyBytes(keyMarker), within }, boundOf(request.prefix));
}

function allVersions(store: Store, bucket: string): ListingSource<VersionRow> {
  return {
    fetch: ({ key, within }, end, limit) =>
      store
        .prepare(
          // "g" is above every hexadecimal digit
          `SELECT * FROM s3_version WHERE bucket = ? AND key >= ?2 AND (key > ?2 OR sequencer < ?)
           ${end === undefined ? '' : 'AND key < ?'} ORDER BY key, sequencer DESC LIMIT ?`,
        )
        .all(
          bucket,
          key,
          within ?? 'g',
          ...(end === undefined ? [] : [end]),
          limit,
        ) as unknown as VersionRow[],
    keyOf: (row) => Buffer.from(row.key),
    behind: (row) => ({ key: Buffer.from(row.key), within: row.sequencer }),
  };
}

function versionElement(row: VersionRow, { encode }: ListRequest, owner: string): string {
  const version = toVersion(row);
  const common = [
    element('Key', encode(version.key)),
    element('VersionId', version.versionId),
    element('IsLatest', version.latest),
    element('LastModified', new Date(version.modifiedAtMs).toISOString()),
  ].join('');
  if (version.marker) return `<DeleteMarker>${common}${owner}</DeleteMarker>`;
  return [
    '<Version>',
    common,
    element('ETag', `"${version.etag}"`),
    element('ChecksumAlgorithm', version.checksum?.algorithm),
    element('ChecksumType', version.checksum?.type),
    element('Size', version.sizeBytes),
    owner,
    element('StorageClass', 'STANDARD'),
    '</Version>',
  ].join('');
}

function nextMarkers({ truncated, last }: Listing<VersionRow>, { encode }: ListRequest): string {
  if (!truncated || last === undefined) return '';
  if ('commonPrefix' in last) return element('NextKeyMarker', encode(last.commonPrefix));
  const { key, versionId } = toVersion(last.entry);
  return element('NextKeyMarker', encode(key)) + element('NextVersionIdMarker', versionId);
}
