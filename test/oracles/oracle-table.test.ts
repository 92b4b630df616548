import { describe, expect, test } from 'vitest';
import { hasPython } from '../functions/csv-row-counter/oracles.ts';
import { askedCells, committedTable, tableOf, versionsSentence } from './oracle-table.ts';

const [sentence = '', , heading = '', , ...lines] = committedTable().split('\n');
const fieldsOf = (line: string): string[] => line.slice(2, -2).split(/ (?<!\\)\| /);
const column = (name: string): string[] => {
  const index = fieldsOf(heading).indexOf(name);
  return lines.map((line) => fieldsOf(line)[index] ?? '');
};

describe('the table of docs/csv.md on how others read', () => {
  test.each(['here', 'csv-parse', 'DuckDB'] as const)(
    'has what npm run oracles gives for %s',
    async (name) => {
      expect(column(name)).toEqual(await askedCells(name));
    },
  );

  test.skipIf(!hasPython)(
    'has what it gives for Python (skipped where there is no Python 3.11)',
    async () => {
      expect(column('Python')).toEqual(await askedCells('Python'));
    },
  );

  test('has the texts and what was read by hand, and names the versions', () => {
    const asked = ['here', 'Python', 'csv-parse', 'DuckDB'].map((name) => [name, column(name)] as const);

    expect([heading, ...lines]).toEqual(tableOf(new Map(asked)).split('\n').toSpliced(1, 1));
    expect(sentence).toBe(versionsSentence());
  });
});
