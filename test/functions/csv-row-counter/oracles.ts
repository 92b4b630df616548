import { spawnSync } from 'node:child_process';
import { CsvError, parse } from 'csv-parse/sync';

/** What two readings of one CSV are compared by. */
export interface Reading {
  readonly rows: number;
  readonly blankRows: number;
}

/** A text as the counter's core is given it: behind its byte order mark, which the oracles know by themselves. */
export function behindMark(text: string | Buffer): Buffer {
  const bytes = Buffer.from(text);
  return bytes.subarray(bytes.indexOf('\u{feff}') === 0 ? 3 : 0);
}

/** csv-parse, relaxed as docs/csv.md says; undefined where it finds that a quote never closes. */
export function readWithCsvParse(bytes: Uint8Array, delimiter = ',', quote = '"'): Reading | undefined {
  const options = {
    delimiter,
    quote,
    // else it is the double quote, whatever the quote is
    escape: quote,
    relax_quotes: true,
    relax_column_count: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    bom: true,
  };
  try {
    const rows = parse(bytes, options).length;
    return { rows, blankRows: rows - parse(bytes, { ...options, skip_empty_lines: true }).length };
  } catch (error) {
    if (error instanceof CsvError && error.code === 'CSV_QUOTE_NOT_CLOSED') {
      return undefined;
    }
    throw error;
  }
}

// Latin-1, so that every byte is a character and a file may hold what it likes; newline='' as the csv module asks.
const PYTHON_READER = `
import base64, csv, io, json, sys
csv.field_size_limit(sys.maxsize)
for line in sys.stdin:
    content, delimiter, quote, escape = json.loads(line)
    bytes = base64.b64decode(content).removeprefix(b"\\xef\\xbb\\xbf")
    text = io.TextIOWrapper(io.BytesIO(bytes), encoding="latin-1", newline="")
    quoting = {"quoting": csv.QUOTE_NONE} if quote is None else {"quotechar": quote}
    rows = csv.reader(text, delimiter=delimiter, escapechar=escape, **quoting)
    print(json.dumps([len(row) for row in rows]))
`;

export interface PythonInput {
  readonly bytes: Uint8Array;
  readonly delimiter?: string;
  /** null for none */
  readonly quote?: string | null;
  readonly escape?: string;
}

/**
 * How many fields each row of each input has for Python's csv.reader, a blank row none; all in one process.
 *
 * @throws Error where there is no Python of at least 3.11: older ones refuse NUL.
 */
export function fieldsWithPython(inputs: readonly PythonInput[]): readonly (readonly number[])[] {
  const lines = inputs.map(({ bytes, delimiter = ',', quote = '"', escape = null }) =>
    JSON.stringify([Buffer.from(bytes).toString('base64'), delimiter, quote, escape]),
  );
  const { status, stdout, stderr } = spawnSync('python3', ['-c', PYTHON_READER], {
    input: lines.join('\n'),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) {
    throw new Error(`python3 ended with ${status}: ${stderr}`);
  }
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as number[]);
}

/** The same, as far as rows go. */
export function readWithPython(inputs: readonly PythonInput[]): readonly Reading[] {
  return fieldsWithPython(inputs).map((fields) => ({
    rows: fields.length,
    blankRows: fields.filter((count) => count === 0).length,
  }));
}

/** Whether readWithPython can be used here. */
export const hasPython =
  spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))']).status === 0;
