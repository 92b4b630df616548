import { notImplemented } from '../protocols/aws-error.ts';
import type { Bucket } from './bucket.ts';
import type { Exchange } from './exchange.ts';
import { ownerElement } from './list-objects.ts';
import type { S3Context } from './s3-context.ts';
import { S3Error } from './s3-error.ts';
import { element, xmlDocument } from '../protocols/xml.ts';

/** GET `/`: the template's buckets. */
export function listBuckets({ buckets, accountId, region }: S3Context, exchange: Exchange): void {
  exchange.authorizeAny('s3:ListAllMyBuckets');
  const list = buckets
    .all()
    .map(
      ({ name, createdAtMs }) =>
        `<Bucket>${element('Name', name)}${element('CreationDate', new Date(createdAtMs).toISOString())}${element('BucketRegion', region)}</Bucket>`,
    );
  exchange.sendXml(
    xmlDocument('ListAllMyBucketsResult', `${ownerElement(accountId)}<Buckets>${list.join('')}</Buckets>`),
  );
}

export function headBucket({ region }: S3Context, exchange: Exchange, bucket: Bucket): void {
  exchange.authorize('s3:ListBucket', bucket.name);
  exchange.send(200, { 'x-amz-bucket-region': region });
}

export function getBucketLocation({ region }: S3Context, exchange: Exchange, bucket: Bucket): void {
  exchange.authorize('s3:GetBucketLocation', bucket.name);
  // us-east-1 is written as nothing
  exchange.sendXml(
    `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${region === 'us-east-1' ? '' : region}</LocationConstraint>`,
  );
}

export function getBucketVersioning(_: S3Context, exchange: Exchange, bucket: Bucket): void {
  exchange.authorize('s3:GetBucketVersioning', bucket.name);
  const status = bucket.versioning === 'Never' ? undefined : bucket.versioning;
  exchange.sendXml(xmlDocument('VersioningConfiguration', element('Status', status)));
}

/** PUT of a bucket, which a client may not: the template owns them. */
export function refuseCreateBucket({ buckets }: S3Context, bucket: string): never {
  if (buckets.has(bucket)) {
    throw new S3Error(
      'BucketAlreadyOwnedByYou',
      `Your previous request to create the named bucket succeeded and you already own it: ${JSON.stringify(bucket)}`,
      { details: { BucketName: bucket } },
    );
  }
  throw notImplemented(
    `CreateBucket ${JSON.stringify(bucket)} (buckets come from the template: add it there, and start again)`,
  );
}
