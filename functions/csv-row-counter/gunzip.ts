import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ContentError } from './content-error.ts';

export interface GunzipCaps {
  /** Bytes that may come out. */
  readonly outputBytes: number;
  /** Bytes that may come out for each that goes in, once `ratioAppliesFrom` bytes have come out. */
  readonly ratio: number;
  readonly ratioAppliesFrom: number;
}

/** Deflate reaches 1,032 : 1, real CSVs 3 to 50 : 1. A bomb costs time and no memory, so small ones may pass. */
export const GUNZIP_CAPS: GunzipCaps = {
  outputBytes: 64 * 2 ** 30,
  ratio: 200,
  ratioAppliesFrom: 256 * 2 ** 20,
};

/**
 * The decompressed bytes. Members that follow one another are one stream; zero bytes after the last are padding, as for
 * gzip(1). The chunks must throw when they end early: an end that they merely come to is the object's own.
 *
 * @throws ContentError `malformed-csv` on what is no gzip, is damaged, lacks its end, or has something else behind it;
 * `object-too-large` beyond the caps; whatever the chunks throw.
 */
export async function* gunzip(
  chunks: AsyncIterable<Uint8Array>,
  caps: GunzipCaps = GUNZIP_CAPS,
): AsyncGenerator<Uint8Array> {
  const stream = createGunzip({ chunkSize: 64 * 1024 });
  // The pipeline destroys each side with the other's error, and the loop below throws it.
  pipeline(chunks, stream, () => {});
  let outputBytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      outputBytes += chunk.length;
      const ratio = outputBytes / stream.bytesWritten;
      if (outputBytes > caps.outputBytes || (outputBytes > caps.ratioAppliesFrom && ratio > caps.ratio)) {
        throw new ContentError(
          'object-too-large',
          `the object had decompressed to ${outputBytes} bytes, ${Math.round(ratio)} times what was read, when it was given up: ` +
            `at most ${caps.outputBytes} bytes and ${caps.ratio} times are counted; upload it in parts, or uncompressed`,
        );
      }
      yield chunk;
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!code.startsWith('Z_')) {
      throw error;
    }
    throw new ContentError(
      'malformed-csv',
      code === 'Z_BUF_ERROR'
        ? `the gzip stream stops short after ${outputBytes} decompressed bytes: upload the whole file`
        : `the gzip stream is damaged after ${outputBytes} decompressed bytes (${(error as Error).message}): upload it again`,
      { cause: error },
    );
  }
}
