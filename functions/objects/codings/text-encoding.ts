import { isUtf8 } from 'node:buffer';
import { ObjectError } from '../object-error.ts';

/** How many bytes of an object are looked at before it is believed to be text. */
export const SAMPLE_BYTES = 64 * 1024;

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

export interface EncodingFound {
  /** `utf-8` stands for every encoding in which ASCII is ASCII. */
  readonly encoding: TextEncoding;
  /** Length of the byte order mark. */
  readonly markBytes: number;
}

// UTF-32LE before UTF-16LE: its mark begins with the other's.
const MARKS = [
  { encoding: 'UTF-32LE', mark: [0xff, 0xfe, 0x00, 0x00] },
  { encoding: 'UTF-32BE', mark: [0x00, 0x00, 0xfe, 0xff] },
  { encoding: 'utf-16le', mark: [0xff, 0xfe] },
  { encoding: 'utf-16be', mark: [0xfe, 0xff] },
  { encoding: 'utf-8', mark: [0xef, 0xbb, 0xbf] },
] as const;

/** Control characters that no text in UTF-16 has which is to be believed without a mark. */
// oxlint-disable-next-line no-control-regex
const NOT_IN_TEXT = /[\0-\x08\x0e-\x1a\x1c-\x1f\ufffe\uffff]/;

/**
 * The encoding of the text that begins with `head`: by its byte order mark, else by the zero bytes of UTF-16.
 *
 * @throws ObjectError `unsupported-encoding` on the mark of UTF-32.
 */
export function encodingOf(head: Buffer): EncodingFound {
  const found = MARKS.find(({ mark }) => mark.every((byte, index) => head[index] === byte));
  if (found === undefined) {
    return { encoding: unmarkedUtf16(head) ?? 'utf-8', markBytes: 0 };
  }
  if (found.encoding === 'UTF-32LE' || found.encoding === 'UTF-32BE') {
    throw new ObjectError(
      'unsupported-encoding',
      `the text begins with the byte order mark of ${found.encoding}: convert it to UTF-8 and upload it again`,
    );
  }
  return { encoding: found.encoding, markBytes: found.mark.length };
}

/** Halves of surrogate pairs in a damaged text, at most; the last unit of a sample may be one. */
const UNPAIRED_IN_TEXT = 1 / 8;

/**
 * UTF-16 without a mark, where it is unmistakable: zero bytes at every second place and hardly any at the others, and
 * text when it is read so.
 */
function unmarkedUtf16(head: Buffer): TextEncoding | undefined {
  const units = Math.floor(head.length / 2);
  const zeros = [0, 0];
  for (let at = head.indexOf(0); at >= 0 && at < units * 2; at = head.indexOf(0, at + 1)) {
    zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  }
  const [even = 0, odd = 0] = zeros;
  const [least, most] = even < odd ? [even, odd] : [odd, even];
  // A third: line ends, delimiters and digits are ASCII even where words are not.
  if (most < Math.max(2, units / 3) || least > most / 3) {
    return undefined;
  }
  const encoding = odd > even ? 'utf-16le' : 'utf-16be';
  const text = utf16Text(head.subarray(0, units * 2), encoding);
  const unpaired = text.match(/[\ud800-\udfff]/gu)?.length ?? 0;
  const isText = unpaired <= units * UNPAIRED_IN_TEXT && !NOT_IN_TEXT.test(text);
  return isText && !beginsInOtherEncoding(head) ? encoding : undefined;
}

/** A file in UTF-16 that was appended to one in ASCII is neither. */
function beginsInOtherEncoding(head: Buffer): boolean {
  const before = head.subarray(0, head.indexOf(0));
  return before.length > 2 && /[\t\n\r,;]/.test(before.toString('latin1')) && isUtf8(before);
}

/** The text of whole units; halves of pairs stay as they are. */
export function utf16Text(bytes: Buffer, encoding: TextEncoding): string {
  return (encoding === 'utf-16be' ? Buffer.from(bytes).swap16() : bytes).toString('utf16le');
}
