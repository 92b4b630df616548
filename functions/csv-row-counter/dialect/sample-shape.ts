import { CR, LF, type Dialect } from '../csv-scan.ts';

/** How the beginning of a CSV looks when it is read by one dialect. Blank records are passed over. */
export interface SampleShape {
  /** That lie whole in the sample. */
  readonly records: number;
  /** Fields of the first of them; 0 when there is none. */
  readonly fields: number;
  /** How many of them have so many fields, the first among them. */
  readonly alike: number;
  /** Quotes that are data though they stand bare: within an unquoted field, and behind a closing quote. */
  readonly strayQuotes: number;
  /** Bytes of the first record, without its line end. */
  readonly first?: { readonly beginsAt: number; readonly endsAt: number };
}

/** The characters as codes. */
export const codesOf = (dialect: {
  readonly delimiter: string;
  readonly quote: string;
  readonly escape?: 'backslash' | undefined;
}): Dialect => ({
  delimiter: dialect.delimiter.charCodeAt(0),
  quote: dialect.quote === 'none' ? -1 : dialect.quote.charCodeAt(0),
  escape: dialect.escape === undefined ? -1 : BACKSLASH,
});

const BACKSLASH = 0x5c;

const FIELD_START = 0;
const UNQUOTED = 1;
const QUOTED = 2;
/** A quote within a quoted field: half of a doubled one, or the closing one. */
const QUOTE_IN_QUOTED = 3;

/**
 * Reads a sample as csv-scan.ts would, and looks at its records one by one.
 *
 * @param sampleIsWhole nothing follows: a last record without a line end is one too. One that a quote leaves open never is.
 * @param onEscape called with the place of each escape that takes the next byte out of play
 */
export function sampleShape(
  sample: Uint8Array,
  { delimiter, quote, escape }: Dialect,
  sampleIsWhole: boolean,
  onEscape?: (at: number) => void,
): SampleShape {
  const { length } = sample;
  let state = FIELD_START;
  let recordAt = 0;
  let fieldsNow = 1;
  let records = 0;
  let fields = 0;
  let alike = 0;
  let strayQuotes = 0;
  let first: SampleShape['first'];
  const endRecord = (at: number): void => {
    if (at > recordAt) {
      first ??= { beginsAt: recordAt, endsAt: at };
      if (records === 0) fields = fieldsNow;
      if (fieldsNow === fields) alike++;
      records++;
    }
    fieldsNow = 1;
    state = FIELD_START;
  };
  for (let at = 0; at < length; at++) {
    const byte = sample[at];
    if (byte === escape && state !== QUOTE_IN_QUOTED) {
      onEscape?.(at);
      at++;
      if (state !== QUOTED) state = UNQUOTED;
    } else if (state === QUOTED) {
      if (byte === quote) state = QUOTE_IN_QUOTED;
    } else if (byte === delimiter) {
      fieldsNow++;
      state = FIELD_START;
    } else if (byte === LF || byte === CR) {
      endRecord(at);
      if (byte === CR && sample[at + 1] === LF) at++;
      recordAt = at + 1;
    } else if (byte === quote && state !== UNQUOTED) {
      state = QUOTED;
    } else {
      if (byte === quote || state === QUOTE_IN_QUOTED) strayQuotes++;
      state = UNQUOTED;
    }
  }
  if (sampleIsWhole && state !== QUOTED) endRecord(length);
  return { records, fields, alike, strayQuotes, ...(first !== undefined && { first }) };
}
