/*
 * The loop of csv-scan.ts over 64 bytes at a time, in AssemblyScript. `npm run build:kernel` makes kernel-bytes.ts of it.
 *
 * What a byte means depends on the byte before it and on whether a quoted field is open, so a block needs no state
 * machine: masks of 64 bits say where its quotes, delimiters and line ends are, the running parity of the quotes says
 * which bytes lie inside a field, and popcount counts. What came before the block comes in as carries. They are all here,
 * each with an input that goes wrong without it; | is the end of a block:
 *
 *   inside     a quoted field is open           `"a|⏎b"`   the line end would count
 *   mayOpen    a quote as the next byte opens   `a,|"⏎"`   the quote would be literal
 *   closed     the last byte is a closing quote `"a"|b`    the text behind it would be told of nowhere
 *   afterEnd   the last byte ended a record     `a⏎|⏎`     the blank line would be an ordinary one
 *   afterCr    the last byte is a CR            `a␍|⏎b`    the LF would end a second line
 */

import { BLOCK, anyOf, bitsOf, parity } from './masks';
import { lineEndsFrom, openingBefore } from './opening';
import { endRecords, loadRecord, progress, storeRecord } from './records';

// The states of csv-scan.ts, by its numbers.
const RECORD_START: i32 = 0;
const AFTER_CR: i32 = 1;
const FIELD_START: i32 = 2;
const UNQUOTED: i32 = 3;
const QUOTE_IN_QUOTED: i32 = 4;
const QUOTED: i32 = 5;

/** Blocks without a quote after which the lane for quotes gives way to the plain one. */
const QUIET: i32 = 8 * BLOCK;

let state: i32 = 0;

/**
 * Reads so many bytes, whole blocks, from the beginning of the memory, and goes on with the numbers that lie behind it. LF
 * and CR are parameters because V8 makes a constant vector anew in every round of a loop, and one that was made from a
 * variable once: 17 GB/s and not 12.
 */
export function scan(length: i32, delimiter: i32, quote: i32, lf: i32, cr: i32): void {
  const delimiters = i8x16.splat(<i8>delimiter);
  const quotes = i8x16.splat(<i8>quote);
  const lfs = i8x16.splat(<i8>lf);
  const crs = i8x16.splat(<i8>cr);
  const before = i32(progress.state);
  state = before;
  loadRecord();
  let at = 0;
  while (at < length) {
    if (state != QUOTED && state != QUOTE_IN_QUOTED) at = scanPlain(at, length, delimiter, delimiters, quotes, lfs, crs);
    if (at < length) at = scanQuoted(at, length, quote, cr, delimiters, quotes, lfs, crs);
  }
  storeRecord();
  if (state == QUOTED || state == QUOTE_IN_QUOTED) {
    const end = state == QUOTED ? length : length - 1;
    const opening = openingBefore(end, before == QUOTE_IN_QUOTED, quote, quotes);
    if (opening >= 0) {
      progress.quoteOffset = progress.bytes + f64(opening);
      progress.quoteLine = progress.lineEnds + 1 - f64(lineEndsFrom(opening, length, lfs, crs));
    }
  }
  progress.state = f64(state);
  progress.bytes += f64(length);
  progress.lastByte = f64(load<u8>(length - 1));
}

/** Blocks without a quote, outside of quoted fields; gives where it stopped. */
function scanPlain(
  begin: i32,
  end: i32,
  delimiter: i32,
  delimiters: v128,
  quotes: v128,
  lfs: v128,
  crs: v128,
): i32 {
  const offset = i64(progress.bytes);
  let at = begin;
  let counted: u64 = 0;
  let crCount: u64 = 0;
  let crlfCount: u64 = 0;
  let afterEnd = u64(state == RECORD_START || state == AFTER_CR);
  let afterCr = u64(state == AFTER_CR);
  while (at < end) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at, 32);
    const d = v128.load(at, 48);
    const anyQuote = anyOf(i8x16.eq(a, quotes), i8x16.eq(b, quotes), i8x16.eq(c, quotes), i8x16.eq(d, quotes));
    const anyCr = anyOf(i8x16.eq(a, crs), i8x16.eq(b, crs), i8x16.eq(c, crs), i8x16.eq(d, crs));
    const lf = bitsOf(a, b, c, d, lfs);
    let lineEnds = lf;
    // the LF of a CRLF ends nothing, but what follows it is a line's first byte
    let ofCrlf = lf & afterCr;
    if (v128.any_true(v128.or(anyQuote, anyCr))) {
      if (v128.any_true(anyQuote)) break;
      const crBits = bitsOf(a, b, c, d, crs);
      lineEnds |= crBits;
      ofCrlf |= lf & (crBits << 1);
      crCount += popcnt(crBits);
      afterCr = crBits >> 63;
    } else {
      afterCr = 0;
    }
    const ends = lineEnds & ~ofCrlf;
    counted += popcnt(ends);
    crlfCount += popcnt(ofCrlf);
    countBlank(ends & ((lineEnds << 1) | afterEnd));
    endRecords(offset + at, lineEnds, bitsOf(a, b, c, d, delimiters), afterEnd);
    afterEnd = lineEnds >> 63;
    at += BLOCK;
  }
  countEnds(counted, crCount, crlfCount);
  progress.lineEnds += f64(counted);
  if (at > begin) {
    if (afterEnd) state = afterCr ? AFTER_CR : RECORD_START;
    else state = load<u8>(at - 1) == delimiter ? FIELD_START : UNQUOTED;
  }
  return at;
}

/** At least one block, until there have been no quotes for a while; gives where it stopped. */
function scanQuoted(
  begin: i32,
  end: i32,
  quote: i32,
  cr: i32,
  delimiters: v128,
  quotes: v128,
  lfs: v128,
  crs: v128,
): i32 {
  const offset = i64(progress.bytes);
  let at = begin;
  let counted: u64 = 0;
  let crCount: u64 = 0;
  let crlfCount: u64 = 0;
  let lineCount: u64 = 0;
  let textBehind: u64 = 0;
  let inside: u64 = state == QUOTED ? -1 : 0;
  let mayOpen = u64(state != UNQUOTED);
  let closed = u64(state == QUOTE_IN_QUOTED);
  let afterEnd = u64(state == RECORD_START || state == AFTER_CR);
  let afterCr = u64((at > 0 ? i32(load<u8>(at - 1)) : i32(progress.lastByte)) == cr);
  let busy: u64;
  do {
    const stop = min(end, at + QUIET);
    busy = 0;
    do {
      const a = v128.load(at);
      const b = v128.load(at, 16);
      const c = v128.load(at, 32);
      const d = v128.load(at, 48);
      const anyCr = anyOf(i8x16.eq(a, crs), i8x16.eq(b, crs), i8x16.eq(c, crs), i8x16.eq(d, crs));
      const lf = bitsOf(a, b, c, d, lfs);
      let lineEnds = lf;
      if (v128.any_true(anyCr)) lineEnds |= bitsOf(a, b, c, d, crs);
      const delimiterBits = bitsOf(a, b, c, d, delimiters);
      const opensNext = lineEnds | delimiterBits;
      let quoteBits = bitsOf(a, b, c, d, quotes);
      let isInside = parity(quoteBits) ^ inside;
      // A quote that would open, where none may: behind text, or behind text after a closing quote. A doubled one may
      // stand behind a quote: the first half closes, the second opens again.
      let literal = quoteBits & isInside & ~(((opensNext | quoteBits) << 1) | mayOpen);
      if (literal != 0) {
        do {
          // Only the first is certain: without it the parity of all behind it turns.
          quoteBits ^= literal & -literal;
          isInside = parity(quoteBits) ^ inside;
          literal = quoteBits & isInside & ~(((opensNext | quoteBits) << 1) | mayOpen);
        } while (literal != 0);
      }
      mayOpen = (opensNext | quoteBits) >> 63;
      const closing = quoteBits & ~isInside;
      textBehind |= ((closing << 1) | closed) & ~(opensNext | quoteBits);
      closed = closing >> 63;
      const outside = lineEnds & ~isInside;
      let lines = lineEnds;
      if (lineEnds != lf || afterCr) {
        const crBits = lineEnds ^ lf;
        const ofCrlf = lf & ((crBits << 1) | afterCr);
        lines &= ~ofCrlf;
        crCount += popcnt(crBits & outside);
        crlfCount += popcnt(ofCrlf & outside);
        afterCr = crBits >> 63;
      }
      const ends = lines & outside;
      lineCount += popcnt(lines);
      counted += popcnt(ends);
      countBlank(ends & ((outside << 1) | afterEnd));
      endRecords(offset + at, outside, delimiterBits & ~isInside, afterEnd);
      afterEnd = outside >> 63;
      inside = u64(i64(isInside) >> 63);
      busy |= quoteBits;
      at += BLOCK;
    } while (at < stop);
  } while (busy != 0 && at < end);
  countEnds(counted, crCount, crlfCount);
  progress.lineEnds += f64(lineCount);
  if (textBehind != 0) progress.textAfterQuote = 1;
  if (inside) state = QUOTED;
  else if (!mayOpen) state = UNQUOTED;
  else if (afterEnd) state = afterCr ? AFTER_CR : RECORD_START;
  else state = load<u8>(at - 1) == quote ? QUOTE_IN_QUOTED : FIELD_START;
  return at;
}

function countEnds(rows: u64, crs: u64, crlfs: u64): void {
  progress.rows += f64(rows);
  progress.crlfEnds += f64(crlfs);
  // of a CRLF over two scans the first has counted a CR alone
  progress.crEnds += f64(crs) - f64(crlfs);
}

/** Rare enough for a branch to be cheaper than a popcount of nothing. */
@inline
function countBlank(blank: u64): void {
  if (blank != 0) progress.blankRows += f64(popcnt(blank));
}
