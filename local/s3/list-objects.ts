import { createHash } from 'node:crypto';
import type { Store } from '../store.ts';
import type { Bucket } from './bucket.ts';
import type { Exchange } from './exchange.ts';
import { keyBytes, keyText } from './keys.ts';
import {
  type Bound,
  boundBehindKey,
  boundBehindMarker,
  boundBehindPrefix,
  boundOf,
  type Listing,
  listPage,
  type ListingSource,
} from './listing.ts';
import { commonPrefixElements, type ListRequest, readListRequest, scopeElements } from './list-request.ts';
import type { S3Context } from './s3-context.ts';
import { invalidArgument } from './s3-error.ts';
import { toVersion, type VersionRow } from './version-rows.ts';
import { element, xmlDocument } from '../protocols/xml.ts';

/** GET `?list-type=2`: the current objects of a bucket. */
export function listObjectsV2(context: S3Context, exchange: Exchange, bucket: Bucket): void {
  exchange.authorize('s3:ListBucket', bucket.name);
  const request = readListRequest(exchange, 'max-keys');
  const token = exchange.query('continuation-token');
  const startAfter = exchange.query('start-after');
  const start =
    token !== undefined
      ? readToken(token)
      : startAfter === undefined
        ? boundOf(request.prefix)
        : boundBehindMarker(startAfter, request);
  const listing = listPage(currentObjects(context.store, bucket.name), request, start, request.limit);
  const owner = exchange.query('fetch-owner') === 'true' ? ownerElement(context.accountId) : '';
  exchange.sendXml(
    xmlDocument(
      'ListBucketResult',
      [
        element('Name', bucket.name),
        scopeElements(request),
        element('MaxKeys', request.limit),
        element('KeyCount', listing.entries.length + listing.commonPrefixes.length),
        element('IsTruncated', listing.truncated),
        element('ContinuationToken', token),
        element('NextContinuationToken', listing.truncated ? writeToken(listing) : undefined),
        element('StartAfter', startAfter === undefined ? undefined : request.encode(startAfter)),
        contents(listing, request, owner),
        commonPrefixElements(listing, request),
      ].join(''),
    ),
    { 'x-amz-bucket-region': context.region },
  );
}

/** GET of a bucket with no `list-type`: the first version of the same, which older clients still call. */
export function listObjectsV1(context: S3Context, exchange: Exchange, bucket: Bucket): void {
  exchange.authorize('s3:ListBucket', bucket.name);
  const request = readListRequest(exchange, 'max-keys');
  const marker = exchange.query('marker') ?? '';
  const start = marker === '' ? boundOf(request.prefix) : boundBehindMarker(marker, request);
  const listing = listPage(currentObjects(context.store, bucket.name), request, start, request.limit);
  exchange.sendXml(
    xmlDocument(
      'ListBucketResult',
      [
        element('Name', bucket.name),
        scopeElements(request),
        element('Marker', request.encode(marker)),
        element('MaxKeys', request.limit),
        element('IsTruncated', listing.truncated),
        // without a delimiter the last key is the next marker, and S3 sends none
        listing.truncated && request.delimiter !== undefined ? nextMarker(listing, request) : '',
        contents(listing, request, ownerElement(context.accountId)),
        commonPrefixElements(listing, request),
      ].join(''),
    ),
    { 'x-amz-bucket-region': context.region },
  );
}

/** The owner's canonical id: made from the account id, as nothing else is known of it. */
export function ownerElement(accountId: string): string {
  return `<Owner>${element('ID', createHash('sha256').update(accountId).digest('hex'))}</Owner>`;
}

function currentObjects(store: Store, bucket: string): ListingSource<VersionRow> {
  return {
    fetch: (from, end, limit) =>
      store
        .prepare(
          `SELECT * FROM s3_version WHERE bucket = ? AND latest = 1 AND marker = 0 AND key >= ?
           ${end === undefined ? '' : 'AND key < ?'} ORDER BY key LIMIT ?`,
        )
        .all(bucket, from.key, ...(end === undefined ? [] : [end]), limit) as unknown as VersionRow[],
    keyOf: (row) => Buffer.from(row.key),
    behind: (row) => boundBehindKey(Buffer.from(row.key)),
  };
}

function contents({ entries }: Listing<VersionRow>, { encode }: ListRequest, owner: string): string {
  return entries
    .map((row) => {
      const { key, modifiedAtMs, etag, sizeBytes, checksum } = toVersion(row);
      return [
        '<Contents>',
        element('Key', encode(key)),
        element('LastModified', new Date(modifiedAtMs).toISOString()),
        element('ETag', `"${etag}"`),
        element('ChecksumAlgorithm', checksum?.algorithm),
        element('ChecksumType', checksum?.type),
        element('Size', sizeBytes),
        owner,
        element('StorageClass', 'STANDARD'),
        '</Contents>',
      ].join('');
    })
    .join('');
}

function nextMarker({ last }: Listing<VersionRow>, { encode }: ListRequest): string {
  if (last === undefined) return '';
  return element('NextMarker', encode('entry' in last ? keyText(last.entry.key) : last.commonPrefix));
}

// k = behind that key, p = behind everything under that prefix
function writeToken({ last }: Listing<VersionRow>): string | undefined {
  if (last === undefined) return undefined;
  const [kind, key] = 'entry' in last ? ['k', last.entry.key] : ['p', keyBytes(last.commonPrefix)];
  return `${kind}${Buffer.from(key).toString('base64url')}`;
}

function readToken(token: string): Bound | undefined {
  const key = Buffer.from(token.slice(1), 'base64url');
  if (token.startsWith('k')) return boundBehindKey(key);
  if (token.startsWith('p')) return boundBehindPrefix(key);
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
}
