import type { OpenObject } from './open-object.ts';

/** How much is read before the memory of it is asked back. */
const COLLECTED_BYTES = 4 * 1024 * 1024;
/** TLS hands out 16 KiB at a time, and each chunk passes a dozen loops on its way to the count: four are given as one. */
const ROOM_BYTES = 64 * 1024;

/**
 * The body in chunks of about 64 KiB or more, to its very last byte. A chunk is not to be kept: the next one may lie in the same
 * memory.
 *
 * The memory of chunks lies outside of V8's heap, and hardly any garbage inside comes with it: V8 would let 64 MB pile up
 * and then look through its whole heap for them, thirty times a gigabyte. Asked in time, it looks through the youngest
 * objects alone. That halves both the CPU time of reading and the memory (docs/decisions/0010).
 *
 * @throws Error when the connection ends before: what was read is no object, and what is made of it would be wrong. The record is tried again.
 */
export async function* wholeBody(
  { body, sizeBytes }: Pick<OpenObject, 'body' | 'sizeBytes'>,
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
