import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib';
import { ObjectError } from '../object-error.ts';
import { goesOn } from './after-the-end.ts';
import type { ByteSource } from './byte-source.ts';
import { decodeAtOnce, isSmall, SMALL_BYTES } from './decode-at-once.ts';
import { decodeStream, DecodingError } from './decode-stream.ts';
import { gzipHeaderLength } from './gzip-header.ts';

const CHUNK_BYTES = 64 * 1024;
/** The longest file name and comment that a header may have. */
const MAX_HEADER_BYTES = 1024 * 1024;
const TRAILER_BYTES = 8;

/** Whether these are the first bytes of a gzip member. A first byte alone, at the end, begins one that is cut. */
export function beginsGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && (head[1] === 0x8b || head.length === 1);
}

/**
 * The decompressed bytes. Members that follow one another are one stream; zero bytes behind the last, to the very end,
 * are padding. Node's own gunzip takes a zero byte for the end of all and drops what follows, another member included:
 * here each member is read by itself, and every byte is accounted for.
 *
 * @throws ObjectError `damaged-content` on what is damaged, lacks its end, or has something else behind it; whatever the
 * source throws.
 * @see https://www.rfc-editor.org/rfc/rfc1952
 */
export async function* gunzip(source: ByteSource): AsyncGenerator<Buffer> {
  const made = { bytes: 0, likelySmall: true };
  try {
    do {
      await skipHeader(source, made.bytes);
      let checksum = 0;
      let length = 0;
      for await (const chunk of inflatedMember(source, made)) {
        checksum = crc32(chunk, checksum);
        length += chunk.length;
        made.bytes += chunk.length;
        yield chunk;
      }
      await checkTrailer(source, { checksum, length }, made.bytes);
    } while (await goesOn(source, 'gzip member', beginsGzip));
  } catch (error) {
    if (!(error instanceof DecodingError)) throw error;
    if (error.isCut) throw stopsShort(error.to, made.bytes, error);
    throw damaged(`in its bytes ${error.from} to ${error.to - 1} (${error.message})`, error);
  }
}

async function* inflatedMember(source: ByteSource, state: { likelySmall: boolean }): AsyncGenerator<Buffer> {
  const startsAt = source.position;
  if (state.likelySmall) {
    const small = decodeAtOnce(inflateRawSync, await source.peek(SMALL_BYTES));
    if (small !== undefined) {
      source.skip(small.used);
      yield small.bytes;
      return;
    }
  }
  let madeBytes = 0;
  for await (const chunk of decodeStream(createInflateRaw({ chunkSize: CHUNK_BYTES }), source)) {
    madeBytes += chunk.length;
    yield chunk;
  }
  state.likelySmall = isSmall(source.position - startsAt, madeBytes);
}

async function skipHeader(source: ByteSource, madeBytes: number): Promise<void> {
  for (let wanted = 512; wanted <= MAX_HEADER_BYTES; wanted *= 2) {
    const head = await source.peek(wanted);
    let length: number | undefined;
    try {
      length = gzipHeaderLength(head);
    } catch (cause) {
      throw damaged(
        `in the header of the member at byte ${source.position}: ${(cause as Error).message}`,
        cause,
      );
    }
    if (length !== undefined) {
      source.skip(length);
      return;
    }
    if (head.length < wanted) {
      throw stopsShort(source.position + head.length, madeBytes);
    }
  }
  throw damaged(
    `in the header of the member at byte ${source.position}: it has no end in ${MAX_HEADER_BYTES} bytes`,
  );
}

async function checkTrailer(
  source: ByteSource,
  { checksum, length }: { readonly checksum: number; readonly length: number },
  madeBytes: number,
): Promise<void> {
  const trailer = await source.peek(TRAILER_BYTES);
  if (trailer.length < TRAILER_BYTES) {
    throw stopsShort(source.position + trailer.length, madeBytes);
  }
  const said = { checksum: trailer.readUInt32LE(0), length: trailer.readUInt32LE(4) };
  source.skip(TRAILER_BYTES);
  if (said.checksum !== checksum || said.length !== length % 2 ** 32) {
    throw damaged(
      `in the member that ends at byte ${source.position}: it says that its content has ${said.length} bytes and the checksum ` +
        `${said.checksum}, and it has ${length} bytes and the checksum ${checksum}`,
    );
  }
}

function stopsShort(bytes: number, madeBytes: number, cause?: unknown): ObjectError {
  return new ObjectError(
    'damaged-content',
    `the gzip stream stops short after ${bytes} bytes (${madeBytes} decompressed): upload the whole file`,
    { cause },
  );
}

function damaged(where: string, cause?: unknown): ObjectError {
  return new ObjectError(
    'damaged-content',
    `the gzip stream is damaged ${where}: compress the file and upload it again`,
    { cause },
  );
}
