import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { CsvError, parse } from 'csv-parse/sync';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { BytesCounter } from '../functions/csv-row-counter/bytes-counter.ts';

/** Counts the rows of each text as it comes: nothing told, all text, no header. A number, or `error`. */
export type OracleReader = (texts: readonly Uint8Array[]) => Promise<readonly string[]>;

const ERROR = 'error';

/** By the heading of their column. Python is asked only where there is one: see hasPython. */
export const ORACLE_READERS: Readonly<Record<'here' | 'Python' | 'csv-parse' | 'DuckDB', OracleReader>> = {
  here: async (texts) => {
    using counter = await BytesCounter.start();
    const rows = await Array.fromAsync(texts, (bytes) => counter.count(bytes));
    return rows.map(({ status, row_count: count, warnings = [] }) =>
      status === 'counted'
        ? [count, ...[warnings].flat()].join(', ').replace(', ', ': ')
        : `\`${String(status)}\``,
    );
  },
  Python: (texts) => Promise.resolve(readWithPython(texts)),
  'csv-parse': (texts) => Promise.resolve(texts.map(readWithCsvParse)),
  DuckDB: readWithDuckDb,
};

/** Python's csv.reader over a text in UTF-8, as its documentation opens one. @throws Error where there is no Python */
function readWithPython(texts: readonly Uint8Array[]): readonly string[] {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', PYTHON_READER], {
    input: texts.map((bytes) => Buffer.from(bytes).toString('base64')).join('\n') + '\n',
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`python3 ended with ${status}: ${stderr}`);
  return stdout.trim().split('\n');
}

const PYTHON_READER = `
import base64, csv, io, sys
for line in sys.stdin:
    text = io.TextIOWrapper(io.BytesIO(base64.b64decode(line)), encoding="utf-8", newline="")
    try:
        print(sum(1 for row in csv.reader(text)))
    except (csv.Error, UnicodeError):
        print("${ERROR}")
`;

function readWithCsvParse(bytes: Uint8Array): string {
  try {
    return String(parse(bytes).length);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return ERROR;
  }
}

async function readWithDuckDb(texts: readonly Uint8Array[]): Promise<readonly string[]> {
  const file = join(temporaryFolder('oracle'), 'text.csv');
  const duckDb = await (await DuckDBInstance.create()).connect();
  try {
    return await Array.fromAsync(texts, async (bytes) => {
      writeFileSync(file, bytes);
      try {
        const read = await duckDb.runAndReadAll(
          `FROM read_csv('${file}', header = false, all_varchar = true)`,
        );
        return String(read.getRows().length);
      } catch (error) {
        // what it throws has no class of its own
        if (!/^(?:Invalid Input|Parameter Not Allowed) Error: /.test((error as Error).message)) throw error;
        return ERROR;
      }
    });
  } finally {
    duckDb.closeSync();
  }
}
