import type { Readable } from 'node:stream';
import { GetObjectCommand, type GetObjectCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import { rangeHeader, wholeSize, type ByteRange } from './byte-range.ts';
import { ObjectError } from './object-error.ts';

export interface OpenObject {
  readonly key: string;
  /** Bytes of the body, as they are stored: of the whole object, or of the range that was asked for. */
  readonly sizeBytes: number;
  readonly metadata: Readonly<Record<string, string>> | undefined;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  /** The content, to be read once. Destroy it whatever happens, or its socket stays taken. */
  readonly body: Readable;
}

export interface OpenOptions {
  /** Abandons the request and the body: the context of the record has it. */
  readonly signal: AbortSignal;
  /** Only these bytes, as they are stored: with a content coding they are no text. @default all */
  readonly bytes?: ByteRange;
}

/**
 * The very object that the event speaks of: by its version, else, in a bucket without versions, by its ETag. The role
 * needs `s3:GetObject`, `s3:GetObjectVersion`, and `s3:ListBucket` on the bucket: without it S3 answers 403 for an object
 * that is gone.
 *
 * @throws ObjectError `object-gone`, `object-changed`, `object-archived`, `object-too-short` when S3 says that it cannot be
 * had; else what the SDK throws, AccessDenied included: a missing permission is for an operator to see, not for the uploader.
 */
export async function openObject(
  s3: S3Client,
  event: ObjectEvent,
  { signal, bytes }: OpenOptions,
): Promise<OpenObject> {
  // S3 refuses any range of an object without bytes
  const range = bytes === undefined || event.size === 0 ? undefined : rangeHeader(bytes);
  let output: GetObjectCommandOutput;
  try {
    output = await s3.send(
      new GetObjectCommand({
        Bucket: event.bucket,
        Key: event.key,
        ...(event.versionId === undefined
          ? event.etag !== undefined && { IfMatch: `"${event.etag}"` }
          : { VersionId: event.versionId }),
        ...(range !== undefined && { Range: range }),
      }),
      { abortSignal: signal },
    );
  } catch (error) {
    throw objectErrorOf(error, range) ?? error;
  }
  const body = output.Body as Readable;
  const sizeBytes = output.ContentLength;
  const objectBytes = range === undefined ? sizeBytes : wholeSize(output.ContentRange);
  if (
    sizeBytes === undefined ||
    objectBytes === undefined ||
    (event.size !== undefined && event.size !== objectBytes)
  ) {
    body.destroy();
    throw new Error(
      `S3 offers ${objectBytes ?? 'an unknown number of'} bytes where the event says ${event.size}: the record will be tried again`,
    );
  }
  return {
    key: event.key,
    sizeBytes,
    metadata: output.Metadata,
    contentType: output.ContentType,
    contentEncoding: output.ContentEncoding,
    body,
  };
}

function objectErrorOf(error: unknown, range: string | undefined): ObjectError | undefined {
  switch ((error as Error).name) {
    case 'NoSuchKey':
    case 'NoSuchVersion':
      return new ObjectError('object-gone', 'the object was deleted before it was read', { cause: error });
    case 'MethodNotAllowed':
      return new ObjectError('object-gone', 'the version that the event names is a delete marker', {
        cause: error,
      });
    case 'PreconditionFailed':
      return new ObjectError(
        'object-changed',
        'the object was overwritten before it was read: the event of the newer one is for that',
        { cause: error },
      );
    case 'InvalidObjectState':
      return new ObjectError(
        'object-archived',
        'the object is in an archive storage class: restore it, and copy it onto itself in another class; a restore alone is no upload',
        { cause: error },
      );
    case 'InvalidRange':
      return new ObjectError(
        'object-too-short',
        `the object has no byte of the range that was asked for (${range}): upload the whole file`,
        { cause: error },
      );
    default:
      return undefined;
  }
}
