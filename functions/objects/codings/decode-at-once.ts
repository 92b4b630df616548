/** Members and frames up to these sizes are decompressed in one call: a stream for each would cost several times as much. */
export const SMALL_BYTES = 32 * 1024;
const SMALL_OUTPUT_BYTES = 1024 * 1024;

/** One of Node's synchronous decompressors: `inflateRawSync`, `zstdDecompressSync` */
type DecodeSync = (
  bytes: Buffer,
  options: { info: true; chunkSize: number; maxOutputLength: number },
) => unknown;

/** Whether the next member is likely to be small, too, after one of these sizes. */
export function isSmall(storedBytes: number, madeBytes: number): boolean {
  return storedBytes < SMALL_BYTES && madeBytes < SMALL_OUTPUT_BYTES;
}

/**
 * What the first member or frame in these bytes decompresses to, and how many of them it takes. Undefined when it is
 * longer, or faulty: a stream then says how.
 */
export function decodeAtOnce(
  decodeSync: DecodeSync,
  bytes: Buffer,
): { readonly bytes: Buffer; readonly used: number } | undefined {
  try {
    // @types/node does not know that `info` changes what is returned.
    const { buffer, engine } = decodeSync(bytes, {
      info: true,
      chunkSize: 64 * 1024,
      maxOutputLength: SMALL_OUTPUT_BYTES,
    }) as { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };
    return engine.bytesWritten === 0 ? undefined : { bytes: buffer, used: engine.bytesWritten };
  } catch {
    return undefined;
  }
}
