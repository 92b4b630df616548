import { expect } from 'vitest';
import type { CsvCase, ExpectedRow } from '../../fixtures/csv/cases/csv-case.ts';

/** What a row says, as far as the case says what it must be; compared with `expectationOf`. */
export function toldByRow(row: Readonly<Record<string, unknown>>, expected: ExpectedRow): object {
  const { error } = row;
  if (expected.status === 'counted') {
    const names = [...Object.keys(expected), 'error'];
    return Object.fromEntries(names.map((name) => [name, row[name]]));
  }
  const { error: _, error_lacks: __, ...places } = expected;
  return {
    ...Object.fromEntries(Object.keys(places).map((name) => [name, row[name]])),
    error,
    // a sum over the table must not take in what could not be counted
    row_count: row['row_count'],
    data_row_count: row['data_row_count'],
  };
}

/** In the shape of `toldByRow`. */
export function expectationOf(expected: ExpectedRow): object {
  if (expected.status === 'counted') return { ...expected, error: undefined };
  const { error: mentions, error_lacks: lacks = [], ...places } = expected;
  return {
    ...places,
    error: expect.stringMatching(
      new RegExp([...mentions.map(isThere), ...lacks.map(isNotThere)].join(''), 'is'),
    ),
    row_count: undefined,
    data_row_count: undefined,
  };
}

/** How a case is called in a report: a failure names the file and the reason. */
export const titleOf = ({ key, why }: CsvCase): string => `${key}: ${why}`;

const isThere = (text: string): string => `(?=.*${RegExp.escape(text)})`;
const isNotThere = (text: string): string => `(?!.*${RegExp.escape(text)})`;
