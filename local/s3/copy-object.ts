import { notImplemented } from '../protocols/aws-error.ts';
import { type StoredBody, storeCopy } from './body.ts';
import { LARGEST_BODY_BYTES, namedAlgorithm } from './body-claims.ts';
import { type BodyFolder, committed } from './body-folder.ts';
import { checkBody, readBody } from './body-reader.ts';
import type { Bucket } from './bucket.ts';
import type { ChecksumAlgorithm } from './checksum.ts';
import { checkCopyConditions, writeCondition } from './condition.ts';
import type { Exchange } from './exchange.ts';
import { findReadable } from './get-object.ts';
import { checkKey, decodePercent } from './keys.ts';
import { withoutEncryption } from './encryption.ts';
import { objectHeaders, writtenHeaders } from './object-headers.ts';
import { newLock } from './object-retention.ts';
import type { S3Context } from './s3-context.ts';
import { invalidArgument, S3Error } from './s3-error.ts';
import type { Tag } from './tags.ts';
import type { ObjectVersion } from './version-rows.ts';
import { checksumElement } from './checksum.ts';
import { element, xmlDocument } from '../protocols/xml.ts';

/** PUT with `x-amz-copy-source`: an object in one request shares its bytes with its copy, which costs nothing. */
export async function copyObject(
  context: S3Context,
  exchange: Exchange,
  bucket: Bucket,
  key: string,
): Promise<void> {
  exchange.authorize('s3:PutObject', bucket.name, key);
  const { headers } = exchange;
  const { source, sourceBucket, versionId } = findSource(context, exchange);
  const replaces = directive(exchange, 'metadata') === 'REPLACE';
  if (!replaces && versionId === undefined && sourceBucket.name === bucket.name && source.key === key) {
    throw new S3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata.",
    );
  }
  if (source.sizeBytes > LARGEST_BODY_BYTES) {
    throw new S3Error(
      'InvalidRequest',
      `The specified copy source is larger than the maximum allowable size for a copy source: ${LARGEST_BODY_BYTES}`,
    );
  }
  const condition = writeCondition(key, headers);
  const tags = copiedTags(exchange, bucket, key, { source, sourceBucket, versionId });
  // a copy does not inherit the lock
  const lock = newLock(exchange, { bucket, key }, context);
  const kept = {
    ...(replaces ? objectHeaders(headers) : withoutEncryption(source.headers)),
    ...exchange.encryptionFor({ bucket, key }, context),
  };
  const body = await copyBody(context, source, namedAlgorithm(headers));
  const object = {
    key,
    sizeBytes: body.file.sizeBytes,
    etag: body.md5,
    headers: kept,
    tags,
    lock,
    checksum: body.checksum,
    file: body.file.name,
  };
  const version = await committed(context, [body.file.name], () =>
    context.objects.create(bucket, object, 'CopyObject', exchange.cause(), condition),
  );
  exchange.sendXml(copyResult('CopyObjectResult', body, version.modifiedAtMs), {
    ...writtenHeaders(bucket, version),
    ...sourceVersionHeader(sourceBucket, source),
  });
}

/** What `x-amz-copy-source` names (`/bucket/key?versionId=…`, percent-encoded), if the caller may read it and its conditions hold. */
export function findSource(
  context: S3Context,
  exchange: Exchange,
): { source: ObjectVersion; sourceBucket: Bucket; versionId: string | undefined } {
  const header = exchange.header('x-amz-copy-source') ?? '';
  if (header.startsWith('arn:')) throw notImplemented(`copy source ${JSON.stringify(header)}`);
  const [encoded, versionId] = header.split('?versionId=') as [string, string?];
  // its slash may be encoded too, and here, unlike in a path, a bare plus is a space
  const path = decodePercent(encoded.replaceAll('+', ' ')).replace(/^\//, '');
  const slash = path.indexOf('/');
  if (slash < 1 || slash === path.length - 1) {
    throw invalidArgument('Invalid copy source object key', 'x-amz-copy-source', header);
  }
  const sourceBucket = context.buckets.get(path.slice(0, slash));
  exchange.checkOwner('x-amz-source-expected-bucket-owner');
  const key = checkKey(path.slice(slash + 1));
  const source = readSource(context, exchange, sourceBucket, key, versionId);
  checkCopyConditions(exchange.headers, source, context.clock.now());
  return { source, sourceBucket, versionId };
}

/** As a reader would, but for a marker that is named: S3 has words of its own for it. */
function readSource(
  context: S3Context,
  exchange: Exchange,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
): ObjectVersion {
  try {
    return findReadable(context, exchange, bucket, key, versionId);
  } catch (error) {
    if (!(error instanceof S3Error) || error.code !== 'MethodNotAllowed') throw error;
    throw new S3Error(
      'InvalidRequest',
      'The source of a copy request may not specifically refer to a delete marker by version id.',
    );
  }
}

export function sourceVersionHeader(bucket: Bucket, source: ObjectVersion): Record<string, string> {
  return bucket.versioning === 'Never' ? {} : { 'x-amz-copy-source-version-id': source.versionId };
}

/** The answer to a copy, of an object or of a part. */
export function copyResult(
  root: string,
  { md5, checksum }: Pick<StoredBody, 'md5' | 'checksum'>,
  modifiedAtMs: number,
): string {
  return xmlDocument(
    root,
    [
      element('LastModified', new Date(modifiedAtMs).toISOString()),
      element('ETag', `"${md5}"`),
      checksum === undefined ? '' : element(checksumElement(checksum.algorithm), checksum.value),
      element('ChecksumType', checksum?.type),
    ].join(''),
  );
}

async function copyBody(
  { folder, objects }: S3Context,
  source: ObjectVersion,
  algorithm: ChecksumAlgorithm | undefined,
): Promise<StoredBody> {
  const files = objects.files(source);
  const release = folder.retain(files.map(({ name }) => name));
  try {
    const all = { first: 0, last: source.sizeBytes - 1 };
    await checkBody(folder, files, all);
    const wanted = algorithm ?? source.checksum?.algorithm;
    if (source.file !== undefined && wanted === source.checksum?.algorithm) {
      return await shareFile(folder, source, source.file);
    }
    // a copy has the MD5 and the checksum of the whole as its own, also of what came in parts: its bytes must be read
    return await storeCopy(folder, readBody(folder, files, all), wanted);
  } finally {
    release();
  }
}

async function shareFile(folder: BodyFolder, source: ObjectVersion, file: string): Promise<StoredBody> {
  return {
    file: { name: await folder.duplicate(file), sizeBytes: source.sizeBytes },
    md5: source.etag,
    ...(source.checksum !== undefined && { checksum: source.checksum }),
  };
}

/** The copy's tags: the source's, or with the directive `REPLACE` those that the request gives. */
function copiedTags(
  exchange: Exchange,
  bucket: Bucket,
  key: string,
  from: { source: ObjectVersion; sourceBucket: Bucket; versionId: string | undefined },
): readonly Tag[] {
  if (directive(exchange, 'tagging') === 'REPLACE') return exchange.newTags(bucket.name, key);
  const { source, sourceBucket, versionId } = from;
  if (source.tags.length > 0) {
    const action = versionId === undefined ? 's3:GetObjectTagging' : 's3:GetObjectVersionTagging';
    exchange.authorize(action, sourceBucket.name, source.key);
    exchange.authorize('s3:PutObjectTagging', bucket.name, key);
  }
  return source.tags;
}

function directive(exchange: Exchange, of: 'metadata' | 'tagging'): 'COPY' | 'REPLACE' {
  const header = `x-amz-${of}-directive`;
  const value = exchange.header(header) ?? 'COPY';
  if (value === 'COPY' || value === 'REPLACE') return value;
  throw invalidArgument(`Unknown ${of} directive.`, header, value);
}
