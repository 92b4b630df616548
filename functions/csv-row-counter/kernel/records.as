/*
 * What the kernel keeps of a CSV from one block to the next, and the end of its records: endRecord of progress.ts, for
 * all that end in a block of 64 bytes.
 */

import { BLOCK, hasRun, upToLowest } from './masks';

/** The numbers of progress.ts, in their order. They lie behind the page for bytes; what they count may be above 2^32. */
@unmanaged
class Progress {
  state: f64;
  bytes: f64;
  lastByte: f64;
  lineEnds: f64;
  recordAt: f64;
  fields: f64;
  quoteOffset: f64;
  quoteLine: f64;
  rows: f64;
  blankRows: f64;
  emptyRows: f64;
  crlfEnds: f64;
  crEnds: f64;
  longestRowBytes: f64;
  textAfterQuote: f64;
  columnCount: f64;
  headerBeginsAt: f64;
  headerEndsAt: f64;
  leastFields: f64;
  mostFields: f64;
  lastFields: f64;
  raggedRows: f64;
}

export const progress = changetype<Progress>(0x10000);

// Those that every record is compared with: in whole numbers, while a scan lasts.
let recordAt: i64 = 0;
let fields: i64 = 0;
let columnCount: i64 = 0;
let longest: i64 = 0;
let lastFields: i64 = 0;

export function loadRecord(): void {
  recordAt = i64(progress.recordAt);
  fields = i64(progress.fields);
  columnCount = i64(progress.columnCount);
  longest = i64(progress.longestRowBytes);
  lastFields = i64(progress.lastFields);
}

export function storeRecord(): void {
  progress.recordAt = f64(recordAt);
  progress.fields = f64(fields);
  progress.longestRowBytes = f64(longest);
  progress.lastFields = f64(lastFields);
}

/**
 * Ends the records of the block that begins at this offset of the CSV. Line ends are those of records, with both bytes
 * of a CRLF; so one behind another ends nothing, or a blank row, and only the others and their records are looked at.
 *
 * @param afterEnd 1 where the byte before is a line end of a record, else 0
 */
@inline
export function endRecords(here: i64, lineEnds: u64, delimiters: u64, afterEnd: u64): void {
  const behindEnd = (lineEnds << 1) | afterEnd;
  const ends = lineEnds & ~behindEnd;
  const starts = ~lineEnds & behindEnd;
  if ((ends | starts) == 0) fields += popcnt(delimiters);
  else endFilled(here, ends, starts, delimiters, lineEnds, afterEnd);
}

@inline
function endFilled(here: i64, ends: u64, starts: u64, delimiters: u64, lineEnds: u64, afterEnd: u64): void {
  // In turn, a record starts and one ends. Behind the last start, the count of zeros in nothing is 64: the next block's first byte.
  let start = recordAt - here;
  if (afterEnd) {
    start = ctz(starts);
    starts &= starts - 1;
  }
  if (delimiters == 0 && fields == 1 && columnCount == 1 && isUsualColumn(start, ends, lineEnds)) {
    starts &= -2 << (63 - clz(ends));
    recordAt = here + ctz(starts);
    lastFields = 1;
    return;
  }
  // all of them without a branch, as most are usual
  const first = start;
  let restOfStarts = starts;
  let restOfEnds = ends;
  let before = fields;
  let count = lastFields;
  let different: i64 = 0;
  let negative: i64 = 0;
  while (restOfEnds != 0) {
    const counted = i64(popcnt(delimiters & upToLowest(restOfEnds)));
    const length = i64(ctz(restOfEnds)) - start;
    count = before + counted;
    before = 1 - counted;
    different |= count ^ columnCount;
    // shorter than as many delimiters and one more: it is of delimiters alone
    negative |= (longest - length) | (length - columnCount);
    restOfEnds &= restOfEnds - 1;
    start = ctz(restOfStarts);
    restOfStarts &= restOfStarts - 1;
  }
  lastFields = count;
  if (different != 0 || negative < 0) endUnusual(here, first, ends, starts, delimiters);
  recordAt = here + start;
  fields = before + popcnt(delimiters);
}

/** Whether all that end have one field, as the header has, and none is the longest: so short ones are not looked at one by one. */
function isUsualColumn(start: i64, ends: u64, lineEnds: u64): bool {
  if (ends == 0 || i64(ctz(ends)) - start > longest) return false;
  return longest >= BLOCK || !hasRun(~lineEnds, i32(longest) + 1);
}

/** The same records, one by one. */
function endUnusual(here: i64, start: i64, ends: u64, starts: u64, delimiters: u64): void {
  let begin = here + start;
  let before = fields;
  while (ends != 0) {
    const counted = i64(popcnt(delimiters & upToLowest(ends)));
    endRecord(begin, here + ctz(ends), before + counted);
    before = 1 - counted;
    ends &= ends - 1;
    begin = here + ctz(starts);
    starts &= starts - 1;
  }
}

function endRecord(begin: i64, end: i64, count: i64): void {
  longest = max(longest, end - begin);
  if (end - begin == count - 1) progress.emptyRows += 1;
  if (columnCount == 0) {
    columnCount = count;
    progress.columnCount = f64(count);
    progress.leastFields = f64(count);
    progress.mostFields = f64(count);
    progress.headerBeginsAt = f64(begin);
    progress.headerEndsAt = f64(end);
  } else if (count != columnCount) {
    progress.raggedRows += 1;
    progress.leastFields = min(progress.leastFields, f64(count));
    progress.mostFields = max(progress.mostFields, f64(count));
  }
}
