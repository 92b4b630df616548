import { describe, expect, test } from 'vitest';
import type { CsvCount } from '../../../functions/csv-row-counter/count-rows.ts';
import { WARNINGS, warningsOf, type Oddities } from '../../../functions/csv-row-counter/warnings.ts';

const COUNT: CsvCount = {
  rows: 3,
  blankRows: 0,
  bytes: 30,
  lines: 3,
  lineEnding: 'lf',
  longestRowBytes: 9,
  columnCount: 2,
  leastFields: 2,
  mostFields: 2,
  raggedRows: 0,
  emptyRows: 0,
  lastFields: 2,
  textAfterQuote: false,
};

const names = { names: ['id', 'x'], duplicate: false, empty: false, looksLikeData: false };

const PLAIN: Oddities = {
  count: COUNT,
  headerAssumed: true,
  names,
  lastLine: '3,x',
  invalidUtf8: false,
  byteOrderMarkInside: false,
  nulBytes: false,
  codingMismatch: false,
};

type Seen = Partial<Omit<Oddities, 'count'>> & { readonly count?: Partial<CsvCount> };

const warned = (seen: Seen): readonly string[] =>
  warningsOf({ ...PLAIN, ...seen, count: { ...COUNT, ...seen.count } });

describe('a CSV is warned of', () => {
  test.each<[string, Seen]>([
    ['no-header-assumed', { names: { ...names, looksLikeData: true } }],
    ['comment-suspected', { names: { ...names, names: ['# exported'] } }],
    ['single-column', { count: { columnCount: 1, mostFields: 1, lastFields: 1 } }],
    ['duplicate-columns', { names: { ...names, duplicate: true } }],
    ['empty-column-name', { names: { ...names, empty: true } }],
    ['ragged-rows', { count: { raggedRows: 2 } }],
    ['empty-rows', { count: { emptyRows: 1 } }],
    ['long-record', { count: { rows: 1_000, bytes: 200_000, longestRowBytes: 100_000 } }],
    ['text-after-quote', { count: { textAfterQuote: true } }],
    ['trailer-suspected', { lastLine: 'TRL,3' }],
    ['mixed-line-endings', { count: { lineEnding: 'mixed' } }],
    ['invalid-utf-8', { invalidUtf8: true }],
    ['byte-order-mark-inside', { byteOrderMarkInside: true }],
    ['nul-bytes', { nulBytes: true }],
    ['coding-mismatch', { codingMismatch: true }],
  ])('%s, and of nothing else', (warning, seen) => {
    expect(warned(seen)).toEqual([warning]);
  });

  test('nothing, when nothing is odd', () => {
    expect(warned({})).toEqual([]);
  });

  test('all that there is, in the order of the list', () => {
    const all = warned({
      count: {
        rows: 1_000,
        bytes: 200_000,
        longestRowBytes: 100_000,
        mostFields: 1,
        lastFields: 1,
        raggedRows: 1,
        emptyRows: 1,
        textAfterQuote: true,
        lineEnding: 'mixed',
      },
      names: { names: ['# 1'], duplicate: true, empty: true, looksLikeData: true },
      lastLine: 'Total',
      invalidUtf8: true,
      byteOrderMarkInside: true,
      nulBytes: true,
      codingMismatch: true,
    });

    expect(all).toEqual([...WARNINGS]);
  });
});

describe('a header that looks like data', () => {
  test('is no oddity where the metadata has told of it', () => {
    expect(warned({ headerAssumed: false, names: { ...names, looksLikeData: true } })).toEqual([]);
  });
});

describe('a header that begins with #', () => {
  test('and goes on without a space is a name', () => {
    expect(warned({ names: { ...names, names: ['#chrom', 'pos'] } })).toEqual([]);
  });
});

describe('a long record', () => {
  test.each<[string, Partial<CsvCount>]>([
    ['of 64 KiB at most', { rows: 1_000, bytes: 200_000, longestRowBytes: 64 * 1024 }],
    ['among others as long', { rows: 10, bytes: 1_000_000, longestRowBytes: 100_001 }],
    ['alone in its file', { rows: 1, bytes: 100_000, longestRowBytes: 100_000 }],
  ])('%s is nothing odd', (_, count) => {
    expect(warned({ count })).toEqual([]);
  });
});

describe('a last row', () => {
  test.each([
    'TRL,2',
    'trailer;x',
    '"Total",5',
    'TOTALS',
    'Subtotal;7',
    'sub-total,7',
    'Grand total,,9',
    'GRAND TOTAL:,9',
    'Summe;3',
    '\\.',
    '\u{1a}',
    '(5 rows)',
    '1 record',
  ])('%j is suspected to be a trailer', (lastLine) => {
    expect(warned({ lastLine })).toEqual(['trailer-suspected']);
  });

  test.each([
    'Totality,2',
    'Grand Hotel,2',
    'subtotalled,1',
    'ending,1',
    'sum_of,3',
    '\\.x',
    '\\N,1',
    '55,rows',
    'x,TRL',
    '',
  ])('%j is a row like any other', (lastLine) => {
    expect(warned({ lastLine })).toEqual([]);
  });

  test('that is narrower than the header is suspected, and a wider one is ragged only', () => {
    expect(warned({ count: { raggedRows: 2, lastFields: 1 } })).toEqual(['ragged-rows', 'trailer-suspected']);
    expect(warned({ count: { raggedRows: 1, lastFields: 3 } })).toEqual(['ragged-rows']);
  });

  test('is none in a file of one row', () => {
    expect(warned({ count: { rows: 2, blankRows: 1 }, lastLine: 'Total,5' })).toEqual([]);
  });
});
