import type { RowAttributes } from '../rows/write-row.ts';
import type { CsvCount } from './count-rows.ts';
import type { ColumnNames } from './dialect/column-names.ts';
import type { ChosenDialect } from './dialect/choose-dialect.ts';
import type { Warning } from './warnings.ts';

/** What was found out about one text, to its end. */
export interface CountedText {
  readonly count: CsvCount;
  readonly dialect: ChosenDialect;
  readonly names: ColumnNames | undefined;
  readonly encoding: string;
  /** As they were undone from the end: `['gzip']` */
  readonly codings: readonly string[];
  /** What lay between the text's first byte and the bytes that were counted: a byte order mark, a `sep=` line. */
  readonly skippedBytes: number;
  readonly decodedBytes: number;
  readonly warnings: readonly Warning[];
}

/**
 * The attributes that tell of a text in the object's row: its profile, or where the quote opened that never closes.
 *
 *     { "status": "counted", "row_count": 4, "data_row_count": 3, "header": "assumed", "blank_rows": 0, … }
 *     { "status": "malformed-csv", "error": "the quote that opens in row 2, line 2, …", "error_row": 2, "error_line": 2, … }
 */
export function csvRow(text: CountedText): RowAttributes {
  const { count, dialect, encoding, codings } = text;
  const read = {
    delimiter: dialect.delimiter,
    delimiter_source: dialect.delimiterSource,
    quote: dialect.quote === '"' ? undefined : dialect.quote,
    escape: dialect.escape,
    encoding,
    content_coding: codings.length === 0 ? 'identity' : codings.join(', '),
  };
  return { ...(count.unterminatedQuote === undefined ? profile(text) : openQuote(text)), ...read };
}

function profile({ count, dialect, names, decodedBytes, warnings }: CountedText): RowAttributes {
  const hasHeader = dialect.header === 'assumed' && count.header !== undefined;
  return {
    status: 'counted',
    row_count: count.rows,
    data_row_count: count.rows - count.blankRows - (hasHeader ? 1 : 0),
    header: dialect.header,
    blank_rows: count.blankRows,
    empty_rows: count.emptyRows,
    columns: hasHeader ? names?.names : undefined,
    column_count: count.columnCount,
    least_fields: count.leastFields,
    most_fields: count.mostFields,
    ragged_rows: count.raggedRows,
    longest_row_bytes: count.longestRowBytes,
    // an editor counts a sep= line, which is no row
    lines: count.lines + dialect.skippedLines,
    line_ending: count.lineEnding,
    header_sha256: hasHeader ? count.header?.sha256 : undefined,
    warnings,
    bytes_counted: decodedBytes,
  };
}

/** No row_count: a sum over the table must not take in what half a file happened to give. */
function openQuote({ count, dialect, encoding, skippedBytes }: CountedText): RowAttributes {
  const { row = 0, line = 0, byteOffset = 0 } = count.unterminatedQuote ?? {};
  // a sep= line is a line of the file, and no row
  const lineOfFile = line + dialect.skippedLines;
  // the offset would be one of the text as UTF-8, which nobody has
  const offset = encoding.startsWith('utf-16') ? undefined : byteOffset + skippedBytes;
  const place = `row ${row}, line ${lineOfFile}${offset === undefined ? '' : `, at byte ${offset}`}`;
  return {
    status: 'malformed-csv',
    error: `the quote that opens in ${place} never closes: close or double it, and upload the file again`,
    error_row: row,
    error_line: lineOfFile,
    error_byte_offset: offset,
  };
}
