import { storeBody, storeCopy } from './body.ts';
import { namedAlgorithm } from './body-claims.ts';
import { committed } from './body-folder.ts';
import { readBody } from './body-reader.ts';
import type { Bucket } from './bucket.ts';
import { parseCopyRange } from './byte-range.ts';
import type { ChecksumAlgorithm, ChecksumType } from './checksum.ts';
import { copyResult, findSource, sourceVersionHeader } from './copy-object.ts';
import { isCombinable } from './crc-combination.ts';
import type { Exchange } from './exchange.ts';
import { encryptionHeaders } from './encryption.ts';
import { checksumHeaders, objectHeaders } from './object-headers.ts';
import { newLock } from './object-retention.ts';
import type { S3Context } from './s3-context.ts';
import { invalidArgument, S3Error } from './s3-error.ts';
import { element, xmlDocument } from '../protocols/xml.ts';

/** The parts are read again when they become one object. */
const ENCRYPT_PARTS = ['kms:GenerateDataKey', 'kms:Decrypt'];

/** POST `?uploads`. */
export function createMultipartUpload(
  context: S3Context,
  exchange: Exchange,
  bucket: Bucket,
  key: string,
): void {
  exchange.authorize('s3:PutObject', bucket.name, key);
  const { headers } = exchange;
  const checksumAlgorithm = namedAlgorithm(headers);
  const checksumType = checksumAlgorithm && typeOf(checksumAlgorithm, exchange.header('x-amz-checksum-type'));
  const kept = {
    ...objectHeaders(headers),
    ...exchange.encryptionFor({ bucket, key, actions: ENCRYPT_PARTS }, context),
  };
  const uploadId = context.uploads.create({
    bucket: bucket.name,
    key,
    headers: kept,
    tags: exchange.newTags(bucket.name, key),
    lock: newLock(exchange, { bucket, key }, context),
    checksumAlgorithm,
    checksumType,
  });
  exchange.sendXml(
    xmlDocument(
      'InitiateMultipartUploadResult',
      element('Bucket', bucket.name) + element('Key', key) + element('UploadId', uploadId),
    ),
    {
      ...encryptionHeaders(kept),
      ...(checksumAlgorithm !== undefined && { 'x-amz-checksum-algorithm': checksumAlgorithm }),
      ...(checksumType !== undefined && { 'x-amz-checksum-type': checksumType }),
    },
  );
}

/** PUT `?partNumber&uploadId`. */
export async function uploadPart(
  context: S3Context,
  exchange: Exchange,
  bucket: Bucket,
  key: string,
): Promise<void> {
  exchange.authorize('s3:PutObject', bucket.name, key);
  const { uploads, folder } = context;
  const number = partNumber(exchange);
  const upload = uploads.get(bucket.name, key, exchange.query('uploadId') ?? '');
  const body = await storeBody(folder, exchange.body, upload.checksumAlgorithm);
  await committed(context, [body.file.name], () => uploads.addPart(upload, number, body));
  exchange.send(200, {
    etag: `"${body.md5}"`,
    ...encryptionHeaders(upload.headers),
    ...checksumHeaders({ checksum: body.checksum }),
  });
}

/** PUT `?partNumber&uploadId` with `x-amz-copy-source`: a part from the bytes of an object, or of a range of it. */
export async function uploadPartCopy(
  context: S3Context,
  exchange: Exchange,
  bucket: Bucket,
  key: string,
): Promise<void> {
  exchange.authorize('s3:PutObject', bucket.name, key);
  const { uploads, folder, objects } = context;
  const number = partNumber(exchange);
  const upload = uploads.get(bucket.name, key, exchange.query('uploadId') ?? '');
  const { source, sourceBucket } = findSource(context, exchange);
  const asked = exchange.header('x-amz-copy-source-range');
  const range =
    asked === undefined ? { first: 0, last: source.sizeBytes - 1 } : parseCopyRange(asked, source.sizeBytes);
  const files = objects.files(source);
  const release = folder.retain(files.map(({ name }) => name));
  const body = await storeCopy(folder, readBody(folder, files, range), upload.checksumAlgorithm).finally(
    release,
  );
  const modifiedAtMs = await committed(context, [body.file.name], () =>
    uploads.addPart(upload, number, body),
  );
  exchange.sendXml(copyResult('CopyPartResult', body, modifiedAtMs), {
    ...encryptionHeaders(upload.headers),
    ...sourceVersionHeader(sourceBucket, source),
  });
}

/** DELETE `?uploadId`. */
export function abortMultipartUpload(
  { uploads }: S3Context,
  exchange: Exchange,
  bucket: Bucket,
  key: string,
): void {
  exchange.authorize('s3:AbortMultipartUpload', bucket.name, key);
  uploads.end(uploads.get(bucket.name, key, exchange.query('uploadId') ?? ''), []);
  exchange.send(204);
}

function partNumber(exchange: Exchange): number {
  const text = exchange.query('partNumber') ?? '';
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > 10_000) {
    throw invalidArgument(
      'Part number must be an integer between 1 and 10000, inclusive',
      'partNumber',
      text,
    );
  }
  return number;
}

/** The checksum's type: what the client asks for where S3 leaves the choice, else the only one there is. */
function typeOf(algorithm: ChecksumAlgorithm, asked: string | undefined): ChecksumType {
  const possible: readonly ChecksumType[] =
    algorithm === 'CRC64NVME'
      ? ['FULL_OBJECT']
      : isCombinable(algorithm)
        ? ['COMPOSITE', 'FULL_OBJECT']
        : ['COMPOSITE'];
  const type = asked === undefined ? possible[0] : possible.find((known) => known === asked);
  if (type !== undefined) return type;
  throw new S3Error(
    'InvalidRequest',
    `The ${asked} checksum type cannot be used with the ${algorithm} checksum algorithm.`,
  );
}
