import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { ORACLE_INPUTS, type OracleInput } from './oracle-inputs.ts';
import { ORACLE_READERS } from './oracle-readers.ts';

export const DOCUMENT = join(import.meta.dirname, '../../docs/csv.md');
const BEGIN = '<!-- written by npm run oracles -->';
const END = '<!-- to here -->';
const BY_HAND = { polars: '1.44.2', pandas: '3.0.6' };

/** The name of a column that is asked by the script. */
export type Asked = keyof typeof ORACLE_READERS;

/** What the readers make of the inputs, in order: column → cells. */
export type OracleCells = ReadonlyMap<string, readonly string[]>;

/** Asks a reader, and puts the reason behind a number where there is one. @throws Error when a reason stands behind another number */
export async function askedCells(name: Asked): Promise<readonly string[]> {
  const numbers = await ORACLE_READERS[name](ORACLE_INPUTS.map(({ bytes }) => bytes));
  return ORACLE_INPUTS.map(({ shows, notes }, index) => {
    const number = numbers[index] ?? '';
    const note = notes?.[name];
    if (note !== undefined && !note.startsWith(`${number}: `)) {
      throw new Error(`${name} gives ${number} for ${shows}, and the note is ${JSON.stringify(note)}`);
    }
    return note ?? number;
  });
}

/** The table, each column under its reader's name. */
export function tableOf(cells: OracleCells): string {
  const columns = new Map([
    ['text', ORACLE_INPUTS.map(textCell)],
    ...cells,
    ['polars', ORACLE_INPUTS.map(({ polars }) => polars)],
    ['pandas', ORACLE_INPUTS.map(({ pandas }) => pandas)],
  ]);
  return [
    line([...columns.keys()]),
    `|${'---|'.repeat(columns.size)}`,
    ...ORACLE_INPUTS.map((_, index) => line([...columns.values()].map((column) => column[index] ?? ''))),
  ].join('\n');
}

/** The sentence above the table: as they come, and which versions. Python's is not told: it is that of the machine. */
export function versionsSentence(): string {
  const { dependencies, devDependencies } = packageJson;
  return (
    `As they come (no header, all text): Python's \`csv.reader\`, csv-parse ${dependencies['csv-parse']}, ` +
    `DuckDB ${devDependencies['@duckdb/node-api'].replace(/-.*/, '')}, and by hand polars ${BY_HAND.polars} and pandas ${BY_HAND.pandas}:`
  );
}

/** What stands between the marks in docs/csv.md. */
export function committedTable(): string {
  const [, rest = ''] = readFileSync(DOCUMENT, 'utf8').split(`${BEGIN}\n\n`);
  const [table = ''] = rest.split(`\n\n${END}`);
  return table;
}

export function writeTable(table: string): void {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [before = '', rest] = text.split(`${BEGIN}\n\n`);
  const [, after] = rest?.split(`\n\n${END}`) ?? [];
  if (after === undefined) throw new Error(`${DOCUMENT} lacks the lines ${BEGIN} and ${END}`);
  writeFileSync(DOCUMENT, `${before}${BEGIN}\n\n${table}\n\n${END}${after}`);
}

const textCell = ({ text, shows }: OracleInput): string =>
  // a bar would end the cell
  [text, shows].filter(Boolean).join(': ').replaceAll('|', '\\|');

const line = (fields: readonly string[]): string => `| ${fields.join(' | ')} |`;
