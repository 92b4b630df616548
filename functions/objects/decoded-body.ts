import { undoCodings, type Decoded } from './codings/undo-codings.ts';
import { DECODED_CAPS } from './codings/decoded-caps.ts';
import { inTime } from './in-time.ts';
import type { OpenObject } from './open-object.ts';
import { wholeBody } from './whole-body.ts';

export interface DecodingOptions {
  /** Abandons the body: the context of the record has it. */
  readonly signal: AbortSignal;
  /**
   * Milliseconds of a function that has one record at a time. With them, what plainly cannot be read in time is
   * `object-too-large` after ten seconds, where otherwise it is tried until it becomes a dead letter.
   * Leave it out where several records share the time. @default not judged
   */
  readonly availableMs?: number;
  /** Most bytes that may come out. @default 64 GiB */
  readonly maxBytes?: number;
}

/**
 * The content of the object to its end, its content codings (gzip, deflate, br, zstd; several, too) undone: by the bytes,
 * `Content-Encoding` and the name's ending. A chunk is good until the next is asked for. The body is let go when its reader leaves.
 *
 *     const object = await openObject(s3, event, context);
 *     for await (const chunk of decodedBody(object, context).chunks) …
 *
 * @throws (the chunks) ObjectError `unsupported-encoding`, `damaged-content`, `object-too-large`; Error when the connection
 * ends before the body does: the record is tried again.
 */
export function decodedBody(
  object: OpenObject,
  { signal, availableMs = Infinity, maxBytes: outputBytes = DECODED_CAPS.outputBytes }: DecodingOptions,
): Decoded {
  const { key, sizeBytes, contentEncoding } = object;
  const time = { availableMs, now: () => performance.now() };
  return undoCodings(inTime(wholeBody(object, signal), { sizeBytes, ...time }), {
    key,
    contentEncoding,
    caps: { outputBytes },
    ...time,
  });
}
