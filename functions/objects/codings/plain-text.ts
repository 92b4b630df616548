import { isUtf8 } from 'node:buffer';

/** Control characters that no file of text has: not those between which some put their fields (01 to 03, 07, 1c to 1f), and not ESC or Ctrl-Z. */
const STRANGE = new Set([4, 5, 6, 8, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 127]);
/** How much of them makes bytes that are no UTF-8 binary. Of random bytes they are a fifteenth. */
const STRANGE_IN_BYTES = 1 / 33;
const STRANGE_IN_UTF_8 = 1 / 3;
/** How much of a text that is no UTF-8 is ASCII, at least. Of compressed bytes it is two fifths. */
const ASCII_IN_TEXT = 0.7;

/** Whether there are more control characters than any text has. */
export function hasStrangeControls(bytes: Buffer): boolean {
  const strange = countOf(bytes, (byte) => STRANGE.has(byte));
  if (isUtf8(bytes)) return strange > bytes.length * STRANGE_IN_UTF_8;
  return strange > bytes.length * STRANGE_IN_BYTES && !isMostlyPrinted(bytes);
}

/** Whether bytes are text beyond doubt, and nothing compressed: UTF-8, or mostly ASCII. */
export function isPlainText(bytes: Buffer): boolean {
  if (bytes.includes(0) || hasStrangeControls(bytes)) return false;
  const [first = 0] = bytes;
  // Brotli's first byte is often a control character, of ASCII or of Latin-1.
  const beginsInPrint = isPrinted(first) || first >= 0xa0;
  return isUtf8(bytes) || (beginsInPrint && isMostlyPrinted(bytes));
}

function isMostlyPrinted(bytes: Buffer): boolean {
  return countOf(bytes, isPrinted) >= bytes.length * ASCII_IN_TEXT;
}

function isPrinted(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function countOf(bytes: Buffer, is: (byte: number) => boolean): number {
  let count = 0;
  for (const byte of bytes) {
    if (is(byte)) count++;
  }
  return count;
}
