import {
  brotliDecompressSync,
  createBrotliDecompress,
  createInflate,
  createInflateRaw,
  inflateRawSync,
  inflateSync,
} from 'node:zlib';
import { ObjectError } from '../object-error.ts';
import { goesOn } from './after-the-end.ts';
import type { ByteSource } from './byte-source.ts';
import { decodeStream, DecodingError, type Decoder } from './decode-stream.ts';

const CHUNK_BYTES = 64 * 1024;
const TRIED_OUTPUT_BYTES = 1024 * 1024;

/** A format of one stream, with nothing at its beginning that tells it for sure. */
export interface OneStreamFormat {
  readonly name: string;
  readonly decoder: () => Decoder;
  /** What it makes of bytes at once. */
  readonly atOnce: (bytes: Buffer, options: object) => unknown;
}

export const BROTLI: OneStreamFormat = {
  name: 'brotli',
  decoder: () => createBrotliDecompress({ chunkSize: CHUNK_BYTES }),
  atOnce: brotliDecompressSync,
};
/** What RFC 9110 calls deflate. */
export const ZLIB: OneStreamFormat = {
  name: 'zlib',
  decoder: () => createInflate({ chunkSize: CHUNK_BYTES }),
  atOnce: inflateSync,
};
/** What some senders call deflate. */
export const RAW_DEFLATE: OneStreamFormat = {
  name: 'deflate',
  decoder: () => createInflateRaw({ chunkSize: CHUNK_BYTES }),
  atOnce: inflateRawSync,
};

/** `ended`: a stream and its end, with or without something behind it; `begins`: it ends before its end; `no`: it is none. */
export type Trial = 'ended' | 'begins' | 'no';

/** Whether the bytes are, or begin, a stream of the format. At most 1 MiB is decompressed to know. */
export function tryFormat({ atOnce }: OneStreamFormat, bytes: Buffer): Trial {
  try {
    const options = { info: true, maxOutputLength: TRIED_OUTPUT_BYTES };
    const { buffer, engine } = atOnce(bytes, options) as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    // A single letter may be a stream of nothing; with more behind it, it is a letter.
    return buffer.length > 0 || engine.bytesWritten === bytes.length ? 'ended' : 'no';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'Z_BUF_ERROR' || code === 'ERR_BUFFER_TOO_LARGE' ? 'begins' : 'no';
  }
}

/**
 * The decompressed bytes of the one stream; zero bytes behind it, to the very end, are padding.
 *
 * @throws ObjectError `damaged-content` on what is damaged, lacks its end, or has something else behind it; whatever the
 * source throws.
 */
export async function* decodeOneStream(
  { name, decoder }: OneStreamFormat,
  source: ByteSource,
): AsyncGenerator<Buffer> {
  let madeBytes = 0;
  try {
    for await (const chunk of decodeStream(decoder(), source)) {
      madeBytes += chunk.length;
      yield chunk;
    }
  } catch (error) {
    if (!(error instanceof DecodingError)) throw error;
    const { isCut, from, to, message } = error;
    throw new ObjectError(
      'damaged-content',
      isCut
        ? `the ${name} stream stops short after ${to} bytes (${madeBytes} decompressed): upload the whole file`
        : `the ${name} stream is damaged in its bytes ${from} to ${to - 1} (${message}): compress the file and upload it again`,
      { cause: error },
    );
  }
  await goesOn(source, `${name} stream`);
}
