import { ObjectError } from '../object-error.ts';

export interface DecodedCaps {
  /** Bytes that may come out of one coding. */
  readonly outputBytes: number;
  /** What is done with them, as the message says it. @default read */
  readonly done?: string;
}

/** No cap on the ratio: honest files have 344 : 1, and deflate gives at most 1,032. */
export const DECODED_CAPS: DecodedCaps = { outputBytes: 64 * 2 ** 30 };

/** Kept of the time that there is, for the row to be written. A third, where there is little. */
const RESERVE_MS = 10_000;

export interface DecodingTime {
  /** What there was when reading began: with a batch of one, the function's whole timeout. */
  readonly availableMs: number;
  /** Milliseconds on any clock that does not go back. */
  readonly now: () => number;
}

export interface CapsOptions {
  readonly time: DecodingTime;
  /** @default DECODED_CAPS */
  readonly caps: DecodedCaps | undefined;
  /** Bytes that went in so far. */
  readonly readBytes: () => number;
}

/**
 * The decompressed chunks, as long as they are not too many, and the time of the function is not nearly over: a small
 * object that decompresses for ever would else run into the timeout, again on each of its tries.
 *
 * @throws ObjectError `object-too-large`
 */
export async function* withinCaps(
  chunks: AsyncIterable<Uint8Array>,
  { time, caps = DECODED_CAPS, readBytes }: CapsOptions,
): AsyncGenerator<Uint8Array> {
  const { availableMs, now } = time;
  const startedMs = now();
  const limitMs = availableMs - Math.min(RESERVE_MS, availableMs / 3);
  let outputBytes = 0;
  for await (const chunk of chunks) {
    outputBytes += chunk.length;
    const elapsedMs = now() - startedMs;
    const state = (): string =>
      `its first ${readBytes()} compressed bytes had given ${outputBytes} after ${seconds(elapsedMs)} s, and there was no end`;
    if (outputBytes > caps.outputBytes) {
      throw tooLarge(`${state()}: at most ${caps.outputBytes} bytes are ${caps.done ?? 'read'}`);
    }
    if (elapsedMs > limitMs) {
      throw tooLarge(`${state()}: the function has ${seconds(availableMs)} s`);
    }
    yield chunk;
  }
}

function tooLarge(why: string): ObjectError {
  return new ObjectError(
    'object-too-large',
    `the object is too large when decompressed: ${why}; upload it in parts`,
  );
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1_000);
}
