import type { CsvCount } from './count-rows.ts';
import type { ColumnNames } from './dialect/column-names.ts';

/**
 * What may be odd about a CSV that was counted: all that there is, in this order. The count is right by the definition; the
 * uploader may have meant something else. Each has an example in docs/csv.md.
 */
export const WARNINGS = [
  'byte-order-mark-inside',
  'coding-mismatch',
  'comment-suspected',
  'duplicate-columns',
  'empty-column-name',
  'empty-rows',
  'invalid-utf-8',
  'long-record',
  'mixed-line-endings',
  'no-header-assumed',
  'nul-bytes',
  'ragged-rows',
  'single-column',
  'text-after-quote',
  'trailer-suspected',
] as const;

export type Warning = (typeof WARNINGS)[number];

/** What the parts have seen of one text. */
export interface Oddities {
  readonly count: CsvCount;
  /** The first row was taken for the header, and nobody said that it is one. */
  readonly headerAssumed: boolean;
  readonly names: ColumnNames | undefined;
  readonly lastLine: string | undefined;
  readonly invalidUtf8: boolean;
  readonly byteOrderMarkInside: boolean;
  readonly nulBytes: boolean;
  readonly codingMismatch: boolean;
}

/** A record is long that is so many bytes, and so many times as long as the others on average. */
const LONG_RECORD = { bytes: 64 * 1024, timesTheAverage: 20 };

/** What ends files that are no rows: a trailer's usual first word, psql's `\.` and `(5 rows)`, a DOS end of file. */
const TRAILER =
  // eslint-disable-next-line no-control-regex
  /^"?(?:(?:trl|tlr|trailer|eof|end|(?:sub-?|grand )?totals?|sum|summe|gesamt)(?![\p{L}\d_])|\\\.$|\u{1a}$|\(?\d+ (?:rows?|records?)\b)/iu;

/** Which warnings these are, in the order of the list. */
export function warningsOf(seen: Oddities): Warning[] {
  const { count, names } = seen;
  const raised: Record<Warning, boolean> = {
    'no-header-assumed': seen.headerAssumed && names?.looksLikeData === true,
    'comment-suspected': /^#\s/.test(names?.names[0] ?? ''),
    'single-column': count.mostFields === 1,
    'duplicate-columns': names?.duplicate === true,
    'empty-column-name': names?.empty === true,
    'ragged-rows': count.raggedRows > 0,
    'empty-rows': count.emptyRows > 0,
    'long-record': hasLongRecord(count),
    'text-after-quote': count.textAfterQuote,
    'trailer-suspected': endsInTrailer(count, seen.lastLine),
    'mixed-line-endings': count.lineEnding === 'mixed',
    'invalid-utf-8': seen.invalidUtf8,
    'byte-order-mark-inside': seen.byteOrderMarkInside,
    'nul-bytes': seen.nulBytes,
    'coding-mismatch': seen.codingMismatch,
  };
  return WARNINGS.filter((warning) => raised[warning]);
}

/** What a quote that was never meant to open shows as: it swallows rows until the next one. */
function hasLongRecord({ longestRowBytes, bytes, rows }: CsvCount): boolean {
  return (
    longestRowBytes > LONG_RECORD.bytes &&
    // the others alone: a file of one record has none to compare it with
    longestRowBytes * (rows - 1) > LONG_RECORD.timesTheAverage * (bytes - longestRowBytes) &&
    rows > 1
  );
}

/** The last row is narrower than the header, or begins as trailers do. */
function endsInTrailer(
  { rows, blankRows, columnCount = 0, lastFields = 0 }: CsvCount,
  lastLine: string | undefined,
): boolean {
  return (
    rows - blankRows > 1 && (lastFields < columnCount || (lastLine !== undefined && TRAILER.test(lastLine)))
  );
}
