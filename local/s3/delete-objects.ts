import { AwsError } from '../protocols/aws-error.ts';
import { readDocument } from './body.ts';
import { headerChecksum } from './body-claims.ts';
import type { Bucket } from './bucket.ts';
import { deleteCondition } from './condition.ts';
import type { Exchange } from './exchange.ts';
import { checkKey } from './keys.ts';
import { versionHeader } from './object-headers.ts';
import { isHeld, lockedError } from './object-lock.ts';
import { bypasses, checkBypass } from './object-retention.ts';
import type { Deletion } from './objects.ts';
import type { S3Context } from './s3-context.ts';
import { S3Error } from './s3-error.ts';
import { checkVersionId, mayBeVersionId } from './version-id.ts';
import { element, elements, parseXml, textOf, xmlDocument } from '../protocols/xml.ts';

const MOST_KEYS = 1_000;
const DIRECTORY_BUCKETS_ONLY = ['Size', 'LastModifiedTime'];

interface Request {
  readonly key: string;
  readonly versionId?: string | undefined;
  readonly etag?: string | undefined;
}

/** DELETE of one object, or of one version of it. */
export function deleteObject(context: S3Context, exchange: Exchange, bucket: Bucket, key: string): void {
  const versionId = exchange.query('versionId');
  checkVersionId(bucket, versionId);
  checkBypass(exchange, bucket);
  const done = deleteOne(context, exchange, bucket, { key, versionId, etag: exchange.header('if-match') });
  exchange.send(204, {
    ...versionHeader(bucket, done.versionId),
    ...(done.marker && { 'x-amz-delete-marker': 'true' }),
  });
}

/** POST `?delete`: up to 1,000 keys, each answered for itself, in one transaction. */
export async function deleteObjects(context: S3Context, exchange: Exchange, bucket: Bucket): Promise<void> {
  const { headers } = exchange;
  if (
    headers['content-md5'] === undefined &&
    headers['x-amz-trailer'] === undefined &&
    headerChecksum(headers) === undefined
  ) {
    throw new S3Error(
      'InvalidRequest',
      'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    );
  }
  checkBypass(exchange, bucket);
  const document = parseXml(await readDocument(exchange.body), 'Delete');
  const requests = elements(document, 'Object').map((object): Request => {
    const key = textOf(object, 'Key');
    if (key === undefined || key === '') throw new S3Error('MalformedXML', 'an Object has no Key');
    const unsupported = DIRECTORY_BUCKETS_ONLY.find((name) => elements(object, name).length > 0);
    if (unsupported !== undefined) {
      throw new S3Error('NotImplemented', `a condition on ${unsupported} is for directory buckets`, {
        details: { Key: key },
      });
    }
    return { key, versionId: textOf(object, 'VersionId'), etag: textOf(object, 'ETag') };
  });
  if (requests.length === 0 || requests.length > MOST_KEYS) {
    throw new S3Error('MalformedXML', `${requests.length} objects; a request deletes 1 to ${MOST_KEYS}`);
  }
  const quiet = textOf(document, 'Quiet')?.trim() === 'true';
  const results = context.store.transaction(() =>
    requests.map((request) => resultOf(context, exchange, bucket, request, quiet)),
  );
  exchange.sendXml(xmlDocument('DeleteResult', results.join('')));
}

function resultOf(
  context: S3Context,
  exchange: Exchange,
  bucket: Bucket,
  request: Request,
  quiet: boolean,
): string {
  try {
    const done = deleteOne(context, exchange, bucket, request);
    if (quiet) return '';
    const deleted = [
      element('Key', request.key),
      element('VersionId', request.versionId),
      ...(done.marker
        ? [element('DeleteMarker', true), element('DeleteMarkerVersionId', done.versionId)]
        : []),
    ];
    return `<Deleted>${deleted.join('')}</Deleted>`;
  } catch (error) {
    // anything else is a failure of ours, and rolls back the whole request
    if (!(error instanceof AwsError)) throw error;
    return `<Error>${element('Key', request.key)}${element('VersionId', request.versionId)}${element('Code', error.code)}${element('Message', error.message)}</Error>`;
  }
}

function deleteOne(
  { objects, clock }: S3Context,
  exchange: Exchange,
  bucket: Bucket,
  { key, versionId, etag }: Request,
): Deletion {
  // a key that nobody can put must not get a marker either
  checkKey(key);
  exchange.authorize(
    versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion',
    bucket.name,
    key,
  );
  if (versionId !== undefined && !mayBeVersionId(bucket, versionId)) {
    throw new S3Error('NoSuchVersion', 'The specified version does not exist.');
  }
  const bypass = bypasses(exchange, bucket, key);
  const condition = deleteCondition(key, versionId, etag);
  const cause = exchange.cause();
  return versionId === undefined
    ? objects.delete(bucket, key, 'DeleteObject', cause, condition)
    : objects.deleteVersion(bucket, key, versionId, 'DeleteObject', cause, (version) => {
        condition?.(version);
        if (isHeld(version?.lock, clock.now(), bypass)) throw lockedError();
      });
}
