import { notImplemented } from '../aws-error.ts';
import type { Bucket } from './bucket.ts';
import { CONFIGURATION_ROUTES } from './bucket-configuration.ts';
import { getBucketLocation, getBucketVersioning, headBucket, listBuckets } from './bucket-operations.ts';
import { completeMultipartUpload } from './complete-upload.ts';
import { copyObject } from './copy-object.ts';
import { deleteObject, deleteObjects } from './delete-objects.ts';
import type { Exchange } from './exchange.ts';
import { getObject } from './get-object.ts';
import { listObjectsV1, listObjectsV2 } from './list-objects.ts';
import { listObjectVersions } from './list-versions.ts';
import { listMultipartUploads, listParts } from './list-uploads.ts';
import { abortMultipartUpload, createMultipartUpload, uploadPart, uploadPartCopy } from './multipart.ts';
import { putObject } from './put-object.ts';
import type { S3Context } from './s3-context.ts';

/** One operation: when a request is meant for it, and which query parameters it knows beside the one that names it. */
export interface Route<Args extends readonly unknown[]> {
  readonly method: string;
  /** The query parameter that names the operation: `uploads`, `versions`; several must all be there. */
  readonly marks?: readonly string[];
  /** A header that names it. */
  readonly header?: string;
  readonly parameters?: readonly string[];
  run(context: S3Context, exchange: Exchange, ...args: Args): void | Promise<void>;
}

const LISTING = ['prefix', 'delimiter', 'encoding-type', 'max-keys'];

const OBJECT_READING = [
  'versionId',
  'partNumber',
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
];

export const SERVICE_ROUTES: readonly Route<[]>[] = [{ method: 'GET', run: listBuckets }];

export const BUCKET_ROUTES: readonly Route<[Bucket]>[] = [
  {
    method: 'GET',
    marks: ['versions'],
    parameters: [...LISTING, 'key-marker', 'version-id-marker'],
    run: listObjectVersions,
  },
  {
    method: 'GET',
    marks: ['list-type'],
    parameters: [...LISTING, 'continuation-token', 'start-after', 'fetch-owner'],
    run: listObjectsV2,
  },
  {
    method: 'GET',
    marks: ['uploads'],
    parameters: ['prefix', 'delimiter', 'encoding-type', 'max-uploads', 'key-marker', 'upload-id-marker'],
    run: listMultipartUploads,
  },
  { method: 'GET', marks: ['location'], run: getBucketLocation },
  { method: 'GET', marks: ['versioning'], run: getBucketVersioning },
  ...CONFIGURATION_ROUTES,
  { method: 'GET', parameters: [...LISTING, 'marker'], run: listObjectsV1 },
  { method: 'HEAD', run: headBucket },
  { method: 'POST', marks: ['delete'], run: deleteObjects },
];

export const OBJECT_ROUTES: readonly Route<[Bucket, string]>[] = [
  { method: 'POST', marks: ['uploads'], run: createMultipartUpload },
  { method: 'POST', marks: ['uploadId'], run: completeMultipartUpload },
  { method: 'PUT', marks: ['uploadId', 'partNumber'], header: 'x-amz-copy-source', run: uploadPartCopy },
  { method: 'PUT', marks: ['uploadId', 'partNumber'], run: uploadPart },
  { method: 'DELETE', marks: ['uploadId'], run: abortMultipartUpload },
  { method: 'GET', marks: ['uploadId'], parameters: ['max-parts', 'part-number-marker'], run: listParts },
  { method: 'GET', parameters: OBJECT_READING, run: getObject },
  { method: 'HEAD', parameters: OBJECT_READING, run: getObject },
  { method: 'PUT', header: 'x-amz-copy-source', run: copyObject },
  { method: 'PUT', run: putObject },
  { method: 'DELETE', parameters: ['versionId'], run: deleteObject },
];

// what SDKs and presigned URLs add to any request
const ANYWHERE =
  /^(x-id|X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token|Content-Sha256|User-Agent|Checksum-Mode|Sdk-Checksum-Algorithm))$/i;

/**
 * The operation that a request is meant for. A query parameter that it does not know is refused, whatever it is:
 * `PUT key?tagging` read as `PUT key` would overwrite the object with its tags.
 *
 * @throws AwsError `NotImplemented`, naming the parameter or the method
 */
export function routeOf<Args extends readonly unknown[]>(
  routes: readonly Route<Args>[],
  exchange: Exchange,
): Route<Args> {
  const { method, query, path } = exchange.request;
  const asked = [...query.keys()].filter((name) => !ANYWHERE.test(name));
  const route = routes.find(
    ({ method: own, marks = [], header }) =>
      own === method &&
      marks.every((mark) => asked.includes(mark)) &&
      (header === undefined || exchange.header(header) !== undefined),
  );
  const known = [...(route?.marks ?? []), ...(route?.parameters ?? [])];
  const unknown = asked.find((name) => !known.includes(name));
  if (unknown !== undefined) throw notImplemented(`${method} ${path}?${unknown}`);
  if (route === undefined) throw notImplemented(`${method} ${path}`);
  return route;
}
