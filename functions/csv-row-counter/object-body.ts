import type { Readable } from 'node:stream';
import { GetObjectCommand, type GetObjectCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import { ContentError } from './content-error.ts';

/** How much is read before the memory of it is asked back. */
const COLLECTED_BYTES = 4 * 1024 * 1024;
/** TLS hands out 16 KiB at a time, and each chunk passes a dozen loops on its way to the count: four are given as one. */
const ROOM_BYTES = 64 * 1024;

export interface OpenObject {
  readonly sizeBytes: number;
  readonly metadata: Readonly<Record<string, string>> | undefined;
  readonly contentEncoding: string | undefined;
  /** The content, to be read once. Destroy it whatever happens, or its socket stays taken. */
  readonly body: Readable;
}

/**
 * The very object that the event speaks of: by its version, else by its ETag.
 *
 * @throws ContentError `object-gone` or `object-archived` when S3 says that it cannot be had; else what the SDK throws,
 * AccessDenied included: a missing permission is for an operator to see, not for the uploader.
 */
export async function openObject(s3: S3Client, event: ObjectEvent, signal: AbortSignal): Promise<OpenObject> {
  let output: GetObjectCommandOutput;
  try {
    output = await s3.send(
      new GetObjectCommand({
        Bucket: event.bucket,
        Key: event.key,
        ...(event.versionId === undefined
          ? event.etag !== undefined && { IfMatch: `"${event.etag}"` }
          : { VersionId: event.versionId }),
      }),
      { abortSignal: signal },
    );
  } catch (error) {
    throw contentErrorOf(error) ?? error;
  }
  const body = output.Body as Readable;
  const sizeBytes = output.ContentLength;
  if (sizeBytes === undefined || (event.size !== undefined && event.size !== sizeBytes)) {
    body.destroy();
    throw new Error(
      `S3 offers ${sizeBytes ?? 'an unknown number of'} bytes where the event says ${event.size}: the record will be tried again`,
    );
  }
  return { sizeBytes, metadata: output.Metadata, contentEncoding: output.ContentEncoding, body };
}

/**
 * The body in chunks of about 64 KiB or more, to its very last byte. A chunk is not to be kept: the next one may lie in the same
 * memory.
 *
 * The memory of chunks lies outside of V8's heap, and hardly any garbage inside comes with it: V8 would let 64 MB pile up
 * and then look through its whole heap for them, thirty times a gigabyte. Asked in time, it looks through the youngest
 * objects alone. That halves both the CPU time of reading and the memory (docs/decisions/0010).
 *
 * @throws Error when the connection ends before: what was read is no object, and a count of it would be wrong.
 */
export async function* wholeBody(
  { body, sizeBytes }: OpenObject,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const abandon = (): void => void body.destroy(signal.reason as Error);
  signal.addEventListener('abort', abandon, { once: true });
  let readBytes = 0;
  let collectAt = COLLECTED_BYTES;
  const room = Buffer.allocUnsafeSlow(ROOM_BYTES);
  let filled = 0;
  try {
    signal.throwIfAborted();
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      readBytes += chunk.length;
      if (filled > 0 && filled + chunk.length > ROOM_BYTES) {
        yield room.subarray(0, filled);
        filled = 0;
      }
      if (chunk.length >= ROOM_BYTES) {
        yield chunk;
      } else {
        room.set(chunk, filled);
        filled += chunk.length;
      }
      if (readBytes >= collectAt) {
        collectAt = readBytes + COLLECTED_BYTES;
        // there with node --expose-gc, as the function is deployed
        globalThis.gc?.({ type: 'minor' });
      }
    }
    if (filled > 0) yield room.subarray(0, filled);
  } catch (cause) {
    throw new Error(
      `the body broke off after ${readBytes} of ${sizeBytes} bytes: the record will be tried again`,
      {
        cause,
      },
    );
  } finally {
    signal.removeEventListener('abort', abandon);
    body.destroy();
  }
  if (readBytes !== sizeBytes) {
    throw new Error(
      `the body ended after ${readBytes} of ${sizeBytes} bytes: the record will be tried again`,
    );
  }
}

function contentErrorOf(error: unknown): ContentError | undefined {
  switch ((error as Error).name) {
    case 'NoSuchKey':
    case 'NoSuchVersion':
      return new ContentError('object-gone', 'the object was deleted before it was read', { cause: error });
    case 'MethodNotAllowed':
      return new ContentError('object-gone', 'the version that the event names is a delete marker', {
        cause: error,
      });
    case 'PreconditionFailed':
      return new ContentError(
        'object-gone',
        'the object was overwritten before it was read: the event of the newer one has its count',
        { cause: error },
      );
    case 'InvalidObjectState':
      return new ContentError(
        'object-archived',
        'the object is in an archive storage class: restore it, and copy it onto itself in another class; a restore alone is no upload',
        { cause: error },
      );
    default:
      return undefined;
  }
}
