import { crc32 } from 'node:zlib';

const FIXED_BYTES = 10;
const DEFLATE = 8;
const HEADER_CRC = 2;
const EXTRA = 4;
const NAME = 8;
const COMMENT = 16;
const RESERVED = 0xe0;

/**
 * Length of the header of a gzip member that begins with `head`; undefined where `head` is too short to tell.
 *
 * @throws RangeError with what is wrong with it.
 * @see https://www.rfc-editor.org/rfc/rfc1952#section-2.3
 */
export function gzipHeaderLength(head: Buffer): number | undefined {
  if (head.length < FIXED_BYTES) return undefined;
  if (head[0] !== 0x1f || head[1] !== 0x8b) throw new RangeError('it does not begin with 1f 8b');
  const method = head[2];
  const flags = head[3] ?? 0;
  if (method !== DEFLATE) throw new RangeError(`method ${method} where only 8, deflate, is known`);
  if ((flags & RESERVED) !== 0) throw new RangeError(`unknown flags 0x${flags.toString(16)}`);
  let length = FIXED_BYTES;
  if ((flags & EXTRA) !== 0) {
    if (head.length < length + 2) return undefined;
    length += 2 + head.readUInt16LE(length);
  }
  for (const text of [NAME, COMMENT]) {
    if ((flags & text) !== 0) {
      const end = head.indexOf(0, length);
      if (end < 0) return undefined;
      length = end + 1;
    }
  }
  if ((flags & HEADER_CRC) !== 0) {
    if (head.length < length + 2) return undefined;
    if (head.readUInt16LE(length) !== (crc32(head.subarray(0, length)) & 0xffff)) {
      throw new RangeError('a wrong checksum of the header');
    }
    length += 2;
  }
  return head.length < length ? undefined : length;
}
