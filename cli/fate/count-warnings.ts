import { countText, plural } from '../terminal/units.ts';

type Row = Readonly<Record<string, unknown>>;

/** What each warning of a count means, for the row that has it. docs/csv.md has an example of each. */
const SENTENCES: Readonly<Record<string, (row: Row) => string>> = {
  'no-header-assumed': () =>
    'the first row looks like data, and was taken for the header: upload it with the metadata csv-header=absent if it is none',
  'comment-suspected': () => 'the first row begins with #, and was taken for the header: is it a comment?',
  'single-column': () => 'no row has more than one field: is the delimiter another one (csv-delimiter)?',
  'duplicate-columns': () => 'two columns have the same name',
  'empty-column-name': () => 'a column has no name',
  'ragged-rows': ({ ragged_rows: ragged, column_count: columns, least_fields: least, most_fields: most }) =>
    `${rowsText(ragged)} with another number of fields than the first one's ${numberText(columns)}; rows have ${numberText(least)} to ${numberText(most)}`,
  'empty-rows': ({ empty_rows: empty }) =>
    `${rowsText(empty)} of delimiters and nothing else, counted as data rows`,
  'long-record': ({ longest_row_bytes: bytes }) =>
    `a row is ${numberText(bytes)} bytes long, far more than the others: did a quote swallow rows?`,
  'text-after-quote': () => 'something stands behind a closing quote: was that quote meant to open a field?',
  'trailer-suspected': () => 'the last row looks like a trailer, and is counted as a data row',
  'mixed-line-endings': () => 'rows end in different ways (LF, CRLF, CR)',
  'invalid-utf-8': ({ encoding }) =>
    String(encoding).startsWith('utf-16')
      ? 'half of a character stands alone; the count is right, and in a name it is shown as \u{fffd}'
      : 'bytes are no UTF-8; the count is right, and names that are none were read as Windows-1252',
  'byte-order-mark-inside': () =>
    'a byte order mark stands behind the beginning, as when files are put one behind the other: is each header counted?',
  'nul-bytes': () => 'NUL bytes stand behind the first 64 KiB',
  'coding-mismatch': () =>
    'the name or Content-Encoding says another compression than the bytes have; the bytes were believed',
};

/** The warning in a plain sentence; one that nobody knows here by its name. */
export function warningText(warning: string, row: Row): string {
  const sentence = Object.hasOwn(SENTENCES, warning) ? SENTENCES[warning] : undefined;
  return sentence === undefined ? warning : `${warning}: ${sentence(row)}`;
}

const numberText = (value: unknown): string => (typeof value === 'number' ? countText(value) : 'some');

const rowsText = (value: unknown): string => (typeof value === 'number' ? plural(value, 'row') : 'some rows');
