import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { fateLines } from '../../../cli/fate/fate-lines.ts';

test('a count that is none has its cause on a line below', () => {
  const lines = fateLines({
    consumer: 'csv-row-counter',
    outcome: 'recorded',
    stored: {
      status: 'malformed-csv',
      error: 'the quote never closes',
      error_row: 3,
      event_name: 'ObjectCreated:Put',
    },
    attempts: [],
  });

  expect(lines.map(stripVTControlCharacters)).toEqual([
    '  ! csv-row-counter   recorded  malformed-csv  ObjectCreated:Put',
    '      the quote never closes',
    '      → mend the file and upload it again; if its quotes are of another kind, say so with the metadata csv-quote or csv-escape',
  ]);
});

test('one row is no rows', () => {
  const [line = ''] = fateLines({
    consumer: 'csv-row-counter',
    outcome: 'recorded',
    stored: { row_count: 1, status: 'counted' },
    attempts: [],
  });

  expect(line).toMatch(/ 1 row$/);
});
