import type { IncomingHttpHeaders } from 'node:http';
import { readDocument } from './body.ts';
import { checkClaimedChecksum, headerChecksum } from './body-claims.ts';
import type { Bucket } from './bucket.ts';
import { type Checksum, checksumElement, startChecksum } from './checksum.ts';
import { writeCondition } from './condition.ts';
import { combineCrcs, isCombinable } from './crc-combination.ts';
import type { Exchange } from './exchange.ts';
import { writtenHeaders } from './object-headers.ts';
import type { S3Context } from './s3-context.ts';
import { S3Error } from './s3-error.ts';
import { multipartEtag, type Part, type Upload } from './uploads.ts';
import type { ObjectVersion } from './version-rows.ts';
import { element, elements, parseXml, textOf, type XmlElement, xmlDocument } from '../protocols/xml.ts';

const SMALLEST_PART_BYTES = 5 * 1_024 ** 2;
const MOST_PARTS = 10_000;

/**
 * POST `?uploadId`: makes one object of the parts that the request names. Their files become the object's as they
 * lie. May be repeated: the answer to an upload that is completed is the object that it made.
 */
export async function completeMultipartUpload(
  context: S3Context,
  exchange: Exchange,
  bucket: Bucket,
  key: string,
): Promise<void> {
  exchange.authorize('s3:PutObject', bucket.name, key);
  const { headers } = exchange;
  const uploadId = exchange.query('uploadId') ?? '';
  const condition = writeCondition(key, headers);
  // the checksum headers of this request are the object's, not its document's
  const document = parseXml(
    await readDocument(exchange.body, { checksumInHeader: false }),
    'CompleteMultipartUpload',
  );
  const { uploads, rows, store, objects } = context;
  const done = rows.byUpload(uploadId);
  if (done !== undefined && done.bucket === bucket.name && done.key === key) {
    answer(exchange, bucket, done);
    return;
  }
  const upload = uploads.get(bucket.name, key, uploadId);
  const parts = chooseParts(uploadId, elements(document, 'Part'), uploads.parts(uploadId));
  const checksum = await checksumOf(upload, parts);
  checkClaims(headers, parts, upload, checksum);
  const version = store.transaction(() => {
    // another request may have completed or aborted it, or changed a part, while this one was reckoning
    const meanwhile = rows.byUpload(uploadId);
    if (meanwhile !== undefined) return meanwhile;
    uploads.get(bucket.name, key, uploadId);
    const now = new Map(uploads.parts(uploadId).map((part) => [part.number, part.file]));
    if (parts.some(({ number, file }) => now.get(number) !== file)) {
      throw new S3Error('InvalidPart', 'a part was uploaded again while the upload was being completed', {
        details: { UploadId: uploadId },
      });
    }
    uploads.end(upload, parts);
    const object = {
      key,
      sizeBytes: sizeOf(parts),
      etag: multipartEtag(parts),
      headers: upload.headers,
      tags: upload.tags,
      lock: upload.lock,
      checksum,
      uploadId,
    };
    return objects.create(bucket, object, 'CompleteMultipartUpload', exchange.cause(), condition);
  });
  answer(exchange, bucket, version);
}

function chooseParts(uploadId: string, asked: readonly XmlElement[], present: readonly Part[]): Part[] {
  if (asked.length === 0 || asked.length > MOST_PARTS) {
    throw new S3Error('MalformedXML', `You must specify 1 to ${MOST_PARTS} parts, not ${asked.length}`);
  }
  const byNumber = new Map(present.map((part) => [part.number, part]));
  const parts = asked.map((request) => {
    const number = Number(textOf(request, 'PartNumber'));
    const etag = textOf(request, 'ETag')?.replaceAll('"', '').trim();
    const part = byNumber.get(number);
    const claimed = part?.checksum && textOf(request, checksumElement(part.checksum.algorithm));
    if (
      part === undefined ||
      etag !== part.md5 ||
      (claimed !== undefined && claimed !== part.checksum?.value)
    ) {
      throw new S3Error(
        'InvalidPart',
        `One or more of the specified parts could not be found, or has another entity tag or checksum: part ${number}`,
        { details: { UploadId: uploadId, PartNumber: number, ETag: etag ?? '' } },
      );
    }
    return part;
  });
  if (parts.some((part, index) => index > 0 && part.number <= parts[index - 1]!.number)) {
    throw new S3Error(
      'InvalidPartOrder',
      'The list of parts was not in ascending order. Parts must be ordered by part number.',
      { details: { UploadId: uploadId } },
    );
  }
  const small = parts.slice(0, -1).find(({ sizeBytes }) => sizeBytes < SMALLEST_PART_BYTES);
  if (small !== undefined) {
    throw new S3Error(
      'EntityTooSmall',
      `Your proposed upload is smaller than the minimum allowed size: part ${small.number} has ${small.sizeBytes} bytes of ${SMALLEST_PART_BYTES}`,
      {
        details: {
          ProposedSize: small.sizeBytes,
          MinSizeAllowed: SMALLEST_PART_BYTES,
          PartNumber: small.number,
          ETag: small.md5,
        },
      },
    );
  }
  return parts;
}

/** From the parts' own checksums, without their bytes. */
async function checksumOf(
  { checksumAlgorithm, checksumType }: Upload,
  parts: readonly Part[],
): Promise<Checksum | undefined> {
  if (checksumAlgorithm === undefined || checksumType === undefined) return undefined;
  const pieces = parts.map(({ checksum, sizeBytes }) => ({
    digest: Buffer.from(checksum?.value ?? '', 'base64'),
    sizeBytes,
  }));
  if (checksumType === 'FULL_OBJECT' && isCombinable(checksumAlgorithm)) {
    const value = combineCrcs(checksumAlgorithm, pieces).toString('base64');
    return { algorithm: checksumAlgorithm, type: checksumType, value };
  }
  const running = startChecksum(checksumAlgorithm);
  for (const { digest } of pieces) running.update(digest);
  const value = `${(await running.digest()).toString('base64')}-${parts.length}`;
  return { algorithm: checksumAlgorithm, type: 'COMPOSITE', value };
}

function checkClaims(
  headers: IncomingHttpHeaders,
  parts: readonly Part[],
  upload: Upload,
  checksum: Checksum | undefined,
): void {
  const size = headers['x-amz-mp-object-size'];
  if (size !== undefined && Number(size) !== sizeOf(parts)) {
    throw new S3Error(
      'InvalidRequest',
      `x-amz-mp-object-size is ${String(size)}, but the parts have ${sizeOf(parts)} bytes`,
    );
  }
  const type = headers['x-amz-checksum-type'];
  if (type !== undefined && upload.checksumType !== undefined && type !== upload.checksumType) {
    throw new S3Error(
      'InvalidRequest',
      `the upload was created with checksum type ${upload.checksumType}, not ${String(type)}`,
    );
  }
  const claimed = headerChecksum(headers);
  if (claimed === undefined || checksum === undefined) return;
  if (claimed.algorithm !== checksum.algorithm) {
    throw new S3Error(
      'InvalidRequest',
      `the upload was created with checksum algorithm ${checksum.algorithm}, not ${claimed.algorithm}`,
    );
  }
  // a composite one may be claimed without its count
  checkClaimedChecksum(
    claimed.value.includes('-') ? claimed.value : claimed.value + (/-\d+$/.exec(checksum.value)?.[0] ?? ''),
    checksum,
  );
}

function sizeOf(parts: readonly Part[]): number {
  return parts.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
}

function answer(exchange: Exchange, bucket: Bucket, version: ObjectVersion): void {
  const { checksum } = version;
  exchange.sendXml(
    xmlDocument(
      'CompleteMultipartUploadResult',
      [
        element('Location', `http://${exchange.header('host') ?? ''}${exchange.request.path}`),
        element('Bucket', bucket.name),
        element('Key', version.key),
        element('ETag', `"${version.etag}"`),
        checksum === undefined ? '' : element(checksumElement(checksum.algorithm), checksum.value),
        element('ChecksumType', checksum?.type),
      ].join(''),
    ),
    writtenHeaders(bucket, version),
  );
}
