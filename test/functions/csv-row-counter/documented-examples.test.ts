import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WARNINGS } from '../../../functions/csv-row-counter/warnings.ts';
import { BytesCounter } from './bytes-counter.ts';

const DOCUMENT = readFileSync(join(import.meta.dirname, '../../../docs/csv.md'), 'utf8');

/** The cells of the table that has this heading, row by row. */
function tableOf(heading: string): string[][] {
  const lines = DOCUMENT.slice(DOCUMENT.indexOf(heading)).split('\n');
  const rows = lines.slice(
    2,
    lines.findIndex((line) => !line.startsWith('|')),
  );
  // a pipe within a cell is escaped
  return rows.map((row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The text that an example stands for; undefined for one that is said in words. */
function textOf(cell: string): string | undefined {
  const written = cell === '' ? '' : /^`(.*)`$/.exec(cell)?.[1];
  if (written === undefined || written.includes('…')) return undefined;
  return written
    .replaceAll('⏎', '\n')
    .replaceAll('␍', '\r')
    .replaceAll('<BOM>', '\u{feff}')
    .replaceAll(/\\x([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** In single bytes, where the text has one that is no UTF-8. */
const bytesOf = (text: string): Buffer => Buffer.from(text, /[\u0080-\u00ff]/.test(text) ? 'latin1' : 'utf8');

let counter: BytesCounter;
beforeAll(async () => {
  counter = await BytesCounter.start();
});
afterAll(() => counter?.[Symbol.dispose]());

describe('docs/csv.md is right about', () => {
  test.each(tableOf('| rule | example |'))('what a row is: %s', async (_rule, example, rows, blankRows) => {
    const row = await counter.count(Buffer.from(textOf(example)!));

    expect(row).toMatchObject({ status: 'counted', row_count: Number(rows), blank_rows: Number(blankRows) });
  });

  test.each(tableOf('| text | delimiter |'))('the delimiter of %s', async (example, delimiter) => {
    const row = await counter.count(Buffer.from(textOf(example)!));

    expect(row).toMatchObject({
      delimiter: textOf(delimiter),
      delimiter_source: delimiter === '`,`' ? 'default' : 'detected',
    });
  });

  test.each(
    tableOf('| warning | what is odd | example |').filter(([, , example]) => textOf(example!) !== undefined),
  )('the warning %s', async (warning, _meaning, example) => {
    const row = await counter.count(bytesOf(textOf(example)!));

    expect(row['warnings']).toContain(textOf(warning));
  });
});

test('docs/csv.md has all warnings that there are', () => {
  const documented = tableOf('| warning | what is odd | example |').map(([warning]) => textOf(warning!));

  expect(documented).toHaveLength(WARNINGS.length);
  expect(new Set(documented)).toEqual(new Set(WARNINGS));
});
