/*
 * What the kernel keeps of a CSV from one block to the next, and the end of its records: endRecord of progress.ts, for
 * all that end in a block of 64 bytes.
 */

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

function endFilled(here: i64, ends: u64, starts: u64, delimiters: u64, lineEnds: u64, afterEnd: u64): void {
  // There is a start for every end and one after the other, but for a record that began before the block or goes on
  // behind it: the count of zeros in nothing is 64, the beginning of the next block.
  let begin = recordAt;
  if (afterEnd) {
    begin = here + ctz(starts);
    starts &= starts - 1;
  }
  let before = fields;
  if (delimiters == 0 && before == 1 && columnCount == 1 && ends != 0 && here + i64(ctz(ends)) - begin <= longest) {
    // as all of one column do, short as they are: no need to look at each
    if (longest >= 64 || !hasRun(~lineEnds, i32(longest) + 1)) {
      lastFields = 1;
      starts &= -2 << (63 - clz(ends));
      recordAt = here + ctz(starts);
      return;
    }
  }
  while (ends != 0) {
    const upToEnd = ends ^ (ends - 1);
    const end = here + ctz(ends);
    const count = before + popcnt(delimiters & upToEnd);
    const length = end - begin;
    if (count != columnCount || length > longest || length == count - 1) endOdd(begin, end, count);
    lastFields = count;
    delimiters &= ~upToEnd;
    before = 1;
    ends &= ends - 1;
    begin = here + ctz(starts);
    starts &= starts - 1;
  }
  recordAt = begin;
  fields = before + popcnt(delimiters);
}

/** A record that is the longest so far, the first one, one of delimiters alone, or one with more fields than the first or fewer. */
function endOdd(begin: i64, end: i64, count: i64): void {
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

/** Whether so many bits in a row are set, 1 to 64: of the shorter runs nothing is left, each time by up to twice as much. */
function hasRun(bits: u64, length: i32): bool {
  let covered = 1;
  while (covered < length) {
    const step = min(covered, length - covered);
    bits &= bits << step;
    covered += step;
  }
  return bits != 0;
}
