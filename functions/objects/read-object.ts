import type { S3Client } from '@aws-sdk/client-s3';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import type { Coding } from './codings/announced-codings.ts';
import { decodedBody } from './decoded-body.ts';
import { ObjectError } from './object-error.ts';
import { openObject, type OpenObject, type OpenOptions } from './open-object.ts';
import { wholeBody } from './whole-body.ts';

const MAX_BYTES = 8 * 1024 * 1024;

export interface ReadOptions extends OpenOptions {
  /** Most bytes that are taken into memory, as they are stored and decoded. @default 8 MiB */
  readonly maxBytes?: number;
  /** `as-stored` leaves a gzip a gzip; so does a range. @default decoded */
  readonly codings?: 'decoded' | 'as-stored';
}

export interface ReadObject {
  readonly bytes: Buffer;
  /** The content codings that were undone, in the order in which they had been applied. */
  readonly codings: readonly Coding[];
  readonly contentType: string | undefined;
  readonly metadata: Readonly<Record<string, string>> | undefined;
}

/**
 * A small object whole in memory: the version that the event speaks of, its content codings undone. For what may be
 * larger, go through it piece by piece (`openObject`, `decodedBody`) or ask for a part (`bytes`).
 *
 *     const { bytes } = await readObject(s3, event, { ...context, maxBytes: 20_000_000 });
 *
 * @throws ObjectError `object-too-large` beyond `maxBytes`, before a byte is read where the stored size tells; those of
 * openObject and decodedBody. Error when the connection ends before the body does: the record is tried again.
 */
export async function readObject(
  s3: S3Client,
  event: ObjectEvent,
  { signal, bytes: range, maxBytes = MAX_BYTES, codings = 'decoded' }: ReadOptions,
): Promise<ReadObject> {
  const object = await openObject(s3, event, { signal, ...(range !== undefined && { bytes: range }) });
  const { sizeBytes, contentType, metadata } = object;
  try {
    if (sizeBytes > maxBytes) {
      throw new ObjectError(
        'object-too-large',
        `the object has ${sizeBytes} bytes, and at most ${maxBytes} are read into memory: ` +
          'upload it in parts, or raise maxBytes (and the memory of the function), or read it piece by piece',
      );
    }
    const isDecoded = codings === 'decoded' && range === undefined;
    const decoded = isDecoded ? decodedBody(object, { signal, maxBytes }) : asStored(object, signal);
    const parts: Buffer[] = [];
    // copies: the next chunk may lie in the same memory
    for await (const chunk of decoded.chunks) parts.push(Buffer.from(chunk));
    return { bytes: Buffer.concat(parts), codings: decoded.codings(), contentType, metadata };
  } finally {
    object.body.destroy();
  }
}

function asStored(object: OpenObject, signal: AbortSignal) {
  return { chunks: wholeBody(object, signal), codings: () => [] };
}
