import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { CSV_CASES } from '../../fixtures/csv/cases/all-cases.ts';
import type { CountedRow, CsvCase } from '../../fixtures/csv/cases/csv-case.ts';
import { hasPython, readWithPython } from './oracles.ts';
import { readSlowly } from './slow-reader.ts';

const MARK = /^\u{feff}/u;
const SEP_LINE = /^"?sep=."?(?:\r\n|\n|\r)/;
const ZSTD_MAGIC = Buffer.of(0x28, 0xb5, 0x2f, 0xfd);
/** More is not read again here: a slow reader takes its time. */
const MOST_ROWS = 100_000;

const COUNTED = CSV_CASES.flatMap((each) =>
  typeof each.row === 'object' && each.row.status === 'counted' ? [{ ...each, row: each.row }] : [],
);

/** Those that a slow reader can read, with the text that is left when codings, encoding, mark and sep line are taken off as their row says. */
const READABLE = COUNTED.filter(({ row }) => row.row_count < MOST_ROWS).map((each) => ({
  ...each,
  ...textOf(each),
}));

describe('the table of small files', () => {
  test('gives each a key of its own and a reason', () => {
    const keys = CSV_CASES.map(({ key }) => key);

    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
    expect(CSV_CASES.filter(({ why }) => why === '')).toEqual([]);
    expect(CSV_CASES.length).toBeGreaterThan(300);
  });

  test('has no count that a person would not give, unless a warning says why', () => {
    const unexplained = COUNTED.filter(
      ({ row, aPersonSays }) => row.data_row_count !== aPersonSays && row.warnings.length === 0,
    );

    expect(unexplained.map(({ key }) => key)).toEqual([]);
  });

  test('names warnings in order, each once', () => {
    for (const { key, row } of COUNTED) {
      expect([key, [...new Set(row.warnings)].toSorted()]).toEqual([key, row.warnings]);
    }
  });

  test.each(READABLE)('has the row of $key by the definition', ({ row, text, hasSepLine }) => {
    const { quote, escape } = row;
    const read = readSlowly(text, {
      delimiter: row.delimiter,
      quote: quote === 'none' ? undefined : (quote ?? '"'),
      escape: escape && '\\',
    });

    const header = row.header === 'absent' ? 0 : 1;
    const byDefinition: Partial<CountedRow> = {
      row_count: read.rows,
      data_row_count: Math.max(0, read.rows - read.blankRows - header),
      blank_rows: read.blankRows,
      empty_rows: read.emptyRows,
      // an editor counts a sep line, too
      lines: read.lines + (hasSepLine ? 1 : 0),
      ragged_rows: read.raggedRows,
      longest_row_bytes: read.longestRowBytes,
      ...(read.lineEnding && { line_ending: read.lineEnding }),
      ...(read.columnCount && {
        column_count: read.columnCount,
        least_fields: read.leastFields!,
        most_fields: read.mostFields!,
      }),
    };
    expect(read.unterminatedQuote).toBeUndefined();
    expect({ ...byDefinition, ...row }).toEqual({ ...row, ...byDefinition });
    expect(row.warnings.includes('ragged-rows')).toBe(read.raggedRows > 0);
    expect(row.warnings.includes('empty-rows')).toBe(read.emptyRows > 0);
    expect(row.warnings.includes('text-after-quote')).toBe(read.textAfterQuote);
    expect(row.warnings.includes('mixed-line-endings')).toBe(read.lineEnding === 'mixed');
    expect(row.warnings.includes('single-column')).toBe(read.mostFields === 1);
    // a row as wide as the others is a trailer by its first word
    const isNarrow = (read.lastFields ?? 0) < (read.columnCount ?? 0);
    expect(!isNarrow || row.warnings.includes('trailer-suspected')).toBe(true);
  });

  test.each(
    CSV_CASES.flatMap(({ key, bytes, row }) =>
      typeof row === 'object' && row.status !== 'counted' && row.error_byte_offset !== undefined
        ? [{ key, bytes, row }]
        : [],
    ),
  )('has the place of the open quote in $key by the definition', ({ bytes, row }) => {
    const stored = Buffer.from(bytes).toString('latin1');
    const [skipped = '', sepLine, delimiter = ','] = /^(?:\xef\xbb\xbf)?(sep=(.)\r?\n)?/.exec(stored) ?? [];

    const { unterminatedQuote } = readSlowly(stored.slice(skipped.length), { delimiter, quote: '"' });

    expect(unterminatedQuote).toEqual({
      row: row.error_row,
      line: row.error_line! - (sepLine === undefined ? 0 : 1),
      byteOffset: row.error_byte_offset! - skipped.length,
    });
  });

  test.skipIf(!hasPython)(
    "has the rows of Python's csv.reader (skipped where there is no Python 3.11)",
    () => {
      // Python leaves no quote out, and escapes line ends in another way
      const asked = READABLE.filter(({ row }) => row.quote !== 'none' && row.escape === undefined);

      const readings = readWithPython(
        asked.map(({ row, text }) => ({
          // a second mark is data, and the reader of the test takes one off
          bytes: Buffer.from(`\u{feff}${text}`),
          delimiter: row.delimiter,
          ...(row.quote !== undefined && { quote: row.quote }),
        })),
      );

      expect(asked.map(({ key }, index) => [key, readings[index]?.rows])).toEqual(
        asked.map(({ key, row }) => [key, row.row_count]),
      );
    },
  );
});

function textOf({ bytes, row }: CsvCase & { readonly row: CountedRow }): {
  readonly text: string;
  readonly hasSepLine: boolean;
} {
  let content: Buffer = Buffer.from(bytes);
  for (const coding of row.content_coding.split(', ').toReversed()) {
    content = undo(content, coding);
  }
  const text = new TextDecoder(row.encoding, { ignoreBOM: true }).decode(content).replace(MARK, '');
  return { text: text.replace(SEP_LINE, ''), hasSepLine: SEP_LINE.test(text) };
}

function undo(coded: Buffer, coding: string): Buffer {
  switch (coding) {
    case 'identity':
      return coded;
    case 'gzip':
      return gunzipSync(coded);
    case 'deflate':
      return (coded[0]! & 0x0f) === 8 ? inflateSync(coded) : inflateRawSync(coded);
    case 'br':
      return brotliDecompressSync(coded);
    case 'zstd':
      return Buffer.concat(framesOf(coded).map((frame) => zstdDecompressSync(frame)));
    default:
      throw new Error(`no case has the coding ${coding}`);
  }
}

/** Each by itself: Node's zlib undoes the first, and drops what follows without a word. */
function framesOf(coded: Buffer): Buffer[] {
  const next = coded.indexOf(ZSTD_MAGIC, 1);
  return next === -1 ? [coded] : [coded.subarray(0, next), ...framesOf(coded.subarray(next))];
}
