import { storeBody } from './body.ts';
import { committed } from './body-folder.ts';
import type { Bucket } from './bucket.ts';
import { writeCondition } from './condition.ts';
import type { Exchange } from './exchange.ts';
import { checksumHeaders, objectHeaders, writtenHeaders } from './object-headers.ts';
import { checkVouchedFor, newLock } from './object-retention.ts';
import type { S3Context } from './s3-context.ts';

/** PUT of an object: its body to the disk, then one transaction of the object and its event. */
export async function putObject(
  context: S3Context,
  exchange: Exchange,
  bucket: Bucket,
  key: string,
): Promise<void> {
  exchange.authorize('s3:PutObject', bucket.name, key);
  const { folder, objects, rows } = context;
  const { headers } = exchange;
  const tags = exchange.newTags(bucket.name, key);
  const lock = newLock(exchange, { bucket, key }, context);
  checkVouchedFor(exchange, bucket, lock);
  const kept = { ...objectHeaders(headers), ...exchange.encryptionFor({ bucket, key }, context) };
  const condition = writeCondition(key, headers);
  // once before the body, to spare the transfer; once more in the transaction, where it counts
  condition(rows.current(bucket.name, key));
  const body = await storeBody(folder, exchange.body);
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
    objects.create(bucket, object, 'PutObject', exchange.cause(), condition),
  );
  exchange.send(200, {
    etag: `"${version.etag}"`,
    ...writtenHeaders(bucket, version),
    ...checksumHeaders(version),
  });
}
