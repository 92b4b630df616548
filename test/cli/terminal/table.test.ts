import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Column } from '../../../cli/terminal/cell.ts';
import { terminalText } from '../../../shared/terminal-text.ts';
import { table, widthOf } from '../../../cli/terminal/table.ts';

const NOW = new Date('2026-11-20T13:00:00Z');
const LIST: readonly Column[] = [
  { heading: 'key', kind: 'key' },
  { heading: 'size', kind: 'size' },
  { heading: 'modified', kind: 'time' },
  { heading: 'metadata-writer', kind: 'tick' },
  { heading: 'csv-row-counter', kind: 'tick' },
];
const KEYS = [
  'csv/orders.csv',
  `csv/${'x'.repeat(1_020)}`,
  `csv/${'訂'.repeat(340)}`,
  `csv/${'😀'.repeat(255)}`,
];
const listed = KEYS.map((key) => [key, 9_100_000, '2026-11-20T12:14:46.120Z', '✔', '–']);

describe('a table', () => {
  test('has ticks first, under their whole names, and the key last', () => {
    expect(table(LIST, listed.slice(0, 1), { now: NOW })).toBe(
      [
        'metadata-writer',
        '│  csv-row-counter',
        '│  │    size  modified UTC  key',
        '──────────────────────────────────────────',
        '✔  –  9.1 MB  12:14:46      csv/orders.csv',
      ].join('\n'),
    );
  });

  test('shows the date of a time of another day', () => {
    const columns: Column[] = [{ heading: 'begun', kind: 'time' }];

    expect(table(columns, [['2026-11-19T12:14:46Z'], ['2026-11-20T12:14:46Z']], { now: NOW })).toBe(
      ['begun UTC', '───────────────────', '2026-11-19 12:14:46', '12:14:46'].join('\n'),
    );
  });

  test('puts an error below its row', () => {
    const columns: Column[] = [
      { heading: 'consumer', kind: 'name' },
      { heading: 'letters', kind: 'count' },
      { heading: 'last error', kind: 'below' },
    ];
    const error = `SlowDown: ${'please '.repeat(30)}`.trim();

    expect(
      table(
        columns,
        [
          ['ledger-exporter', 1_200, error],
          ['csv-row-counter', 1, ''],
        ],
        { width: 40 },
      ),
    ).toBe(
      [
        'consumer         letters',
        '────────────────────────',
        'ledger-exporter    1,200',
        `  ${error}`,
        'csv-row-counter        1',
      ].join('\n'),
    );
  });

  test('wraps headings before anything else, then prose', () => {
    const columns: Column[] = [
      { heading: 'consumer', kind: 'name' },
      { heading: 'dead letters', kind: 'count' },
      { heading: 'what it says', kind: 'text' },
    ];
    const rows = [['ledger-exporter', 3, 'a few words of prose']];

    expect(table(columns, rows, { width: 46 })).toBe(
      [
        'consumer            dead  what it says',
        '                 letters',
        '──────────────────────────────────────────────',
        'ledger-exporter        3  a few words of prose',
      ].join('\n'),
    );
    expect(table(columns, rows, { width: 36 }).split('\n').slice(3)).toEqual([
      'ledger-exporter        3  a few',
      '                          words of',
      '                          prose',
    ]);
  });

  test('is a list where its names have no room', () => {
    expect(table(LIST.slice(0, 2), [['csv/orders.csv', 12]], { width: 12 })).toBe(
      'key   csv/orders.csv\nsize  12 B',
    );
  });

  test.each([
    ['e\u0301'.repeat(3), 3],
    ['訂單', 4],
    ['😀', 2],
    ['👨\u200d👩\u200d👧', 2],
    ['abc', 3],
  ])('counts what %j takes of a screen', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });

  test.each([60, 80, 100, 140])('of %i columns cuts no key, whatever its length and letters', (width) => {
    const shown = table(LIST, listed, { width, now: NOW });

    for (const key of KEYS) expect(shown).toContain(key);
    for (const { heading } of LIST) expect(shown).toContain(heading);
    // the key runs over the end, and is copied whole; nothing else does
    for (const line of shown.split('\n')) {
      expect(widthOf(line.replace(/csv\/[x訂😀]+$/u, ''))).toBeLessThanOrEqual(width);
    }
  });

  test('holds every name, id and key of any rows whole, at any width', () => {
    const cell = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
    const columns: Column[] = [
      { heading: 'name', kind: 'name' },
      { heading: 'id of it', kind: 'id' },
      { heading: 'key', kind: 'key' },
      { heading: 'error', kind: 'below' },
    ];
    // the others are shown escaped
    const safe = cell.filter((text) => terminalText(text) === text && !text.includes(' '));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(safe, safe, safe, safe), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 200 }),
        (rows, width) => {
          const lines = table(columns, rows, { width }).split('\n');
          for (const row of rows) {
            for (const text of row) expect(lines.some((line) => line.includes(text))).toBe(true);
          }
        },
      ),
    );
  });
});
