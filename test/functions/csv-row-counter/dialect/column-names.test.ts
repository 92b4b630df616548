import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countRows } from '../../../../functions/csv-row-counter/count-rows.ts';
import { chooseDialect } from '../../../../functions/csv-row-counter/dialect/choose-dialect.ts';
import { columnNames, type ColumnNames } from '../../../../functions/csv-row-counter/dialect/column-names.ts';

const SAMPLE_BYTES = 64 * 1024;

function namesOf(
  text: string | Buffer,
  metadata: Record<string, string> = {},
  sampleIsWhole = true,
): ColumnNames | undefined {
  const sample = Buffer.from(text);
  const dialect = chooseDialect(sample, { metadata, usual: ',', sampleIsWhole });
  return columnNames(sample, { ...dialect, sampleIsWhole });
}

describe('the names of the columns', () => {
  test.each([
    ['of a plain header', 'a,b\n1,2\n', ['a', 'b']],
    ['of a header without a line end', 'a,b', ['a', 'b']],
    ['of a header that CR ends', 'a,b\r1,2\r', ['a', 'b']],
    ['behind blank lines', '\n\r\n\rid,name\n1,Ada\n', ['id', 'name']],
    ['with a delimiter in quotes', '"Straße, Nr.",Größe\r\n', ['Straße, Nr.', 'Größe']],
    ['with a line end in quotes', '"two\nlines",b\r1', ['two\nlines', 'b']],
    ['with doubled quotes', '"say ""hi""",b\n', ['say "hi"', 'b']],
    ['with a quote in the middle', 'x"y,z\n', ['x"y', 'z']],
    ['with text behind a closing quote', 'x"y,"z"w\n', ['x"y', '"z"w']],
    ['of which one is empty', 'a,,\n', ['a', '', '']],
    ['that is empty and the only one', '""\n1\n', ['']],
    ['with spaces around', ' id , name \n', [' id ', ' name ']],
    ['by the delimiter that is found', 'a,b;c\n1;2\n', ['a,b', 'c']],
    ['behind a sep= line', 'sep=|\nOne|Two\n', ['One', 'Two']],
    ['with a second byte order mark, which is data', '\u{feff}a,b\n', ['\u{feff}a', 'b']],
    [
      'with control and bidi characters, as they stand',
      'a\x1b[31m,b\u{202e}txt\n',
      ['a\x1b[31m', 'b\u{202e}txt'],
    ],
  ])('%s', (_, text, names) => {
    expect(namesOf(text)?.names).toEqual(names);
  });

  test.each([
    ['nothing at all', ''],
    ['blank lines alone', '\n\r\n\r'],
    ['a quote that never closes', '"never closed,b\n1,2\n'],
    ['a sep= line alone', 'sep=;\n'],
  ])('are not known of %s', (_, text) => {
    expect(namesOf(text)).toBeUndefined();
  });

  test('are not known when metadata says that there is no header', () => {
    expect(namesOf('1,2\n', { 'csv-header': 'absent' })).toBeUndefined();
    expect(namesOf('a,b\n', { 'csv-header': 'present' })?.names).toEqual(['a', 'b']);
  });

  test('are not known when the header goes on behind the sample', () => {
    expect(namesOf('a,b', {}, false)).toBeUndefined();
    expect(namesOf('a,"b\n', {}, false)).toBeUndefined();
    expect(namesOf('a,b\n', {}, false)?.names).toEqual(['a', 'b']);
    expect(namesOf('a,b\r', {}, false)?.names).toEqual(['a', 'b']);
  });

  test('are read with the quote that is told, and without any', () => {
    expect(namesOf("'a,b',\"c\n", { 'csv-quote': "'" })?.names).toEqual(['a,b', '"c']);
    expect(namesOf("'a''b',c\n", { 'csv-quote': "'" })?.names).toEqual(["a'b", 'c']);
    expect(namesOf('"a,b"\n', { 'csv-quote': 'none' })?.names).toEqual(['"a', 'b"']);
  });

  test('are read with escapes, within quotes and outside', () => {
    const told = { 'csv-escape': 'backslash', 'csv-delimiter': ',' };

    expect(namesOf('"a\\",b",c\\,d,e\\\nf,g\\\\,"h""i"\n1\n', told)?.names).toEqual([
      'a",b',
      'c,d',
      'e\nf',
      'g\\',
      'h"i',
    ]);
    expect(namesOf('\\"a,b\n', told)?.names).toEqual(['"a', 'b']);
    expect(namesOf('größe\\,ü,b\n', told)?.names).toEqual(['größe,ü', 'b']);
    expect(namesOf('"a"\\,b\n', told)?.names).toEqual(['"a"\\', 'b']);
    expect(namesOf('a\\,b\n')?.names).toEqual(['a\\', 'b']);
  });

  test('are UTF-8 where the bytes of the header are, whatever follows', () => {
    const header = Buffer.from('Größe,€\n');
    const latin = Buffer.from('größer\n', 'latin1');

    expect(namesOf(Buffer.concat([header, latin]))?.names).toEqual(['Größe', '€']);
  });

  test('are windows-1252 where they are not', () => {
    const header = Buffer.from([0x80, 0x2c, 0x47, 0x72, 0xf6, 0xdf, 0x65, 0x2c, 0x93, 0x0a]);

    expect(namesOf(header)?.names).toEqual(['€', 'Größe', '“']);
  });

  test('are as many as the counter counts columns, on any header', async () => {
    const token = fc.constantFrom(',', ';', '"', '""', "'", '\\', 'a', ' ', '\n', '\r', 'é', '\0');
    const metadata = fc.record({
      'csv-delimiter': fc.constantFrom(',', ';'),
      'csv-quote': fc.constantFrom('"', "'", 'none'),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(token, { maxLength: 25 }),
        metadata,
        fc.boolean(),
        async (tokens, told, escaped) => {
          const text = Buffer.from(tokens.join(''));
          const metadata = escaped ? { ...told, 'csv-escape': 'backslash' } : told;
          const dialect = chooseDialect(text, { metadata, usual: ',', sampleIsWhole: true });

          const columns = columnNames(text, { ...dialect, sampleIsWhole: true });

          const { columnCount, rows, blankRows, unterminatedQuote } = await countRows([text], dialect);
          const isOpen = unterminatedQuote !== undefined && rows - blankRows === 1;
          expect(columns?.names.length).toBe(isOpen ? undefined : columnCount);
        },
      ),
      { numRuns: 20_000 },
    );
  });
});

describe('a header', () => {
  test.each([
    ['a,b\n', { duplicate: false, empty: false }],
    ['a,a\n', { duplicate: true, empty: false }],
    ['a,A\n', { duplicate: false, empty: false }],
    ['a,,\n', { duplicate: false, empty: true }],
    ['a, \n', { duplicate: false, empty: true }],
    ['""\n', { duplicate: false, empty: true }],
    [',,a,a\n', { duplicate: true, empty: true }],
  ])('%j tells of names that are there twice, and of empty ones', (text, told) => {
    expect(namesOf(text)).toMatchObject(told);
  });

  test('tells of names that are there twice behind the first thousand', () => {
    const names = Array.from({ length: 1_500 }, (_, index) => `c${index}`);

    expect(namesOf(names.join(','))?.duplicate).toBe(false);
    expect(namesOf([...names, 'c1400'].join(','))?.duplicate).toBe(true);
  });

  test.each([
    '1',
    '-3',
    '2.50',
    '2,50',
    '.5',
    '1e-7',
    '1899',
    '2101',
    '20240101',
    '$5.00',
    '2,50 €',
    '12 %',
    '(7)',
    ' 7 ',
    '2024-01-31',
    '31.12.2024',
    '1/22/20',
    '2024-01-31T10:00:00Z',
    '2024-01-31 10:00',
  ])('with the name %j looks like data', (name) => {
    expect(namesOf(`id;${name}\n`)?.looksLikeData).toBe(true);
  });

  test.each([
    '2024',
    '1900',
    '2100',
    'Q1',
    'v2',
    '2024-01',
    '10:00',
    '1a',
    '-',
    '',
    '1.2.3.4.5',
    'col 1',
    '５',
  ])('with the name %j does not', (name) => {
    expect(namesOf(`id;${name}\n`)?.looksLikeData).toBe(false);
  });

  test('of years alone looks like data, of years beside a word it does not', () => {
    expect(namesOf('2023,2024\n1,2\n')?.looksLikeData).toBe(true);
    expect(namesOf(',2023,2024\n')?.looksLikeData).toBe(true);
    expect(namesOf('country,2023,2024\n')?.looksLikeData).toBe(false);
  });
});

/** As DynamoDB counts a list: its text in UTF-8, a byte for each element, and three. */
const itemBytes = (names: readonly string[]): number =>
  names.reduce((sum, name) => sum + Buffer.byteLength(name) + 1, 3);

describe('the names that a row keeps', () => {
  test('are the first thousand', () => {
    const names = Array.from({ length: 1_500 }, (_, index) => `c${index}`);

    expect(namesOf(names.join(','))?.names).toEqual(names.slice(0, 1_000));
  });

  test.each([
    ['a name of characters of three bytes', Buffer.from('漢'.repeat(SAMPLE_BYTES / 3))],
    ['a name of which each byte becomes three', Buffer.alloc(SAMPLE_BYTES - 1, 0x80)],
    [
      'a thousand names of which each byte becomes three',
      Buffer.from(Array(1_000).fill('\x80'.repeat(64)).join(','), 'latin1'),
    ],
    ['quotes, doubled', Buffer.from(`"${'""'.repeat(SAMPLE_BYTES / 2 - 2)}"`)],
    ['names of no byte', Buffer.alloc(SAMPLE_BYTES - 1, ',')],
    ['control characters', Buffer.alloc(SAMPLE_BYTES - 1, 0x1b)],
    ['bytes that windows-1252 does not know', Buffer.alloc(SAMPLE_BYTES - 1, 0x81)],
  ])('leave room in an item for everything else, of a header of %s', (_, header) => {
    const columns = namesOf(Buffer.concat([header, Buffer.from('\n')]), { 'csv-delimiter': ',' }, false);

    expect(columns?.names.length).toBeGreaterThan(0);
    expect(itemBytes(columns!.names)).toBeLessThanOrEqual(3 * SAMPLE_BYTES + 1_003);
    // a key of 1 KB, an error, a few dozen numbers: 350 KB are far away
    expect(itemBytes(columns!.names)).toBeLessThan(200_000);
  });

  test('are read in little time, however strange the header', () => {
    const beganMs = performance.now();

    for (const piece of [',', '"', '""', '\\', '9', '1.', 'a,']) {
      namesOf(Buffer.alloc(SAMPLE_BYTES, piece), { 'csv-escape': 'backslash' });
    }

    // some 50 ms each at most where this was written; what grew with the square of the length would take minutes
    expect(performance.now() - beganMs).toBeLessThan(10_000);
  });
});
