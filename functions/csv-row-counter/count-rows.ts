import { BYTE_ORDER_MARK_BYTES, byteOrderMarkLength } from './byte-order-mark.ts';
import {
  AFTER_CR,
  CR,
  LF,
  QUOTED,
  RECORD_START,
  type Dialect,
  type Progress,
  type Scan,
} from './csv-scan.ts';
import { fastestScan } from './kernel-scan.ts';

/** What a CSV holds, by the definition in docs/csv.md: that of Python's `csv.reader`. */
export interface CsvCount {
  /** All records: the header, blank lines, and a last record without a line end or with an open quote. */
  readonly rows: number;
  /** How many of `rows` are empty lines. */
  readonly blankRows: number;
  /** All bytes, the byte order mark included. */
  readonly bytes: number;
  /** Where the quote opened that no quote closes: its row, from 1, and its byte, from 0. */
  readonly unterminatedQuote?: { readonly row: number; readonly byteOffset: number };
}

export interface CountOptions {
  /** One ASCII character. @default ',' */
  readonly delimiter?: string;
  /** One ASCII character. @default '"' */
  readonly quote?: string;
}

/**
 * Counts the records of a CSV in constant memory, however long its rows are and wherever its chunks are cut (empty
 * chunks and chunks of one byte included). The chunks are read, never kept.
 *
 * @param scan what reads the bytes; every one gives the same count.
 * @throws ContentError `unsupported-encoding` on a UTF-16 or UTF-32 byte order mark; whatever the chunks throw.
 * @throws RangeError on a delimiter or quote that is not one ASCII character, or that is a line end, or on two equal ones.
 */
export async function countRows(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: CountOptions = {},
  scan: Scan = fastestScan,
): Promise<CsvCount> {
  const dialect = dialectOf(options);
  const progress = { state: RECORD_START, rows: 0, blankRows: 0, bytes: 0, quoteOffset: 0 };
  const begin = (head: Uint8Array): void => {
    progress.bytes = byteOrderMarkLength(head);
    scan(progress, head.subarray(progress.bytes), dialect);
  };
  let head: Uint8Array | undefined = new Uint8Array();
  for await (const chunk of chunks) {
    if (head === undefined) {
      scan(progress, chunk, dialect);
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length >= BYTE_ORDER_MARK_BYTES) {
      begin(head);
      head = undefined;
    }
  }
  if (head !== undefined) {
    begin(head);
  }
  return countOf(progress);
}

function countOf({ state, rows: ended, blankRows, bytes, quoteOffset }: Progress): CsvCount {
  const rows = state === RECORD_START || state === AFTER_CR ? ended : ended + 1;
  const count = { rows, blankRows, bytes };
  return state === QUOTED ? { ...count, unterminatedQuote: { row: rows, byteOffset: quoteOffset } } : count;
}

function dialectOf({ delimiter = ',', quote = '"' }: CountOptions): Dialect {
  if (delimiter === quote) {
    throw new RangeError(`delimiter and quote are both ${JSON.stringify(quote)}: they must differ`);
  }
  return { delimiter: asciiCode('delimiter', delimiter), quote: asciiCode('quote', quote) };
}

function asciiCode(what: string, character: string): number {
  const code = character.charCodeAt(0);
  if (character.length !== 1 || code > 0x7f || code === LF || code === CR) {
    throw new RangeError(
      `${what} is ${JSON.stringify(character)}: it must be one ASCII character that is not a line end`,
    );
  }
  return code;
}
