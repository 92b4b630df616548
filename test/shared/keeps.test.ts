import { describe, expect, test } from 'vitest';
import { keeps } from '../../shared/keeps.ts';

describe('a consumer keeps something of', () => {
  test.each([
    ['csv-row-counter', 'csv/a.csv', true],
    ['csv-row-counter', 'csv/A.Csv', true],
    ['csv-row-counter', 'csv/a.CSV.gz', true],
    ['csv-row-counter', 'csv/a.csv.GZ', true],
    ['csv-row-counter', 'csv/.csv', true],
    ['csv-row-counter', 'csv/two\nlines.csv', true],
    ['csv-row-counter', 'csv/a.csv.zip', false],
    ['csv-row-counter', 'csv/a.csv\n', false],
    ['csv-row-counter', 'csv/acsv', false],
    ['csv-row-counter', 'csv/a.csv/', false],
    ['csv-row-counter', 'csv/', false],
    ['metadata-writer', 'csv/a.csv.zip', true],
    ['metadata-writer', 'photos/', false],
    ['ledger-exporter', '__proto__', true],
  ])('%s of %j: %j', (consumer, key, expected) => {
    expect(keeps(consumer, key)).toBe(expected);
  });
});
