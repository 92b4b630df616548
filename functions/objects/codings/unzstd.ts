import { createZstdDecompress, zstdDecompressSync } from 'node:zlib';
import { ObjectError } from '../object-error.ts';
import { goesOn } from './after-the-end.ts';
import type { ByteSource } from './byte-source.ts';
import { decodeAtOnce, isSmall, SMALL_BYTES } from './decode-at-once.ts';
import { decodeStream, DecodingError } from './decode-stream.ts';

const CHUNK_BYTES = 64 * 1024;

const FRAME = [0x28, 0xb5, 0x2f, 0xfd];
/** The first byte is any from 50 to 5f. */
const SKIPPABLE_FRAME = [0x50, 0x2a, 0x4d, 0x18];

/** Whether these are the first bytes of a zstd frame, a skippable one included. Fewer than four, at the end, begin one that is cut. */
export function beginsZstd(head: Uint8Array): boolean {
  const [first = 0, ...others] = head.subarray(0, FRAME.length);
  const magic = first >> 4 === SKIPPABLE_FRAME[0]! >> 4 ? SKIPPABLE_FRAME : FRAME;
  return (
    (first === FRAME[0] || magic === SKIPPABLE_FRAME) &&
    others.every((byte, index) => byte === magic[index + 1])
  );
}

/**
 * The decompressed bytes of all frames; skippable ones have none. Zero bytes behind the last, to the very end, are
 * padding. Node's own decompressor drops a frame that begins in the chunk in which another ends.
 *
 * @throws ObjectError `damaged-content` on what is damaged, lacks its end, or has something else behind it;
 * `unsupported-encoding` on a frame that needs a dictionary, or a window above 128 MiB; whatever the source throws.
 * @see https://www.rfc-editor.org/rfc/rfc8878
 */
export async function* unzstd(source: ByteSource): AsyncGenerator<Buffer> {
  let madeBytes = 0;
  let likelySmall = true;
  const startsAt = source.position;
  do {
    const small = likelySmall ? decodeAtOnce(zstdDecompressSync, await source.peek(SMALL_BYTES)) : undefined;
    if (small !== undefined) {
      source.skip(small.used);
      madeBytes += small.bytes.length;
      yield small.bytes;
      continue;
    }
    const frame = { at: source.position, madeBytes };
    try {
      for await (const chunk of decodeStream(createZstdDecompress({ chunkSize: CHUNK_BYTES }), source)) {
        madeBytes += chunk.length;
        yield chunk;
      }
    } catch (error) {
      if (!(error instanceof DecodingError)) throw error;
      // Where a frame ends with its chunk, the decompressor looks for the next one itself.
      const isBehindFrame = error.code === 'ZSTD_error_prefix_unknown' && error.from > startsAt;
      if (!isBehindFrame) throw refusal(error, madeBytes);
    }
    likelySmall = isSmall(source.position - frame.at, madeBytes - frame.madeBytes);
  } while (await goesOn(source, 'zstd frame', beginsZstd));
}

function refusal(error: DecodingError, madeBytes: number): ObjectError {
  const { code, from, to, message, isCut } = error;
  if (isCut) {
    return new ObjectError(
      'damaged-content',
      `the zstd stream stops short after ${to} bytes (${madeBytes} decompressed): upload the whole file`,
      { cause: error },
    );
  }
  if (code === 'ZSTD_error_frameParameter_windowTooLarge') {
    return new ObjectError(
      'unsupported-encoding',
      'the zstd stream wants a window above 128 MiB: compress the file without --long or --ultra, and upload it again',
      { cause: error },
    );
  }
  if (code === 'ZSTD_error_dictionary_wrong') {
    return new ObjectError(
      'unsupported-encoding',
      'the zstd stream needs a dictionary: compress the file without one, and upload it again',
      { cause: error },
    );
  }
  return new ObjectError(
    'damaged-content',
    `the zstd stream is damaged in its bytes ${from} to ${to - 1} (${message}): compress the file and upload it again`,
    { cause: error },
  );
}
