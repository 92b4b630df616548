import { pipeline } from 'node:stream/promises';
import { checkBody, readBody } from './body-reader.ts';
import type { Bucket } from './bucket.ts';
import { type ByteRange, parseRange } from './byte-range.ts';
import { checkReadConditions, noSuchKey, rangeHolds } from './condition.ts';
import type { Exchange } from './exchange.ts';
import { encryptionHeaders, keyUseOf } from './encryption.ts';
import { lockHeaders } from './object-lock.ts';
import { checksumHeaders, keptHeaders, versionHeader } from './object-headers.ts';
import type { S3Context } from './s3-context.ts';
import { invalidArgument, S3Error } from './s3-error.ts';
import { checkVersionId } from './version-id.ts';
import type { ObjectVersion } from './version-rows.ts';

const MOST_PARTS = 10_000;

const OVERRIDABLE = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

/** GET and HEAD of an object: whole, or a range, or one part; current, or a named version. */
export async function getObject(
  context: S3Context,
  exchange: Exchange,
  bucket: Bucket,
  key: string,
): Promise<void> {
  const version = findReadable(context, exchange, bucket, key, exchange.query('versionId'));
  const { headers } = exchange;
  checkReadConditions(headers, version, context.clock.now());
  const files = context.objects.files(version);
  const partNumber = exchange.query('partNumber');
  if (partNumber !== undefined && headers.range !== undefined) {
    throw new S3Error('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter');
  }
  const part = partRange(files, partNumber);
  const ranged =
    part ??
    (rangeHolds(exchange.header('if-range'), version)
      ? parseRange(headers.range, version.sizeBytes)
      : undefined);
  const range = ranged ?? { first: 0, last: version.sizeBytes - 1 };
  const wantsChecksum = exchange.header('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  const answer: Record<string, string | number> = {
    'accept-ranges': 'bytes',
    'last-modified': new Date(version.modifiedAtMs).toUTCString(),
    etag: `"${version.etag}"`,
    ...encryptionHeaders(version.headers),
    ...versionHeader(bucket, version.versionId),
    ...keptHeaders(version),
    ...(version.lock !== undefined &&
      lockHeaders(version.lock, {
        retention: exchange.allows('s3:GetObjectRetention', bucket.name, key),
        legalHold: exchange.allows('s3:GetObjectLegalHold', bucket.name, key),
      })),
    ...overrides(exchange),
    ...(version.tags.length > 0 &&
      exchange.allows('s3:GetObjectTagging', bucket.name, key) && {
        'x-amz-tagging-count': version.tags.length,
      }),
    // a checksum of the whole says nothing about a range
    ...(wantsChecksum && ranged === undefined && checksumHeaders(version)),
    ...(part !== undefined && version.uploadId !== undefined && { 'x-amz-mp-parts-count': files.length }),
    ...(ranged !== undefined && {
      'content-range': `bytes ${range.first}-${range.last}/${version.sizeBytes}`,
    }),
    'content-length': range.last - range.first + 1,
  };
  if (isNavigation(exchange)) {
    answer['content-disposition'] = asAttachment(answer['content-disposition']);
  }
  const status = ranged === undefined ? 200 : 206;
  const { response, method } = exchange.request;
  const release = context.folder.retain(files.map(({ name }) => name));
  const bytes = readBody(context.folder, files, range);
  try {
    await checkBody(context.folder, files, range);
    if (method === 'HEAD') {
      exchange.head(status, answer);
      response.end();
      return;
    }
    // a small body is checked before it comes out, so that a damaged one is an error and not a cut connection
    const first = await bytes.next();
    exchange.head(status, answer);
    // all of it in one piece needs no stream
    if (first.done !== true && first.value.length === answer['content-length']) response.end(first.value);
    else await pipeline(startingWith(first, bytes), response);
  } finally {
    await bytes.return(undefined);
    release();
  }
}

async function* startingWith<T>(
  first: IteratorResult<T, unknown>,
  rest: AsyncIterable<T>,
): AsyncGenerator<T> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}

/**
 * The version to read, or to read or write the tags of, after asking whether the caller may.
 *
 * @throws S3Error `NoSuchKey`, `NoSuchVersion`, or `MethodNotAllowed` for a named marker
 */
export function findReadable(
  context: S3Context,
  exchange: Exchange,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  operation: 'GetObject' | `${'Get' | 'Put' | 'Delete'}ObjectTagging` = 'GetObject',
): ObjectVersion {
  const action = `s3:${versionId === undefined ? operation : operation.replace('Object', 'ObjectVersion')}`;
  exchange.authorize(action, bucket.name, key);
  const version = findVersion(context, exchange, bucket, key, versionId, action);
  const { principal, method } = exchange.request;
  // a head tells of an object, and reads none of it
  if (operation === 'GetObject' && method !== 'HEAD') {
    context.keys.authorize(principal, {
      ...keyUseOf(version.headers, bucket.name, key),
      actions: ['kms:Decrypt'],
    });
  }
  return version;
}

/**
 * The version that the request is about, for who may do the action.
 *
 * @throws S3Error `NoSuchKey`, `NoSuchVersion`, or `MethodNotAllowed` for a named marker
 */
export function findVersion(
  { rows }: Pick<S3Context, 'rows'>,
  exchange: Exchange,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  action: string,
): ObjectVersion {
  checkVersionId(bucket, versionId);
  const version =
    versionId === undefined ? rows.current(bucket.name, key) : rows.version(bucket.name, key, versionId);
  if (version === undefined) {
    throw exchange.missing(
      versionId === undefined
        ? noSuchKey(key)
        : new S3Error('NoSuchVersion', 'The specified version does not exist.', {
            details: { Key: key, VersionId: versionId },
          }),
      bucket.name,
      action,
      key,
    );
  }
  if (!version.marker) return version;
  const headers = { 'x-amz-delete-marker': 'true', ...versionHeader(bucket, version.versionId) };
  if (versionId === undefined) {
    throw exchange.missing(noSuchKey(key, headers), bucket.name, action, key);
  }
  throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    details: { Method: exchange.request.method, ResourceType: 'DeleteMarker' },
    headers: {
      ...headers,
      allow: 'DELETE',
      'last-modified': new Date(version.modifiedAtMs).toUTCString(),
    },
  });
}

/** Part n of a multipart object; part 1 of any other is the object. */
function partRange(
  files: readonly { sizeBytes: number }[],
  partNumber: string | undefined,
): ByteRange | undefined {
  if (partNumber === undefined) return undefined;
  const index = /^[1-9]\d{0,4}$/.test(partNumber) ? Number(partNumber) - 1 : -1;
  const part = files[index];
  if (index < 0 || index >= MOST_PARTS) {
    throw invalidArgument(
      `Part number must be an integer between 1 and ${MOST_PARTS}, inclusive`,
      'partNumber',
      partNumber,
    );
  }
  if (part === undefined) {
    throw new S3Error('InvalidPartNumber', 'The requested partnumber is not satisfiable', {
      details: { PartNumberRequested: partNumber, ActualPartCount: Math.max(files.length, 1) },
    });
  }
  if (part.sizeBytes === 0) return undefined;
  const first = files.slice(0, index).reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
  return { first, last: first + part.sizeBytes - 1 };
}

const SHOWN_AS_PAGE = new Set(['document', 'iframe', 'frame', 'embed', 'object', 'fencedframe']);

/** Whether a browser would show the answer as a page, in a tab or in a frame of another. */
function isNavigation(exchange: Exchange): boolean {
  return (
    exchange.header('sec-fetch-mode') === 'navigate' ||
    SHOWN_AS_PAGE.has(exchange.header('sec-fetch-dest') ?? '')
  );
}

/** Downloads it, under the name that the disposition gives: `inline; filename="a.csv"` is `attachment; filename="a.csv"`. */
function asAttachment(disposition: string | number | undefined): string {
  return String(disposition ?? '').replace(/^[^;]*/, 'attachment');
}

function overrides(exchange: Exchange): Record<string, string> {
  return Object.fromEntries(
    OVERRIDABLE.flatMap((name) => {
      const value = exchange.query(`response-${name}`);
      if (value === undefined) return [];
      // a line break would write headers of its own
      if (/[^\t\x20-\x7e\u0080-\uffff]/.test(value)) {
        throw invalidArgument(`response-${name} holds a control character`, `response-${name}`, value);
      }
      return [[name, Buffer.from(value).toString('latin1')]];
    }),
  );
}
