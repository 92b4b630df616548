import { describe, expect, test } from 'vitest';
import { adviceFor } from '../../../cli/fate/count-advice.ts';
import { countLines, isNotCounted, rowsText } from '../../../cli/fate/count-lines.ts';
import { warningText } from '../../../cli/fate/count-warnings.ts';
import { WARNINGS } from '../../../functions/csv-row-counter/warnings.ts';
import { NOT_COUNTED_STATUSES } from '../../../shared/count-status.ts';

const COUNTED = {
  status: 'counted',
  row_count: 4,
  data_row_count: 3,
  blank_rows: 0,
  header: 'assumed',
  columns: ['Artikel', 'Preis'],
  column_count: 2,
  lines: 5,
  delimiter: ';',
  delimiter_source: 'detected',
  encoding: 'windows-1252',
  content_coding: 'gzip',
  warnings: [],
};

describe('a count', () => {
  test('is told with its header, its columns, how it was read, and a sentence for each warning', () => {
    const row = { ...COUNTED, warnings: ['ragged-rows'], ragged_rows: 1, least_fields: 1, most_fields: 2 };

    expect(rowsText(row)).toBe('4 rows (header included)');
    expect(countLines(row)).toEqual([
      '3 data rows in 5 lines',
      '2 columns: Artikel, Preis',
      'delimiter ; (detected), windows-1252, gzip',
      "! ragged-rows: 1 row with another number of fields than the first one's 2; rows have 1 to 2",
    ]);
  });

  test.each([
    [{ row_count: 1, header: 'assumed' }, '1 row (header included)'],
    [{ row_count: 0, header: 'assumed' }, '0 rows'],
    [{ row_count: 2, header: 'absent' }, '2 rows (no header)'],
    [{ row_count: 2 }, '2 rows'],
    [{ status: 'malformed-csv' }, undefined],
  ])('of the row %j is %j', (row, text) => {
    expect(rowsText(row)).toBe(text);
  });

  test('shows the place of a column without a name', () => {
    expect(countLines({ ...COUNTED, columns: ['a', '', ' '], column_count: 3 })).toContain(
      '3 columns: a, "", " "',
    );
  });

  test('names what cannot be seen, and of many columns the first', () => {
    const columns = Array.from({ length: 20 }, (_, index) => `c${index}`);
    const lines = countLines({
      ...COUNTED,
      columns,
      column_count: 1_200,
      blank_rows: 1,
      delimiter: '\u0001',
      quote: 'none',
      escape: 'backslash',
      content_coding: 'identity',
    });

    expect(lines).toEqual([
      '3 data rows in 5 lines, 1 blank row not among them',
      '1,200 columns: c0, c1, c2, c3, c4, c5, c6, c7, and 1,192 more',
      'delimiter \\x01 (detected), quote none, escape backslash, windows-1252',
    ]);
  });

  test('that an earlier version wrote is told as far as it goes', () => {
    expect(countLines({ status: 'counted', row_count: 1, delimiter: ',', column_count: 2 })).toEqual([
      '2 columns',
      'delimiter ,',
    ]);
  });

  test.each(WARNINGS)('with the warning %s says it in a sentence', (warning) => {
    expect(warningText(warning, COUNTED)).toMatch(new RegExp(`^${warning}: .{15,}$`));
  });

  test.each([
    [
      'windows-1252',
      'bytes are no UTF-8; the count is right, and names that are none were read as Windows-1252',
    ],
    [
      'utf-16le',
      'half of a character stands alone; the count is right, and in a name it is shown as \u{fffd}',
    ],
  ])('of a text in %s says what invalid-utf-8 means there', (encoding, sentence) => {
    expect(warningText('invalid-utf-8', { ...COUNTED, encoding })).toBe(`invalid-utf-8: ${sentence}`);
  });

  test.each(['of-tomorrow', '__proto__', 'constructor'])(
    'with the warning %s, which nobody knows, names it',
    (warning) => {
      expect(warningText(warning, COUNTED)).toBe(warning);
    },
  );
});

describe('what was not counted', () => {
  test.each(NOT_COUNTED_STATUSES)('with the status %s has a next step', (status) => {
    expect(isNotCounted({ status })).toBe(true);
    expect(countLines({ status, error: 'why' })).toEqual([`→ ${adviceFor(status, false)}`]);
    expect(adviceFor(status, false)).toMatch(/.{20,}/);
  });

  test('is told of quotes of another kind only where a quote is why', () => {
    const cut = {
      status: 'malformed-csv',
      error: 'the gzip stream stops short after 20 bytes (9 decompressed)',
    };

    expect(countLines({ ...cut, error_row: 3 }).join()).toContain('csv-quote');
    expect(countLines(cut).join()).not.toContain('quote');
  });

  test.each([
    [{ status: 'of-tomorrow', error: 'why' }, true],
    [{ status: 'resized' }, false],
    [{ status: 'counted' }, false],
    [{ status: 'malformed-csv', deleted: true }, false],
    [{}, false],
  ])('is so of the row %j: %j', (row, isSo) => {
    expect(isNotCounted(row)).toBe(isSo);
  });
});
