import { notImplemented } from '../protocols/aws-error.ts';
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
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './object-tagging.ts';
import {
  getObjectLegalHold,
  getObjectRetention,
  putObjectLegalHold,
  putObjectRetention,
} from './object-retention.ts';
import { postObject } from './post-object.ts';
import { putObject } from './put-object.ts';
import { checkInputs, isClientsNote, unknownParameter } from './request-inputs.ts';
import type { Route } from './route.ts';

export const SERVICE_ROUTES: readonly Route<[]>[] = [
  { operation: 'ListBuckets', method: 'GET', run: listBuckets },
];

export const BUCKET_ROUTES: readonly Route<[Bucket]>[] = [
  { operation: 'ListObjectVersions', method: 'GET', marks: ['versions'], run: listObjectVersions },
  { operation: 'ListObjectsV2', method: 'GET', marks: ['list-type'], run: listObjectsV2 },
  { operation: 'ListMultipartUploads', method: 'GET', marks: ['uploads'], run: listMultipartUploads },
  { operation: 'GetBucketLocation', method: 'GET', marks: ['location'], run: getBucketLocation },
  { operation: 'GetBucketVersioning', method: 'GET', marks: ['versioning'], run: getBucketVersioning },
  ...CONFIGURATION_ROUTES,
  { operation: 'ListObjects', method: 'GET', run: listObjectsV1 },
  { operation: 'HeadBucket', method: 'HEAD', run: headBucket },
  { operation: 'DeleteObjects', method: 'POST', marks: ['delete'], run: deleteObjects },
  { operation: 'PostObject', method: 'POST', run: postObject },
];

const PART_OF_UPLOAD = ['uploadId', 'partNumber'];
const COPY = 'x-amz-copy-source';

export const OBJECT_ROUTES: readonly Route<[Bucket, string]>[] = [
  { operation: 'CreateMultipartUpload', method: 'POST', marks: ['uploads'], run: createMultipartUpload },
  {
    operation: 'CompleteMultipartUpload',
    method: 'POST',
    marks: ['uploadId'],
    run: completeMultipartUpload,
  },
  { operation: 'UploadPartCopy', method: 'PUT', marks: PART_OF_UPLOAD, header: COPY, run: uploadPartCopy },
  { operation: 'UploadPart', method: 'PUT', marks: PART_OF_UPLOAD, run: uploadPart },
  { operation: 'AbortMultipartUpload', method: 'DELETE', marks: ['uploadId'], run: abortMultipartUpload },
  { operation: 'ListParts', method: 'GET', marks: ['uploadId'], run: listParts },
  { operation: 'GetObjectTagging', method: 'GET', marks: ['tagging'], run: getObjectTagging },
  { operation: 'PutObjectTagging', method: 'PUT', marks: ['tagging'], run: putObjectTagging },
  { operation: 'DeleteObjectTagging', method: 'DELETE', marks: ['tagging'], run: deleteObjectTagging },
  { operation: 'GetObjectRetention', method: 'GET', marks: ['retention'], run: getObjectRetention },
  { operation: 'PutObjectRetention', method: 'PUT', marks: ['retention'], run: putObjectRetention },
  { operation: 'GetObjectLegalHold', method: 'GET', marks: ['legal-hold'], run: getObjectLegalHold },
  { operation: 'PutObjectLegalHold', method: 'PUT', marks: ['legal-hold'], run: putObjectLegalHold },
  { operation: 'GetObject', method: 'GET', run: getObject },
  { operation: 'HeadObject', method: 'HEAD', run: getObject },
  { operation: 'CopyObject', method: 'PUT', header: COPY, run: copyObject },
  { operation: 'PutObject', method: 'PUT', run: putObject },
  { operation: 'DeleteObject', method: 'DELETE', run: deleteObject },
];

/**
 * The operation that a request is meant for. A query parameter that it does not know is refused, whatever it is:
 * `PUT key?tagging` read as `PUT key` would overwrite the object with its tags.
 *
 * @throws S3Error `NotImplemented`, naming the parameter, the header or the method; others as the table of parameters says
 */
export function routeOf<Args extends readonly unknown[]>(
  routes: readonly Route<Args>[],
  exchange: Exchange,
): Route<Args> {
  const { inputs, request } = exchange;
  const { method, path } = request;
  const route = routes.find(
    ({ method: own, marks = [], header }) =>
      own === method &&
      marks.every((mark) => inputs.parameters.has(mark)) &&
      (header === undefined || exchange.header(header) !== undefined),
  );
  if (route === undefined) {
    const name = [...inputs.parameters.keys()].find((parameter) => !isClientsNote(parameter));
    throw name === undefined ? notImplemented(`${method} ${path}`) : unknownParameter(method, path, name);
  }
  checkInputs(route.operation, route.marks ?? [], inputs, request);
  return route;
}
