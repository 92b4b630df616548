import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { Pipeline } from '../pipeline/pipeline.ts';

/** An object of the ingest bucket, as it is now. */
export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  /** ISO 8601. */
  readonly lastModified: string;
}

export interface ListingOptions {
  readonly prefix?: string;
  /** Start behind this key. */
  readonly after?: string;
  readonly limit?: number;
}

/** The objects in the order of their keys' UTF-8 bytes, a page of a thousand in memory at a time. */
export async function* listObjects(
  { s3, ingestBucket }: Pipeline,
  { prefix = '', after, limit = Infinity }: ListingOptions = {},
): AsyncGenerator<ListedObject> {
  let listed = 0;
  const pages = paginateListObjectsV2(
    { client: s3 },
    // XML cannot hold every key as it is
    {
      Bucket: ingestBucket,
      Prefix: prefix,
      EncodingType: 'url',
      ...(after !== undefined && { StartAfter: after }),
    },
  );
  for await (const { Contents = [] } of pages) {
    for (const { Key = '', Size = 0, ETag = '', LastModified = new Date(0) } of Contents) {
      if (listed >= limit) return;
      listed++;
      yield {
        key: decodeKey(Key),
        size: Size,
        etag: ETag.replaceAll('"', ''),
        lastModified: LastModified.toISOString(),
      };
    }
  }
}

/** A key of a listing that was asked for with `encoding-type=url`. */
export const decodeKey = (encoded: string): string => decodeURIComponent(encoded.replaceAll('+', ' '));
