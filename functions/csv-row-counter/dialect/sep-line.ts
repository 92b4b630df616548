/** What an `sep=` line at the beginning of a text says, and how much of the text it takes. */
export interface SepLine {
  readonly delimiter: string;
  /** With its line end. */
  readonly bytes: number;
}

/** The longest such line: quotes around it, a character of four bytes, CRLF. */
const HEAD_BYTES = 16;

/**
 * The first line by which spreadsheets are told a delimiter: `sep=;`, in any case, also in quotes. It is no row.
 *
 * @see https://en.wikipedia.org/wiki/Comma-separated_values#Application_support
 */
export function sepLine(sample: Uint8Array): SepLine | undefined {
  const head = Buffer.from(sample.buffer, sample.byteOffset, Math.min(sample.length, HEAD_BYTES));
  // A character that is not ASCII may be one byte or several: it is refused in any case, and named as it looks.
  for (const encoding of ['utf8', 'latin1'] as const) {
    const [line, , delimiter] = /^("?)sep=([^\r\n"])\1(?:\r\n|\n|\r|$)/iu.exec(head.toString(encoding)) ?? [];
    if (line !== undefined && delimiter !== undefined && delimiter !== '\u{fffd}') {
      return { delimiter, bytes: Buffer.byteLength(line, encoding) };
    }
  }
  return undefined;
}
