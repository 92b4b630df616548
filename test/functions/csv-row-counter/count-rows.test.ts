import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countRows, type CsvCount } from '../../../functions/csv-row-counter/count-rows.ts';
import { behindMark, hasPython, readWithCsvParse, readWithPython } from './oracles.ts';
import { readSlowly } from './slow-reader.ts';

const BOM = '\u{feff}';

/** One line of docs/csv.md each; `blank` is 0 and `open` absent unless said. */
const CASES: readonly {
  readonly says: string;
  readonly text: string;
  readonly rows: number;
  readonly blank?: number;
  readonly open?: readonly [row: number, byteOffset: number];
}[] = [
  { says: 'an empty object has no rows', text: '', rows: 0 },
  { says: 'an LF ends a record', text: 'a,b\n1,2\n', rows: 2 },
  { says: 'a CRLF ends one record', text: 'a,b\r\n1,2\r\n', rows: 2 },
  { says: 'a lone CR ends a record', text: 'a,b\r1,2\r', rows: 2 },
  { says: 'line ends may be mixed', text: 'a\r\nb\nc\rd', rows: 4 },
  { says: 'a last record needs no line end', text: 'a,b\n1,2', rows: 2 },
  { says: 'a last record may be one delimiter', text: 'a\n,', rows: 2 },
  { says: 'a header alone is a row', text: 'a,b', rows: 1 },
  { says: 'a quoted newline is data', text: 'a,"x\ny\r\nz"\n1,2\n', rows: 2 },
  { says: 'a quoted delimiter is data', text: '"a,b",c\n', rows: 1 },
  { says: 'a doubled quote is a quote', text: '"a""\nb"\n', rows: 1 },
  { says: 'a quoted field may be empty', text: '""\n', rows: 1 },
  { says: 'a last quoted empty field is a record', text: '\n""', rows: 2, blank: 1 },
  { says: 'a last quoted empty field after CRLF is a record', text: '\r\n""', rows: 2, blank: 1 },
  { says: 'four quotes are one quote', text: '""""\n', rows: 1 },
  { says: 'a quote in an unquoted field is literal', text: 'a"b\nc"d\n', rows: 2 },
  { says: 'a quote after a space is literal', text: 'a, "b\nc",d\n', rows: 2 },
  { says: 'text after a closing quote is literal', text: '"a"b\n"c" \n', rows: 2 },
  { says: 'a quote after text after a closing quote is literal', text: '"a"b"\nc\n', rows: 2 },
  { says: 'a NUL after a closing quote is literal', text: '"a"\0"\nc\n', rows: 2 },
  { says: 'a blank line is a blank row', text: 'a\n\nb\n', rows: 3, blank: 1 },
  { says: 'blank lines may begin a file', text: '\n\r\n\ra\n', rows: 4, blank: 3 },
  { says: 'CR CR LF is a line end and a blank line', text: 'a\r\r\nb', rows: 3, blank: 1 },
  { says: 'LF CR is a line end and a blank line', text: 'a\n\rb', rows: 3, blank: 1 },
  { says: 'a file of one line end is one blank row', text: '\n', rows: 1, blank: 1 },
  { says: 'a line of spaces is not blank', text: 'a\n  \n', rows: 2 },
  { says: 'a line of delimiters is not blank', text: 'a,b\n,\n', rows: 2 },
  { says: 'ragged rows count', text: 'a,b,c\n1\n1,2,3,4,5\n', rows: 3 },
  { says: 'NUL and Ctrl-Z are data', text: 'a,\0\n\x1a,b\n\x1a', rows: 3 },
  { says: 'U+2028 and U+0085 are data', text: 'a\u{2028}b\u{85}c\n', rows: 1 },
  {
    says: 'a BOM elsewhere is data, so that the quote after it is literal',
    text: `a\n${BOM}"b\nc"\n`,
    rows: 3,
  },
  { says: 'a single quote character is an open quote', text: '"', rows: 1, open: [1, 0] },
  { says: 'an open quote takes the rest of the file', text: 'a,b\n1,"2\n3,4\n', rows: 2, open: [2, 6] },
  { says: 'three quotes are an open quote', text: '"""', rows: 1, open: [1, 0] },
  { says: 'an open quote is told in bytes', text: `é,"`, rows: 1, open: [1, 3] },
];

describe('countRows', () => {
  test.each(CASES)('$says', async ({ text, rows, blank = 0, open }) => {
    const bytes = Buffer.from(text);

    const count = await countRows([bytes]);

    expect(count).toMatchObject({ rows, blankRows: blank, bytes: bytes.length });
    const { row, byteOffset } = count.unterminatedQuote ?? {};
    expect([row, byteOffset]).toEqual(open ?? [undefined, undefined]);
  });

  test.each(CASES)('gives the same wherever it is cut: $says', async ({ text }) => {
    const bytes = Buffer.from(text);
    const whole = await countRows([bytes]);

    const inBytes = await countRows([...bytes].map((byte) => Uint8Array.of(byte)));
    const inHalves: CsvCount[] = [];
    for (let cut = 0; cut <= bytes.length; cut++) {
      inHalves.push(await countRows([bytes.subarray(0, cut), Buffer.alloc(0), bytes.subarray(cut)]));
    }

    expect(inBytes).toEqual(whole);
    expect(new Set(inHalves.map((count) => JSON.stringify(count)))).toEqual(new Set([JSON.stringify(whole)]));
  });

  test.each(['', ',,', '\n', '\r', 'é', '"'])('refuses %j as a delimiter', async (delimiter) => {
    await expect(countRows([], { delimiter })).rejects.toThrow(RangeError);
  });

  test('takes another quote character', async () => {
    const { rows } = await countRows([Buffer.from(`'a\nb',"c\nd"`)], { quote: "'" });

    expect(rows).toBe(2);
  });

  test('hands on what its chunks throw', async () => {
    await expect(countRows(resetAfter('a,b\n'))).rejects.toThrow('reset');
  });

  test('reads a row of 1 GB without holding it', async () => {
    const inQuotes = Buffer.alloc(2 ** 20, 'x,\n\r');
    const before = process.memoryUsage().rss;
    let peak = 0;
    function* file(): Generator<Uint8Array> {
      yield Buffer.from('a,"');
      for (let megabyte = 0; megabyte < 1024; megabyte++) {
        yield inQuotes;
        peak = Math.max(peak, process.memoryUsage().rss);
      }
      yield Buffer.from('"\nlast');
    }

    const count = await countRows(file());

    expect(count).toMatchObject({ rows: 2, blankRows: 0, bytes: 2 ** 30 + 9 });
    expect(peak - before).toBeLessThan(64 * 2 ** 20);
  });

  test('goes on above 2^32, bytes and fields', async () => {
    const delimiters = Buffer.alloc(2 ** 20, ',');
    const file = Iterator.from(Array<Buffer>(4_100).fill(delimiters));
    const length = 4_100 * 2 ** 20;

    const count = await countRows([Buffer.from('a\n'), ...file, Buffer.from('\nb\n')]);

    expect(count).toMatchObject({ rows: 3, bytes: length + 5, longestRowBytes: length, lines: 3 });
    expect(count).toMatchObject({ columnCount: 1, leastFields: 1, mostFields: length + 1, lastFields: 1 });
    expect(count).toMatchObject({ raggedRows: 1, emptyRows: 1, header: { beginsAt: 0, endsAt: 1 } });
  });
});

/** Texts in which what matters is frequent, with the byte order mark now and then. */
const csvText = (delimiter: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.boolean(),
      fc.array(
        fc.constantFrom('"', '"', '""', '\n', '\r', '\r\n', delimiter, delimiter, 'a', ' ', 'é', '\0', BOM),
        {
          maxLength: 40,
        },
      ),
    )
    .map(([marked, parts]) => (marked ? BOM : '') + parts.join(''));

const DELIMITERS = [',', ';', '\t', '|'];
const delimitedText = fc
  .constantFrom(...DELIMITERS)
  .chain((delimiter) => fc.record({ delimiter: fc.constant(delimiter), text: csvText(delimiter) }));

describe('countRows agrees', () => {
  test('with the definition and with csv-parse on any text cut anywhere', async () => {
    const cuts = fc.array(fc.nat({ max: 90 }), { maxLength: 8 });

    await fc.assert(
      fc.asyncProperty(delimitedText, cuts, async ({ text, delimiter }, at) => {
        const bytes = behindMark(text);

        const count = await countRows(pieces(bytes, at), { delimiter });

        const expected = readSlowly(bytes.toString('latin1'), { delimiter, quote: '"' });
        expect(count).toEqual(expected);
        const { rows, blankRows, unterminatedQuote } = expected;
        expect(readWithCsvParse(Buffer.from(text), delimiter)).toEqual(
          unterminatedQuote === undefined ? { rows, blankRows } : undefined,
        );
      }),
      { numRuns: 10_000 },
    );
  });

  test.skipIf(!hasPython)("with Python's csv.reader (skipped where there is no Python 3.11)", async () => {
    const inputs = [
      ...CASES.map(({ text }) => ({ text, delimiter: ',' })),
      ...fc.sample(delimitedText, 20_000),
    ].map(({ text, delimiter }) => ({ bytes: Buffer.from(text), delimiter }));

    const readings = readWithPython(inputs);

    for (const [index, { bytes, delimiter }] of inputs.entries()) {
      const { rows, blankRows } = await countRows([behindMark(bytes)], { delimiter });
      expect({ rows, blankRows, input: bytes.toString() }).toEqual({
        ...readings[index],
        input: bytes.toString(),
      });
    }
  });
});

/** The bytes cut at these offsets, in whatever order they are; equal ones make empty chunks. */
function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [
    0,
    ...cuts.map((cut) => Math.min(cut, bytes.length)).toSorted((left, right) => left - right),
    bytes.length,
  ];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

async function* resetAfter(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
  throw new Error('reset');
}
