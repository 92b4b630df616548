import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { countRows, type CsvCount } from '../../../functions/csv-row-counter/count-rows.ts';
import { scanBytes } from '../../../functions/csv-row-counter/csv-scan.ts';
import { fastestScan } from '../../../functions/csv-row-counter/kernel-scan.ts';
import { behindMark, hasPython, readWithPython } from './oracles.ts';
import { readSlowly } from './slow-reader.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/csv');
const SCANS = { 'the kernel': fastestScan, 'its twin': scanBytes };

/** Written for this repository after files that one meets. The numbers are counted by hand; Python counts them again below. */
const FILES: readonly {
  readonly file: string;
  readonly after: string;
  readonly delimiter?: string;
  readonly rows: number;
  readonly blankRows?: number;
  readonly open?: CsvCount['unterminatedQuote'];
}[] = [
  {
    file: 'weather-stations.csv',
    after: 'a government export: byte order mark, CRLF, a remark of two lines, a blank last line',
    rows: 6,
    blankRows: 1,
  },
  {
    file: 'umsatz-excel.csv',
    after: 'Excel in German: semicolons, decimal commas, Windows-1252, CRLF with an LF in a cell',
    delimiter: ';',
    rows: 4,
  },
  {
    file: 'measures.tsv',
    after: 'a list with feet and inches: quotes within fields, a tab within quotes',
    delimiter: '\t',
    rows: 4,
  },
  { file: 'access-log.csv', after: 'a log: quotes that open nothing, quotes behind closing quotes', rows: 5 },
  {
    file: 'mixed-line-ends.csv',
    after: 'files of three systems, one behind the other: LF, CR, CRLF, CR CRLF, LF CR',
    rows: 10,
    blankRows: 3,
  },
  {
    file: 'ragged-report.csv',
    after: 'a report with a comment above, a total below, and rows of any width',
    rows: 7,
  },
  { file: 'quotes.csv', after: 'a file of little but quotes', rows: 6 },
  {
    file: 'never-closed.csv',
    after: 'an export whose last comment lacks its closing quote',
    rows: 4,
    open: { row: 4, line: 4, byteOffset: 40 },
  },
  { file: 'mainframe.csv', after: 'a mainframe: NULs for padding, Ctrl-Z for the end', rows: 4 },
  { file: 'one-column.csv', after: 'a single column with gaps', rows: 8, blankRows: 2 },
];

describe.each(Object.entries(SCANS))('%s counts', (_, scan) => {
  test.each(FILES)('$after ($file)', async ({ file, delimiter = ',', rows, blankRows = 0, open }) => {
    const bytes = behindMark(readFileSync(join(FOLDER, file)));
    const expected = { rows, blankRows, bytes: bytes.length };

    const count = await countRows([bytes], { delimiter }, scan);
    expect(count).toMatchObject(expected);
    expect(count.unterminatedQuote).toEqual(open);
    expect(count).toEqual(readSlowly(bytes.toString('latin1'), { delimiter, quote: '"' }));
    const inBytes = [...bytes].map((byte) => Uint8Array.of(byte));
    expect(await countRows(inBytes, { delimiter }, scan)).toEqual(count);
  });

  test('a single row of 100 MB, with line ends in its fields', async () => {
    const megabyte = Buffer.from(`${'"a,\nb""\r\n",'.repeat(90_908)}twelve char,`);
    const file = Iterator.from(Array<Buffer>(100).fill(megabyte));

    const { rows, blankRows, bytes, unterminatedQuote } = await countRows(file, {}, scan);

    expect({ rows, blankRows, bytes, unterminatedQuote }).toEqual({
      rows: 1,
      blankRows: 0,
      bytes: 100_000_000,
      unterminatedQuote: undefined,
    });
  });
});

test.skipIf(!hasPython)("Python's csv.reader counts them so (skipped where there is no Python 3.11)", () => {
  const readings = readWithPython(
    FILES.map(({ file, delimiter = ',' }) => ({ bytes: readFileSync(join(FOLDER, file)), delimiter })),
  );

  expect(readings).toEqual(FILES.map(({ rows, blankRows = 0 }) => ({ rows, blankRows })));
});
