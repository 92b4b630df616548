import { ContentError } from '../content-error.ts';
import type { ByteSource } from '../../objects/codings/byte-source.ts';
import { utf16Text, type TextEncoding } from '../../objects/codings/text-encoding.ts';

const UNIT_BYTES = 2;
/** How much of the end is looked at for another encoding. */
const LAST_BYTES = 256;
const LEAST_LINE_BYTES = 4;

/**
 * Text in UTF-16 as UTF-8, wherever its chunks are cut. A half of a surrogate pair without the other becomes U+FFFD.
 *
 * @param onUnpaired called for each chunk that has such a half.
 * @throws ContentError `malformed-csv` when the text ends within a unit, or in lines of ASCII; whatever the source throws.
 */
export async function* utf16ToUtf8(
  source: ByteSource,
  encoding: TextEncoding,
  onUnpaired: () => void,
): AsyncGenerator<Buffer> {
  let kept = Buffer.alloc(0);
  let last = Buffer.alloc(0);
  const utf8Of = (bytes: Buffer): Buffer => {
    const text = utf16Text(bytes, encoding);
    if (!text.isWellFormed()) onUnpaired();
    return Buffer.from(text);
  };
  try {
    for (let chunk = await source.next(); chunk !== undefined; chunk = await source.next()) {
      const bytes = Buffer.concat([kept, chunk]);
      const whole = bytes.length - (bytes.length % UNIT_BYTES);
      const end = whole - (endsInPair(bytes.subarray(0, whole), encoding) ? UNIT_BYTES : 0);
      kept = bytes.subarray(end);
      last = Buffer.concat([last, chunk.subarray(-LAST_BYTES)]).subarray(-LAST_BYTES);
      if (end > 0) yield utf8Of(bytes.subarray(0, end));
    }
    if (kept.length % UNIT_BYTES !== 0) {
      throw new ContentError(
        'malformed-csv',
        `the text in ${encoding.toUpperCase()} has ${source.position} bytes, and it takes two for each character: ` +
          'the last one is half, or something in another encoding was added; upload the whole file, in one encoding',
      );
    }
    if (endsInAscii(last)) {
      throw new ContentError(
        'malformed-csv',
        `the text in ${encoding.toUpperCase()} ends in lines of another encoding, as when something is appended: upload it in one`,
      );
    }
    if (kept.length > 0) yield utf8Of(kept);
  } finally {
    await source.close();
  }
}

/** Whether the last unit is the first half of a surrogate pair. */
function endsInPair(units: Buffer, encoding: TextEncoding): boolean {
  const high = units.at(encoding === 'utf-16le' ? -1 : -UNIT_BYTES);
  return high !== undefined && high >= 0xd8 && high <= 0xdb;
}

/** Whether what stands behind the last zero byte is a line in ASCII: in UTF-16 it would be one unlikely word. */
function endsInAscii(last: Buffer): boolean {
  const zero = last.lastIndexOf(0);
  const tail = last.toString('latin1', zero + 1);
  return (
    zero >= 0 && tail.length >= LEAST_LINE_BYTES && /^[\t\n\r -~]*$/.test(tail) && /[,;\t].*[\n\r]/.test(tail)
  );
}
