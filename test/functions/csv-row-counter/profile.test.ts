import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  countRows,
  type CountOptions,
  type CsvCount,
} from '../../../functions/csv-row-counter/count-rows.ts';
import { fieldsWithPython, hasPython } from './oracles.ts';
import { readSlowly } from './slow-reader.ts';

/** Counted by hand: what a text says of itself. */
const CASES: readonly (readonly [says: string, text: string, expected: Partial<CsvCount>])[] = [
  ['a file of nothing has no lines and no longest row', '', { lines: 0, longestRowBytes: 0, raggedRows: 0 }],
  ['LF ends records', 'a\nb\n', { lineEnding: 'lf', lines: 2 }],
  ['CRLF ends records', 'a\r\nb', { lineEnding: 'crlf', lines: 2 }],
  ['CR ends records', 'a\rb\r', { lineEnding: 'cr', lines: 2 }],
  ['line ends are mixed', 'a\r\nb\n', { lineEnding: 'mixed', lines: 2 }],
  ['CR CR LF is two line ends', 'a\r\r\n', { lineEnding: 'mixed', lines: 2, blankRows: 1 }],
  ['a line end in quotes is a line, and none of the records', '"a\r\nb"\n', { lineEnding: 'lf', lines: 2 }],
  ['a quote between CR and LF makes them two', '"a\r"\n', { lineEnding: 'lf', lines: 2, rows: 1 }],
  ['a last record has no end', 'a', { lines: 1, rows: 1 }],
  ['the longest row is told in bytes, without its line end', 'é\r\nabcd\r\n', { longestRowBytes: 4 }],
  ['a quoted row has all its lines', 'a\n"b\r\nc"\n', { longestRowBytes: 6, lines: 3 }],
  ['the last row may be the longest', 'a\nbcd', { longestRowBytes: 3 }],
  ['a quoted delimiter makes no field', 'a,"b,c"\n1,2\n', { columnCount: 2, raggedRows: 0 }],
  [
    'rows are ragged against the first',
    'a,b\n1\n\n1,2,3\n1,2\n',
    { leastFields: 1, mostFields: 3, raggedRows: 2 },
  ],
  [
    'blank lines before the header are passed over',
    '\n\r\na,b\n1,2',
    { columnCount: 2, blankRows: 2, raggedRows: 0 },
  ],
  ['the last row may be a trailer', 'a,b\n1,2\ntotal\n\n', { lastFields: 1, leastFields: 1, raggedRows: 1 }],
  [
    'a row of delimiters is empty, a blank one is not',
    'a,b\n,\n\n,,\n"",\n ,',
    { emptyRows: 2, blankRows: 1 },
  ],
  ['a header may be empty', ',\na,b', { emptyRows: 1, columnCount: 2 }],
  ['text stands behind a closing quote', 'a\n"b"c\n', { textAfterQuote: true }],
  ['a space does too', 'a,"b" ,c', { textAfterQuote: true }],
  ['a doubled quote, a delimiter and a line end do not', '"a""b","c"\r\n"d"\n"e"', { textAfterQuote: false }],
  [
    'a quote that never closes',
    'a\r\n"b\rc",\r\n"d\n',
    { unterminatedQuote: { row: 3, line: 4, byteOffset: 11 } },
  ],
];

test.each(CASES)('%s', async (_says, text, expected) => {
  const count = await countRows([Buffer.from(text)]);

  expect(count).toMatchObject(expected);
  expect(count).toEqual(readSlowly(Buffer.from(text).toString('latin1')));
});

describe('what tells of fields, of line ends and of the header is absent', () => {
  test.each(['', '\n\r\n'])('in %j', async (text) => {
    const count = await countRows([Buffer.from(text)]);

    expect(Object.keys(count)).not.toContain('header');
    expect(count).not.toHaveProperty('columnCount');
    expect(count).not.toHaveProperty('leastFields');
    expect(count).not.toHaveProperty('mostFields');
    expect(count).not.toHaveProperty('lastFields');
    expect('lineEnding' in count).toBe(text !== '');
  });
});

describe('the header', () => {
  test.each([
    ['is the first record', 'id,name\r\n1,Ada\r\n', 0, 'id,name'],
    ['needs no line end', 'id', 0, 'id'],
    ['stands behind blank lines', '\n\r\nid\n1\n', 3, 'id'],
    ['may have lines of its own', '"i\nd",x\n1,2\n', 0, '"i\nd",x'],
    ['may be as open as the file', '"i\nd,x\n1,2\n', 0, '"i\nd,x\n1,2\n'],
  ])('%s', async (_says, text, beginsAt, header) => {
    const expected = {
      beginsAt,
      endsAt: beginsAt + header.length,
      sha256: createHash('sha256').update(header).digest('hex'),
    };

    const bytes = Buffer.from(text);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const count = await countRows([bytes.subarray(0, cut), bytes.subarray(cut)]);
      expect(count.header).toEqual(expected);
    }
  });
});

describe('a backslash that escapes', () => {
  test.each([
    ['takes a delimiter out of play', 'a\\,b,c\n', { columnCount: 2 }],
    ['takes a line end out of play', 'a\\\nb\n', { rows: 1, lines: 2 }],
    [
      'takes half of a CRLF out of play: the LF ends the record',
      'a\\\r\nb',
      { rows: 2, lines: 2, lineEnding: 'lf' },
    ],
    ['takes a quote at the beginning of a field out of play', '\\"a\nb"\n', { rows: 2 }],
    ['takes a quote in a quoted field out of play', '"a\\"\nb"\n', { rows: 1 }],
    ['takes itself out of play', '"a\\\\"\nb\\\\\n', { rows: 2 }],
    ['leaves doubled quotes as they are', '"a""\n"\n', { rows: 1 }],
    ['is ordinary behind a closing quote', '"a"\\\nb\n', { rows: 2, textAfterQuote: true }],
    ['may be the last byte', 'a\nb\\', { rows: 2 }],
    [
      'may be the last byte of a quoted field',
      'a\n"b\\',
      { rows: 2, unterminatedQuote: { row: 2, line: 2, byteOffset: 2 } },
    ],
    ['makes a row that is not blank', '\\\n', { rows: 1, blankRows: 0, longestRowBytes: 2 }],
  ] satisfies [string, string, Partial<CsvCount>][])('%s', async (_says, text, expected) => {
    const count = await countRows([Buffer.from(text)], { escape: 'backslash' });

    expect(count).toMatchObject(expected);
    expect(count).toEqual(readSlowly(text, { delimiter: ',', quote: '"', escape: '\\' }));
  });

  test.each([{ delimiter: '\\' }, { quote: '\\' }])('cannot be something else too: %j', async (options) => {
    await expect(countRows([], { ...options, escape: 'backslash' })).rejects.toThrow(RangeError);
  });
});

test('where no character is a quote, every line end ends a record', async () => {
  const count = await countRows([Buffer.from('a,"b\nc",d\n')], { quote: 'none' });

  expect(count).toMatchObject({ rows: 2, columnCount: 2, textAfterQuote: false });
});

/** Texts of what matters and little else, with what they are to be read by. */
const readable = fc.record({
  text: fc
    .array(fc.constantFrom('"', '"', '""', '\n', '\r', '\r\n', ',', ',', '\\', '\\', 'a', ' ', 'é', '\0'), {
      maxLength: 40,
    })
    .map((parts) => parts.join('')),
  options: fc.constantFrom<CountOptions>(
    {},
    { escape: 'backslash' },
    { quote: 'none' },
    { quote: 'none', escape: 'backslash' },
  ),
});

const slowDialect = ({ quote = '"', escape }: CountOptions) => ({
  delimiter: ',',
  quote: quote === 'none' ? undefined : quote,
  escape: escape && '\\',
});

describe('in any text, read by any dialect', () => {
  test('every field is exact, wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(readable, fc.nat(90), fc.nat(90), async ({ text, options }, one, other) => {
        const bytes = Buffer.from(text);
        const [first, second] = [Math.min(one, other), Math.max(one, other)];

        const count = await countRows(
          [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)],
          options,
        );

        expect(count).toEqual(readSlowly(bytes.toString('latin1'), slowDialect(options)));
      }),
      { numRuns: 10_000 },
    );
  });

  test('there are no fewer lines than rows, and no more odd rows than rows', async () => {
    await fc.assert(
      fc.asyncProperty(readable, async ({ text, options }) => {
        const count = await countRows([Buffer.from(text)], options);

        expect(count.lines).toBeGreaterThanOrEqual(count.rows);
        expect(count.raggedRows).toBeLessThanOrEqual(Math.max(0, count.rows - count.blankRows - 1));
        expect(count.emptyRows).toBeLessThanOrEqual(count.rows - count.blankRows);
        expect(count.longestRowBytes).toBeLessThanOrEqual(count.bytes);
      }),
      { numRuns: 5_000 },
    );
  });

  test.skipIf(!hasPython)(
    'the fields are those of Python (skipped where there is no Python 3.11)',
    async () => {
      const inputs = fc
        .sample(readable, 20_000)
        .map(({ text, options }) => ({ bytes: Buffer.from(text), options }));

      const readings = fieldsWithPython(
        inputs.map(({ bytes, options: { quote = '"', escape } }) => ({
          bytes,
          quote: quote === 'none' ? null : quote,
          ...(escape && { escape: '\\' }),
        })),
      );

      expect(readings).toHaveLength(inputs.length);
      for (const [index, { bytes, options }] of inputs.entries()) {
        const rows = readings[index]!;
        const filled = rows.filter((fields) => fields > 0);
        const { rows: counted, ...count } = await countRows([bytes], options);
        expect({ counted, ...count, input: bytes.toString() }).toMatchObject({
          counted: rows.length,
          blankRows: rows.length - filled.length,
          raggedRows: filled.filter((fields) => fields !== filled[0]).length,
          ...(filled.length > 0 && {
            columnCount: filled[0],
            leastFields: Math.min(...filled),
            mostFields: Math.max(...filled),
            lastFields: filled.at(-1),
          }),
        });
      }
    },
  );
});
