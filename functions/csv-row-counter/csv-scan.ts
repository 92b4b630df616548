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
// jump; the kernel knows them too, but for the last two.
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
  let { state, lastByte } = progress;
  for (let at = 0; at < length; at++) {
    const byte = bytes[at]!;
    const isLineEnd = byte === LF || byte === CR;
    if (isLineEnd && (byte === CR || lastByte !== CR)) {
      progress.lineEnds++;
    }
    lastByte = byte;
    if (state === QUOTED) {
      if (byte === quote) {
        state = QUOTE_IN_QUOTED;
      } else if (byte === escape) {
        state = ESCAPED_IN_QUOTED;
      }
    } else if (state === ESCAPED_IN_QUOTED) {
      state = QUOTED;
    } else if (state === ESCAPED) {
      state = UNQUOTED;
    } else if (isLineEnd) {
      if (byte === LF && state === AFTER_CR) {
        progress.crEnds--;
        progress.crlfEnds++;
        state = RECORD_START;
      } else {
        endRecord(progress, begin + at);
        if (byte === CR) progress.crEnds++;
        state = byte === CR ? AFTER_CR : RECORD_START;
      }
      progress.recordAt = begin + at + 1;
    } else if (byte === delimiter) {
      progress.fields++;
      state = FIELD_START;
    } else if (byte === quote && state !== UNQUOTED) {
      if (state !== QUOTE_IN_QUOTED) {
        progress.quoteOffset = begin + at;
        progress.quoteLine = progress.lineEnds + 1;
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
  progress.lastByte = lastByte;
  progress.bytes = begin + length;
}
