/** Spaces, letters and digits. */
const WORD_RANGES = [
  [0x40, 0x40],
  [0x81, 0x89],
  [0x91, 0x99],
  [0xa2, 0xa9],
  [0xc1, 0xc9],
  [0xd1, 0xd9],
  [0xe2, 0xe9],
  [0xf0, 0xf9],
] as const;
/** . < ( + | & ! $ * ) ; - / , % _ > ? : # @ ' = " and the brackets, tab, CR, NEL and LF. */
const OTHERS = [
  0x4b, 0x4c, 0x4d, 0x4e, 0x4f, 0x50, 0x5a, 0x5b, 0x5c, 0x5d, 0x5e, 0x60, 0x61, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f,
  0x7a, 0x7b, 0x7c, 0x7d, 0x7e, 0x7f, 0x05, 0x0d, 0x15, 0x25,
];
/** NEL, LF and space. */
const BREAKS = [0x15, 0x25, 0x40];
/** LF, space, comma, semicolon, quote and the digits of ASCII, or its CR: a CSV in ASCII or an extension of it has one of them. In EBCDIC a NEL or LF follows each CR. */
// oxlint-disable-next-line no-control-regex
const IN_ASCII = /[\n ,;"0-9]|\r(?![\x15%])/;

const WORDS = new Set<number>(
  WORD_RANGES.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index)),
);
const GRAPHICS = new Set([...WORDS, ...OTHERS]);

/** Too short a text says nothing: `a,b` and a line end are four bytes. */
const LEAST_BYTES = 8;

/**
 * Whether a text is in EBCDIC, the encoding of mainframes, by its distribution: all that occurs is graphic there, most of it
 * letters, digits and spaces, and nothing is what every text in ASCII has.
 *
 * @see https://www.ibm.com/docs/en/zos-basic-skills?topic=mainframe-ebcdic-character-set
 */
export function isEbcdic(text: Buffer): boolean {
  if (text.length < LEAST_BYTES || IN_ASCII.test(text.toString('latin1'))) return false;
  if (!BREAKS.some((byte) => text.includes(byte))) return false;
  let words = 0;
  for (const byte of text) {
    if (!GRAPHICS.has(byte)) return false;
    if (WORDS.has(byte)) words++;
  }
  return words >= text.length / 2;
}
