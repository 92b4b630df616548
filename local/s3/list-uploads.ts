import type { Store } from '../store.ts';
import type { Bucket } from './bucket.ts';
import { checksumElement } from './checksum.ts';
import type { Exchange } from './exchange.ts';
import { keyBytes, keyText } from './keys.ts';
import { boundBehindMarker, boundOf, latest, listPage, type ListingSource } from './listing.ts';
import { ownerElement } from './list-objects.ts';
import { commonPrefixElements, readLimit, readListRequest, scopeElements } from './list-request.ts';
import type { S3Context } from './s3-context.ts';
import { toUpload, type UploadRow } from './uploads.ts';
import { element, xmlDocument } from '../protocols/xml.ts';

/** GET `?uploads` of a bucket: the multipart uploads under way, by key and start. */
export function listMultipartUploads(
  { store, accountId }: S3Context,
  exchange: Exchange,
  bucket: Bucket,
): void {
  exchange.authorize('s3:ListBucketMultipartUploads', bucket.name);
  const request = readListRequest(exchange, 'max-uploads');
  const { encode } = request;
  const keyMarker = exchange.query('key-marker') ?? '';
  const uploadIdMarker = exchange.query('upload-id-marker') ?? '';
  const start =
    keyMarker === ''
      ? boundOf(request.prefix)
      : uploadIdMarker === ''
        ? boundBehindMarker(keyMarker, request)
        : latest({ key: keyBytes(keyMarker), within: uploadIdMarker }, boundOf(request.prefix));
  const listing = listPage(uploadsUnderWay(store, bucket.name), request, start, request.limit);
  const { last } = listing;
  const next =
    !listing.truncated || last === undefined
      ? ''
      : 'commonPrefix' in last
        ? element('NextKeyMarker', encode(last.commonPrefix))
        : element('NextKeyMarker', encode(keyText(last.entry.key))) +
          element('NextUploadIdMarker', last.entry.upload_id);
  const owner = ownerElement(accountId);
  const list = listing.entries.map((row) => {
    const upload = toUpload(row);
    return [
      '<Upload>',
      element('Key', encode(upload.key)),
      element('UploadId', upload.uploadId),
      owner.replaceAll('Owner>', 'Initiator>'),
      owner,
      element('StorageClass', 'STANDARD'),
      element('Initiated', new Date(upload.initiatedAtMs).toISOString()),
      element('ChecksumAlgorithm', upload.checksumAlgorithm),
      element('ChecksumType', upload.checksumType),
      '</Upload>',
    ].join('');
  });
  exchange.sendXml(
    xmlDocument(
      'ListMultipartUploadsResult',
      [
        element('Bucket', bucket.name),
        scopeElements(request),
        element('KeyMarker', encode(keyMarker)),
        element('UploadIdMarker', uploadIdMarker),
        next,
        element('MaxUploads', request.limit),
        element('IsTruncated', listing.truncated),
        ...list,
        commonPrefixElements(listing, request),
      ].join(''),
    ),
  );
}

/** GET `?uploadId` of an object: the parts that have come in. */
export function listParts(
  { uploads, accountId }: S3Context,
  exchange: Exchange,
  bucket: Bucket,
  key: string,
): void {
  exchange.authorize('s3:ListMultipartUploadParts', bucket.name, key);
  const upload = uploads.get(bucket.name, key, exchange.query('uploadId') ?? '');
  const limit = readLimit(exchange, 'max-parts');
  const marker = readLimit(exchange, 'part-number-marker', 0, 10_000);
  const following = uploads.parts(upload.uploadId).filter(({ number }) => number > marker);
  const parts = following.slice(0, limit);
  const truncated = following.length > parts.length;
  const owner = ownerElement(accountId);
  exchange.sendXml(
    xmlDocument(
      'ListPartsResult',
      [
        element('Bucket', bucket.name),
        element('Key', key),
        element('UploadId', upload.uploadId),
        owner.replaceAll('Owner>', 'Initiator>'),
        owner,
        element('StorageClass', 'STANDARD'),
        element('PartNumberMarker', marker),
        element('NextPartNumberMarker', truncated ? parts.at(-1)?.number : undefined),
        element('MaxParts', limit),
        element('IsTruncated', truncated),
        element('ChecksumAlgorithm', upload.checksumAlgorithm),
        element('ChecksumType', upload.checksumType),
        ...parts.map((part) =>
          [
            '<Part>',
            element('PartNumber', part.number),
            element('LastModified', new Date(part.modifiedAtMs).toISOString()),
            element('ETag', `"${part.md5}"`),
            part.checksum === undefined
              ? ''
              : element(checksumElement(part.checksum.algorithm), part.checksum.value),
            element('Size', part.sizeBytes),
            '</Part>',
          ].join(''),
        ),
      ].join(''),
    ),
  );
}

function uploadsUnderWay(store: Store, bucket: string): ListingSource<UploadRow> {
  return {
    fetch: ({ key, within }, end, limit) =>
      store
        .prepare(
          `SELECT * FROM s3_upload WHERE bucket = ? AND key >= ?2 AND (key > ?2 OR upload_id > ?)
           ${end === undefined ? '' : 'AND key < ?'} ORDER BY key, upload_id LIMIT ?`,
        )
        .all(bucket, key, within ?? '', ...(end === undefined ? [] : [end]), limit) as unknown as UploadRow[],
    keyOf: (row) => Buffer.from(row.key),
    behind: (row) => ({ key: Buffer.from(row.key), within: row.upload_id }),
  };
}
