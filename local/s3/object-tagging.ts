import { readDocument } from './body.ts';
import type { Bucket } from './bucket.ts';
import type { Exchange } from './exchange.ts';
import { findReadable } from './get-object.ts';
import { versionHeader } from './object-headers.ts';
import type { S3Context } from './s3-context.ts';
import { readTagDocument, tagDocument } from './tags.ts';

/** GET `?tagging`: an object without tags has an empty set. */
export function getObjectTagging(context: S3Context, exchange: Exchange, bucket: Bucket, key: string): void {
  const version = findReadable(
    context,
    exchange,
    bucket,
    key,
    exchange.query('versionId'),
    'GetObjectTagging',
  );
  exchange.sendXml(tagDocument(version.tags), versionHeader(bucket, version.versionId));
}

/** PUT `?tagging`: these instead of those that it had. */
export async function putObjectTagging(
  context: S3Context,
  exchange: Exchange,
  bucket: Bucket,
  key: string,
): Promise<void> {
  const find = () =>
    findReadable(context, exchange, bucket, key, exchange.query('versionId'), 'PutObjectTagging');
  find();
  const tags = readTagDocument(await readDocument(exchange.body));
  // it may have been replaced or deleted while the document came in
  const version = find();
  context.objects.changeBeside(bucket, version, 'Object Tags Added', exchange.cause(), (rows) =>
    rows.setTags(version, tags),
  );
  exchange.send(200, versionHeader(bucket, version.versionId));
}

/** DELETE `?tagging`. */
export function deleteObjectTagging(
  context: S3Context,
  exchange: Exchange,
  bucket: Bucket,
  key: string,
): void {
  const version = findReadable(
    context,
    exchange,
    bucket,
    key,
    exchange.query('versionId'),
    'DeleteObjectTagging',
  );
  context.objects.changeBeside(bucket, version, 'Object Tags Deleted', exchange.cause(), (rows) =>
    rows.setTags(version, []),
  );
  exchange.send(204, versionHeader(bucket, version.versionId));
}
