import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countRows } from '../../../../functions/csv-row-counter/count-rows.ts';
import { detectDelimiter } from '../../../../functions/csv-row-counter/dialect/detect-delimiter.ts';
import { codesOf, sampleShape } from '../../../../functions/csv-row-counter/dialect/sample-shape.ts';
import { hasPython, readWithPython } from '../oracles.ts';
import { randomCsv } from '../random-csv.ts';
import { readSlowly } from '../slow-reader.ts';
import { writtenCsv, type WrittenCsv } from './written-csv.ts';

const SAMPLE_BYTES = 64 * 1024;
const GENERATED = 2_500;

/** The delimiter that a file is read by. */
function delimiterOf(bytes: Uint8Array, usual = ',', quote = '"'): string {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const sampleIsWhole = sample.length === bytes.length;
  return detectDelimiter(sample, { usual, quote, sampleIsWhole }) ?? usual;
}

describe('the delimiter of a sample', () => {
  test.each([
    ['of a table with semicolons', 'Name;Ort\nMüller;Köln\n', ';'],
    ['of a header alone', 'Name;Ort', ';'],
    ['of a table with tabs', 'a\tb\n1\t2\n', '\t'],
    ['of a table with bars', 'id|note\n1|"x\ny"\n2|z\n', '|'],
    ['of an export of Hive', 'a\x01b\n1\x01"x\ny"\n', '\x01'],
    ['with decimal commas', 'Artikel;Preis\nBrot;2,50\nKäse;3,80\n', ';'],
    ['with commas in a name', 'Name;Preis, netto\n"Müller; Söhne";1,50\nAda;2,75\n', ';'],
    ['with a comma too many in quotes', 'name;note\n"a,b";"c\nd"\n"e,f";g\n', ';'],
    ['with dates of bars', 'day;n\n2026|01|02;1\n2026|01|03;2\n', ';'],
    ['with prose', 'id;text\n1;one, two, three\n2;four, five\n3;six\n', ';'],
    ['behind blank lines', '\n\r\n\rid;name\n1;Ada\n', ';'],
    ['with blank lines within', 'id;name\n\n1;Ada\n\n2;Bo\n\n', ';'],
    ['with a remark behind', 'id;name\n1;Ada\n\nsource: the office, of tables\n', ';'],
    ['with feet and inches', 'blue; 5\'7"; $5\nred; 6\'2"; $6\n', ';'],
    ['whose last quote stays open', '3\t"a"\t5.6\n4\t"b"\t4.3\n5\t"error\t3.3\n', '\t'],
    ['by which more fields come out', 'a|b|c;d\n1|2|3;4\n', '|'],
    ['with one odd row in ten', `a;b\n${'1;2\n'.repeat(17)}1\n1;2;3\n`, ';'],
  ])('%s is found', (_, text, delimiter) => {
    expect(delimiterOf(Buffer.from(text))).toBe(delimiter);
  });

  test.each([
    ['nothing at all', ''],
    ['line ends alone', '\n\n\r\n'],
    ['a table with commas', 'a,b\n1,2\n'],
    ['a single column', 'name\nAda\nBo\n'],
    ['a single column of prose', 'remark\nfirst; second\nthird\nfourth; fifth\n'],
    ['commas and semicolons in all records alike', 'a,b;c\n1,2;3\n'],
    ['a table whose fields hold semicolons', 'id,mails\n1,a;b\n2,c;d\n3,e;f\n'],
    ['a title above the table', 'Quarterly report\nid;name\n1;Ada\n2;Bo\n'],
    ['more than one odd row in ten', `a;b\n${'1;2\n'.repeat(16)}1\n1;2;3\n`],
    ['rows of any width', 'a;b\n1;2;3\n1\n1;2;3;4\n'],
    ['two records of which one has no delimiter', 'Dear all; please note\nthank you\n'],
    ['quotes that another delimiter would leave stray', 'a;x,"b;y"\nc;x,"d;y",z\ne;x\n'],
  ])('is the usual one for %s', (_, text) => {
    expect(delimiterOf(Buffer.from(text))).toBe(',');
  });

  test('is the usual one, whatever that is, when it is consistent', () => {
    const both = Buffer.from('a,b;c\n1,2;3\n');

    expect(delimiterOf(both, ';')).toBe(';');
    expect(delimiterOf(Buffer.from('a,b\n1,2\n'), ';')).toBe(',');
    expect(delimiterOf(Buffer.from('a:b,c\n1:2,c\n'), ':')).toBe(':');
  });

  test('is found with the quote that is told, and without any', () => {
    const inApostrophes = Buffer.from("a;b\n'x\ny';1\n'z\nw';2\n");

    expect(delimiterOf(inApostrophes, ',', "'")).toBe(';');
    expect(delimiterOf(inApostrophes, ',', '"')).toBe(',');
    expect(delimiterOf(Buffer.from('a;b\n";1\n";2\n'), ',', 'none')).toBe(';');
  });

  test('is found behind escapes', () => {
    const text = Buffer.from('id;text\n1;"a \\" b; c\n"\n2;x\\;y\n3;z\n');
    const options = { usual: ',', quote: '"', sampleIsWhole: true };

    expect(detectDelimiter(text, { ...options, escape: 'backslash' })).toBe(';');
    expect(detectDelimiter(text, options)).toBeUndefined();
  });

  test('does not go by the record that the end of a sample cuts', () => {
    const sample = Buffer.from('a;b;c\n1;2;3\n4;"5');
    const options = { usual: ',', quote: '"' };

    expect(detectDelimiter(sample, { ...options, sampleIsWhole: false })).toBe(';');
    expect(detectDelimiter(Buffer.from('a;b;c'), { ...options, sampleIsWhole: false })).toBeUndefined();
    expect(detectDelimiter(Buffer.from('a;b;c'), { ...options, sampleIsWhole: true })).toBe(';');
  });

  test.each([
    ['quotes', '"'],
    ['quotes and delimiters', '",";"|"\t'],
    ['delimiters', ',;|\t\x01'],
    ['line ends', '\n'],
    ['carriage returns', '\r'],
    ['one line', 'x'],
    ['records of two bytes', ';\n'],
    ['quotes that open', ';"a\n'],
    ['escapes', '\\'],
  ])('takes little time in 64 KiB of %s', (_, piece) => {
    const sample = Buffer.alloc(SAMPLE_BYTES, piece);
    const options = { usual: ',', quote: '"', escape: 'backslash', sampleIsWhole: false } as const;
    const beganMs = performance.now();

    for (let round = 0; round < 10; round++) detectDelimiter(sample, options);

    // 1-2 ms each where this was written; what grew with the square of the length would take minutes
    expect((performance.now() - beganMs) / 10).toBeLessThan(200);
  });
});

interface Miss {
  readonly seed: number;
  readonly written: string;
  readonly found: string;
  readonly rows: readonly [found: number, known: number];
}

/**
 * Files that are read by another delimiter than they were written with. Such a one is harmless when it gives the rows and
 * blank rows that were written, and no open quote.
 */
interface Misses {
  readonly harmless: readonly Miss[];
  readonly harmful: readonly Miss[];
  /** How many the comma alone gives other rows. */
  readonly ofComma: number;
}

async function missesIn(files: number): Promise<Misses> {
  const harmless: Miss[] = [];
  const harmful: Miss[] = [];
  let ofComma = 0;
  for (let seed = 0; seed < files; seed++) {
    const csv = writtenCsv(seed);
    if ((await rowsBy(csv, ',')) !== csv.rows) ofComma++;
    const found = delimiterOf(csv.bytes);
    if (found === csv.delimiter) continue;
    const rows = await rowsBy(csv, found);
    (rows === csv.rows ? harmless : harmful).push({
      seed,
      written: csv.delimiter,
      found,
      rows: [rows, csv.rows],
    });
  }
  return { harmless, harmful, ofComma };
}

/** By the definition, with the place of a quote that stays open. */
function rowsOf(text: string, delimiter: string) {
  const { rows, blankRows, unterminatedQuote } = readSlowly(text, { delimiter, quote: '"' });
  return { rows, blankRows, unterminatedQuote };
}

/** -1 when the text is not read to its end, or other records are blank. */
async function rowsBy({ bytes, blankRows }: WrittenCsv, delimiter: string): Promise<number> {
  const count = await countRows([bytes], { delimiter });
  return count.unterminatedQuote === undefined && count.blankRows === blankRows ? count.rows : -1;
}

describe(`of ${GENERATED} files of known delimiter`, () => {
  test('none is given other rows than were written, where the comma alone would give many', async () => {
    const { harmless, harmful, ofComma } = await missesIn(GENERATED);

    expect(harmful).toEqual([]);
    // most of them single columns, where there is nothing to find
    expect(harmless.length).toBeLessThan(GENERATED / 10);
    expect(harmless.filter(({ written }) => written === ',').length).toBeLessThan(GENERATED / 1_000);
    expect(ofComma).toBeGreaterThan(GENERATED / 8);
  });

  test.skipIf(!hasPython)(
    "Python's csv.reader reads the rows that were written (skipped where there is no Python 3.11)",
    () => {
      const files = Array.from({ length: GENERATED / 4 }, (_, seed) => writtenCsv(seed));

      const readings = readWithPython(files.map(({ bytes }) => ({ bytes, delimiter: delimiterOf(bytes) })));

      expect(readings).toEqual(files.map(({ rows, blankRows }) => ({ rows, blankRows })));
    },
  );
});

describe('a sample', () => {
  test('is read as the definition has it, by any dialect', () => {
    const character = fc.constantFrom(',', ';', '"', "'");
    const dialect = fc
      .record({ delimiter: character, quote: fc.option(character), escape: fc.option(fc.constant('\\')) })
      .filter(({ delimiter, quote }) => delimiter !== quote);
    const token = fc.constantFrom(',', ';', '"', "'", '\\', 'a', ' ', '\n', '\r', '\r\n');
    fc.assert(
      fc.property(dialect, fc.array(token, { maxLength: 30 }), ({ delimiter, quote, escape }, tokens) => {
        const text = tokens.join('');
        const codes = codesOf({
          delimiter,
          quote: quote ?? 'none',
          escape: escape === null ? undefined : 'backslash',
        });

        const { records, fields, alike, first } = sampleShape(Buffer.from(text), codes, true);

        const slow = readSlowly(text, { delimiter, quote: quote ?? undefined, escape: escape ?? undefined });
        // a record that a quote leaves open is no record of the sample
        fc.pre(slow.unterminatedQuote === undefined);
        const { beginsAt, endsAt } = slow.header ?? {};
        expect({ records, fields, ragged: records - alike, first }).toEqual({
          records: slow.rows - slow.blankRows,
          fields: slow.columnCount ?? 0,
          ragged: slow.raggedRows,
          first: slow.header && { beginsAt, endsAt },
        });
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('detection changes nothing', () => {
  test('of the count of 50,000 random texts, each with its own usual delimiter', async () => {
    const changed: object[] = [];
    for (let seed = 0; seed < 50_000; seed++) {
      const { bytes, delimiter, quote } = randomCsv(seed);
      const text = bytes.subarray(bytes.indexOf('\u{feff}') === 0 ? 3 : 0);
      const found = delimiterOf(text, delimiter, quote);
      if (found === delimiter) continue;
      const [before, after] = await Promise.all(
        [delimiter, found].map((each) => countRows([text], { delimiter: each, quote })),
      );
      if (before?.rows !== after?.rows) changed.push({ seed, delimiter, found });
    }
    expect(changed).toEqual([]);
  });

  test('of the rows of any text whose quotes are all in place by the usual delimiter', () => {
    const token = fc.constantFrom(
      '"',
      '""',
      ';"',
      '";',
      ',"',
      '",',
      ';',
      ',',
      '|',
      '\t',
      'a',
      ' ',
      '\n',
      '\r\n',
    );
    const line = fc.array(token, { minLength: 1, maxLength: 5 });
    // a few lines again and again: only so is another delimiter found now and then
    const text = fc
      .tuple(fc.array(line, { minLength: 1, maxLength: 3 }), fc.array(fc.nat(2), { maxLength: 10 }))
      .map(([lines, order]) => order.map((at) => `${(lines[at] ?? lines[0]!).join('')}\n`).join(''));
    let found = 0;
    fc.assert(
      fc.property(text, (text) => {
        const sample = Buffer.from(text);
        const { strayQuotes } = sampleShape(sample, codesOf({ delimiter: ',', quote: '"' }), true);
        fc.pre(strayQuotes === 0);

        const delimiter = delimiterOf(sample);

        if (delimiter !== ',') found++;
        expect(rowsOf(text, delimiter)).toEqual(rowsOf(text, ','));
      }),
      { numRuns: 50_000 },
    );
    expect(found).toBeGreaterThan(500);
  });
});
