/** What has been read so far of a CSV, and what the next byte will be taken for. */
export interface Progress {
  state: number;
  /** Records that have ended. */
  rows: number;
  blankRows: number;
  bytes: number;
  /** Where the last quoted field began, of those that the states QUOTED and QUOTE_IN_QUOTED speak of. */
  quoteOffset: number;
}

/** Character codes of one byte each. */
export interface Dialect {
  readonly delimiter: number;
  readonly quote: number;
}

/** Reads the next bytes of a CSV. What they lie in is not kept. */
export type Scan = (progress: Progress, bytes: Uint8Array, dialect: Dialect) => void;

// What has been read of the current record decides what the next byte means. Plain numbers, so that the loop stays a
// jump; the kernel knows them too.
/** Nothing. A line end here makes a blank row. */
export const RECORD_START = 0;
/** Nothing, and the record before ended with CR: an LF now belongs to that line end. */
export const AFTER_CR = 1;
/** A delimiter last. A quote here opens, as at the record's start, and nowhere else. */
const FIELD_START = 2;
/** Some of a field in which quotes are literal. */
const UNQUOTED = 3;
/** Some of a quoted field: all but a quote is data. */
export const QUOTED = 4;
/** A quote within a quoted field: half of a doubled one, or the closing one. */
const QUOTE_IN_QUOTED = 5;

export const LF = 0x0a;
export const CR = 0x0d;

/**
 * Byte by byte. This is what a row is: the kernel is held to it. It reads alone where the engine has no SIMD, and what
 * fills no block of the kernel's.
 */
export function scanBytes(progress: Progress, bytes: Uint8Array, { delimiter, quote }: Dialect): void {
  const { length } = bytes;
  let { state } = progress;
  for (let at = 0; at < length; at++) {
    const byte = bytes[at];
    if (state === UNQUOTED) {
      if (byte === delimiter) {
        state = FIELD_START;
      } else if (byte === LF || byte === CR) {
        state = byte === CR ? AFTER_CR : RECORD_START;
        progress.rows++;
      }
    } else if (state === QUOTED) {
      if (byte === quote) {
        state = QUOTE_IN_QUOTED;
      }
    } else if (byte === quote) {
      if (state !== QUOTE_IN_QUOTED) {
        progress.quoteOffset = progress.bytes + at;
      }
      state = QUOTED;
    } else if (byte === delimiter) {
      state = FIELD_START;
    } else if (byte === LF && state === AFTER_CR) {
      state = RECORD_START;
    } else if (byte === LF || byte === CR) {
      progress.rows++;
      if (state === RECORD_START || state === AFTER_CR) {
        progress.blankRows++;
      }
      state = byte === CR ? AFTER_CR : RECORD_START;
    } else {
      // After a closing quote too: the rest of such a field is taken literally.
      state = UNQUOTED;
    }
  }
  progress.state = state;
  progress.bytes += length;
}
