/** What has been read so far of a CSV, and what the next byte will be taken for. Plain numbers, so that the kernel can go on with them. */
export interface Progress {
  /** One of the states of csv-scan.ts. */
  state: number;
  bytes: number;
  /** The last byte; -1 before the first. */
  lastByte: number;
  /** Line ends, within quoted fields too. */
  lineEnds: number;

  // the current record
  /** Where it begins, or the next one where none has begun. */
  recordAt: number;
  /** Its fields so far, with the one that has not ended. */
  fields: number;
  /** Where the last quoted field began, of those that the states QUOTED and QUOTE_IN_QUOTED speak of. */
  quoteOffset: number;
  /** The line of that byte, from 1. */
  quoteLine: number;

  // the records that have ended
  rows: number;
  blankRows: number;
  /** Records of delimiters alone. */
  emptyRows: number;
  /** How many of `rows` ended with a CRLF, and with a CR alone. */
  crlfEnds: number;
  crEnds: number;
  longestRowBytes: number;
  /** 1 where text stands behind a closing quote, else 0. */
  textAfterQuote: number;

  // those of them that are not blank
  /** Fields of the first, the header; 0 before it has ended. */
  columnCount: number;
  headerBeginsAt: number;
  headerEndsAt: number;
  leastFields: number;
  mostFields: number;
  lastFields: number;
  /** How many have another number of fields than the header. */
  raggedRows: number;
}

/** Nothing has been read. The state is RECORD_START. */
export function startOfCsv(): Progress {
  return {
    state: 0,
    bytes: 0,
    lastByte: -1,
    lineEnds: 0,
    recordAt: 0,
    fields: 1,
    quoteOffset: 0,
    quoteLine: 0,
    rows: 0,
    blankRows: 0,
    emptyRows: 0,
    crlfEnds: 0,
    crEnds: 0,
    longestRowBytes: 0,
    textAfterQuote: 0,
    columnCount: 0,
    headerBeginsAt: 0,
    headerEndsAt: 0,
    leastFields: 0,
    mostFields: 0,
    lastFields: 0,
    raggedRows: 0,
  };
}

/** The current record ends: `endsAt` is the offset of its line end, which is no part of it, or the end of the CSV. */
export function endRecord(progress: Progress, endsAt: number): void {
  const { recordAt, fields, columnCount } = progress;
  const length = endsAt - recordAt;
  progress.rows++;
  progress.fields = 1;
  if (length === 0) {
    progress.blankRows++;
    return;
  }
  progress.longestRowBytes = Math.max(progress.longestRowBytes, length);
  if (length === fields - 1) {
    progress.emptyRows++;
  }
  progress.lastFields = fields;
  if (fields === columnCount) {
    return;
  }
  if (columnCount === 0) {
    progress.columnCount = fields;
    progress.leastFields = fields;
    progress.mostFields = fields;
    progress.headerBeginsAt = recordAt;
    progress.headerEndsAt = endsAt;
    return;
  }
  progress.raggedRows++;
  progress.leastFields = Math.min(progress.leastFields, fields);
  progress.mostFields = Math.max(progress.mostFields, fields);
}
