import { isUtf8 } from 'node:buffer';
import type { Coding } from './announced-codings.ts';
import type { ByteSource } from './byte-source.ts';
import { beginsGzip, gunzip } from './gunzip.ts';
import { BROTLI, decodeOneStream, RAW_DEFLATE, tryFormat, ZLIB, type OneStreamFormat } from './one-stream.ts';
import { isPlainText } from './plain-text.ts';
import { beginsZstd, unzstd } from './unzstd.ts';

const MAGIC_BYTES = 4;

export interface CodingFound {
  readonly name: Coding;
  readonly decode: (source: ByteSource) => AsyncIterable<Uint8Array>;
}

const GZIP: CodingFound = { name: 'gzip', decode: gunzip };
const ZSTD: CodingFound = { name: 'zstd', decode: unzstd };

/**
 * The coding of the bytes that begin with `head`: by their magic number, else the announced one that they can be read in;
 * undefined when there is none.
 *
 * @param isWhole whether `head` is all that there is.
 * @param announced what may be, the most likely first.
 */
export function codingOf(
  head: Buffer,
  isWhole: boolean,
  announced: readonly string[],
): CodingFound | undefined {
  // Fewer bytes than a magic number has begin a stream that was cut, if one is announced.
  const isShort = isWhole && head.length < MAGIC_BYTES;
  if (head.length === 0) return undefined;
  if (beginsGzip(head) && (!isShort || announced.includes('gzip') || head.length > 1)) return GZIP;
  if (beginsZstd(head) && (!isShort || announced.includes('zstd'))) return ZSTD;
  for (const token of announced) {
    if (token === 'br' && isReadIn(BROTLI, head)) return oneStream('br', BROTLI);
    if (token === 'deflate' && isReadIn(RAW_DEFLATE, head)) return oneStream('deflate', RAW_DEFLATE);
    // Also where something else is announced: some call what zlib writes gzip.
    if (hasZlibHeader(head) && isReadIn(ZLIB, head)) return oneStream('deflate', ZLIB);
  }
  return undefined;
}

function oneStream(name: Coding, format: OneStreamFormat): CodingFound {
  return { name, decode: (source) => decodeOneStream(format, source) };
}

/** The first bytes of plain text may be read as a stream that is cut; as a whole one, hardly ever: raw deflate, which says least. */
function isReadIn(format: OneStreamFormat, head: Buffer): boolean {
  const trial = tryFormat(format, head);
  if (trial === 'ended') return format !== RAW_DEFLATE || !isUtf8(head);
  return trial === 'begins' && !isPlainText(head);
}

/** @see https://www.rfc-editor.org/rfc/rfc1950#section-2.2 */
function hasZlibHeader(head: Buffer): boolean {
  return (
    head.length >= 2 &&
    ((head[0] ?? 0) & 0x0f) === 8 &&
    (head[0] ?? 0) <= 0x78 &&
    head.readUInt16BE(0) % 31 === 0
  );
}
