import { spawnSync } from 'node:child_process';
import { CsvError, parse } from 'csv-parse/sync';

/** What two readings of one CSV are compared by. */
export interface Reading {
  readonly rows: number;
  readonly blankRows: number;
}

/** The definition read off word by word, over the whole text: slow, and as different from the counter as can be. */
export function readByDefinition(text: string, delimiter = ','): Reading & { readonly openQuoteAt?: number } {
  let at = 0;
  let rows = 0;
  let blankRows = 0;
  const lineEndAt = (): string => /^(?:\r\n|\n|\r)/.exec(text.slice(at, at + 2))?.[0] ?? '';
  const isFieldEnd = (): boolean => at >= text.length || text.charAt(at) === delimiter || lineEndAt() !== '';
  while (at < text.length) {
    rows++;
    if (lineEndAt() !== '') {
      blankRows++;
    }
    for (;;) {
      if (text.charAt(at) === '"') {
        const opened = at++;
        for (;;) {
          const closing = text.indexOf('"', at);
          if (closing === -1) {
            return { rows, blankRows, openQuoteAt: opened };
          }
          at = closing + 1;
          if (text.charAt(at) !== '"') {
            break;
          }
          at++;
        }
      }
      while (!isFieldEnd()) {
        at++;
      }
      if (text.charAt(at) !== delimiter) {
        break;
      }
      at++;
    }
    at += lineEndAt().length;
  }
  return { rows, blankRows };
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
const PYTHON_COUNTER = `
import base64, csv, io, json, sys
csv.field_size_limit(sys.maxsize)
for line in sys.stdin:
    delimiter, content = json.loads(line)
    bytes = base64.b64decode(content).removeprefix(b"\\xef\\xbb\\xbf")
    text = io.TextIOWrapper(io.BytesIO(bytes), encoding="latin-1", newline="")
    rows = list(csv.reader(text, delimiter=delimiter))
    print(json.dumps({"rows": len(rows), "blankRows": sum(row == [] for row in rows)}))
`;

/** Python's csv.reader over each input, in one process; undefined where there is no Python of at least 3.11 (older ones refuse NUL). */
export function readWithPython(
  inputs: readonly { readonly bytes: Uint8Array; readonly delimiter?: string }[],
): readonly Reading[] {
  const lines = inputs.map(({ bytes, delimiter = ',' }) =>
    JSON.stringify([delimiter, Buffer.from(bytes).toString('base64')]),
  );
  const { status, stdout, stderr } = spawnSync('python3', ['-c', PYTHON_COUNTER], {
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
    .map((line) => JSON.parse(line) as Reading);
}

/** Whether readWithPython can be used here. */
export const hasPython =
  spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))']).status === 0;
