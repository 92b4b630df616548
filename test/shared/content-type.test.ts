import { expect, test } from 'vitest';
import { contentTypeOf } from '../../shared/content-type.ts';

test.each([
  [['csv/orders.csv'], 'text/csv'],
  [['CSV/ORDERS.CSV'], 'text/csv'],
  [['csv/orders.csv.gz'], 'application/gzip'],
  [['q1.pdf'], 'application/pdf'],
  [['a.json', 'a.csv'], 'application/json'],
  [['dump', 'csv/dump.csv'], 'text/csv'],
  [['-', 'csv/dump.csv'], 'text/csv'],
  [['csv'], undefined],
  [['dump'], undefined],
  [['.csv'], undefined],
  [['a.unheard-of'], undefined],
])('%j is %s by its name', (names, type) => {
  expect(contentTypeOf(...names)).toBe(type);
});
