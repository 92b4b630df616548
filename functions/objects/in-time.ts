import { ObjectError } from './object-error.ts';

/** A rate is believed after so long. */
const RATE_KNOWN_AFTER_MS = 10_000;

export interface ReadingTime {
  readonly sizeBytes: number;
  /** What there was when reading began: with a batch of one, the function's whole timeout. */
  readonly availableMs: number;
  /** Milliseconds on any clock that does not go back. */
  readonly now: () => number;
  /** What to do with an object that takes longer, as the message says it. @default process it with Step Functions, AWS Batch or Glue */
  readonly instead?: string;
}

const INSTEAD = 'process it with Step Functions, AWS Batch or Glue';

/**
 * The chunks, as long as they come fast enough for the object to be finished in an invocation of its own.
 *
 * @throws ObjectError `object-too-large` as soon as it is plain that it cannot: every other try would only burn as much.
 */
export async function* inTime(
  chunks: AsyncIterable<Uint8Array>,
  { sizeBytes, availableMs, now, instead = INSTEAD }: ReadingTime,
): AsyncGenerator<Uint8Array> {
  const startedMs = now();
  let readBytes = 0;
  for await (const chunk of chunks) {
    readBytes += chunk.length;
    const elapsedMs = now() - startedMs;
    const neededMs = (elapsedMs * sizeBytes) / readBytes;
    if (elapsedMs > RATE_KNOWN_AFTER_MS && neededMs > availableMs) {
      throw new ObjectError(
        'object-too-large',
        `at the rate of its first ${readBytes} bytes the object's ${sizeBytes} bytes would take ${seconds(neededMs)} s, ` +
          `and the function has ${seconds(availableMs)} s: ${instead}, or upload it in parts`,
      );
    }
    yield chunk;
  }
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1_000);
}
