import { endRecord, type Progress } from './progress.ts';

/** Character codes of one byte each; -1 where there is none. */
export interface Dialect {
  readonly delimiter: number;
  readonly quote: number;
  /** Takes the byte behind it out of play, within a quoted field and outside. */
  readonly escape: number;
}

/** Reads the next bytes of a CSV. What they lie in is not kept. */
export type Scan = (progress: Progress, bytes: Uint8Array, dialect: Dialect) => void;

// What has been read of the current record decides what the next byte means. Plain numbers, so that the loop stays a
// jump; the kernel knows them too, but for the last two. In those before QUOTED a line end ends the record.
/** Nothing. A line end here makes a blank row. */
export const RECORD_START = 0;
/** Nothing, and the record before ended with CR: an LF now belongs to that line end. */
export const AFTER_CR = 1;
/** A delimiter last. A quote here opens, as at the record's start, and nowhere else. */
const FIELD_START = 2;
/** Some of a field in which quotes are literal. */
const UNQUOTED = 3;
/** A quote within a quoted field: half of a doubled one, or the closing one. */
const QUOTE_IN_QUOTED = 4;
/** Some of a quoted field: all but a quote is data. */
export const QUOTED = 5;
/** An escape outside of quoted fields, and within one. */
const ESCAPED = 6;
export const ESCAPED_IN_QUOTED = 7;

export const LF = 0x0a;
export const CR = 0x0d;

/**
 * Byte by byte. This is what a row is: the kernel is held to it. It reads alone where the engine has no SIMD, a dialect
 * with an escape or without a quote, and what fills no block of the kernel's.
 */
export function scanBytes(
  progress: Progress,
  bytes: Uint8Array,
  { delimiter, quote, escape }: Dialect,
): void {
  const { length } = bytes;
  const begin = progress.bytes;
  let { state, lineEnds, fields } = progress;
  for (let at = 0; at < length; at++) {
    const byte = bytes[at]!;
    // one comparison for nearly every byte
    const isLineEnd = byte <= CR && (byte === LF || byte === CR);
    if (isLineEnd && (byte === CR || (at > 0 ? bytes[at - 1] : progress.lastByte) !== CR)) {
      lineEnds++;
    }
    if (isLineEnd && state < QUOTED) {
      if (byte === LF && state === AFTER_CR) {
        progress.crEnds--;
        progress.crlfEnds++;
        state = RECORD_START;
      } else {
        progress.fields = fields;
        endRecord(progress, begin + at);
        fields = 1;
        if (byte === CR) progress.crEnds++;
        state = byte === CR ? AFTER_CR : RECORD_START;
      }
      progress.recordAt = begin + at + 1;
    } else if (state === UNQUOTED) {
      if (byte === delimiter) {
        fields++;
        state = FIELD_START;
      } else if (byte === escape) {
        state = ESCAPED;
      }
    } else if (state === QUOTED) {
      if (byte === quote) {
        state = QUOTE_IN_QUOTED;
      } else if (byte === escape) {
        state = ESCAPED_IN_QUOTED;
      }
    } else if (state === ESCAPED) {
      state = UNQUOTED;
    } else if (state === ESCAPED_IN_QUOTED) {
      state = QUOTED;
    } else if (byte === delimiter) {
      fields++;
      state = FIELD_START;
    } else if (byte === quote) {
      if (state !== QUOTE_IN_QUOTED) {
        progress.quoteOffset = begin + at;
        progress.quoteLine = lineEnds + 1;
      }
      state = QUOTED;
    } else if (byte === escape && state !== QUOTE_IN_QUOTED) {
      state = ESCAPED;
    } else {
      // After a closing quote too: the rest of such a field is taken literally.
      if (state === QUOTE_IN_QUOTED) progress.textAfterQuote = 1;
      state = UNQUOTED;
    }
  }
  progress.state = state;
  progress.lineEnds = lineEnds;
  progress.fields = fields;
  if (length > 0) progress.lastByte = bytes[length - 1]!;
  progress.bytes = begin + length;
}
