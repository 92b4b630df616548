import { BYTE_ORDER_MARK_BYTES, byteOrderMarkLength } from './byte-order-mark.ts';

/** What a CSV holds, by the definition in docs/csv.md: that of Python's `csv.reader`. */
export interface CsvCount {
  /** All records: the header, blank lines, and a last record without a line end or with an open quote. */
  readonly rows: number;
  /** Those of `rows` that are empty lines. */
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
 * @throws ContentError `unsupported-encoding` on a UTF-16 or UTF-32 byte order mark; whatever the chunks throw.
 * @throws RangeError on a delimiter or quote that is not one ASCII character, or that is a line end, or on two equal ones.
 */
export async function countRows(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: CountOptions = {},
): Promise<CsvCount> {
  const scan = new CsvScan(options.delimiter ?? ',', options.quote ?? '"');
  let head: Uint8Array | undefined = new Uint8Array();
  for await (const chunk of chunks) {
    if (head === undefined) {
      scan.read(chunk);
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length >= BYTE_ORDER_MARK_BYTES) {
      scan.begin(head);
      head = undefined;
    }
  }
  if (head !== undefined) {
    scan.begin(head);
  }
  return scan.finish();
}

// What has been read of the current record decides what the next byte means. Plain numbers, so that the loop stays a jump.
/** Nothing. A line end here makes a blank row. */
const RECORD_START = 0;
/** Nothing, and the record before ended with CR: an LF now belongs to that line end. */
const AFTER_CR = 1;
/** A delimiter last. A quote here opens, as at the record's start, and nowhere else. */
const FIELD_START = 2;
/** Some of a field in which quotes are literal. */
const UNQUOTED = 3;
/** Some of a quoted field: all but a quote is data. */
const QUOTED = 4;
/** A quote within a quoted field: half of a doubled one, or the closing one. */
const QUOTE_IN_QUOTED = 5;

const LF = 0x0a;
const CR = 0x0d;

class CsvScan {
  readonly #delimiter: number;
  readonly #quote: number;
  #state = RECORD_START;
  #rows = 0;
  #blankRows = 0;
  #bytes = 0;
  #quoteOffset = 0;

  constructor(delimiter: string, quote: string) {
    this.#delimiter = asciiCode('delimiter', delimiter);
    this.#quote = asciiCode('quote', quote);
    if (this.#delimiter === this.#quote) {
      throw new RangeError(`delimiter and quote are both ${JSON.stringify(quote)}: they must differ`);
    }
  }

  /** Reads the first bytes, at least four if there are so many. */
  begin(head: Uint8Array): void {
    this.#bytes = byteOrderMarkLength(head);
    this.read(head.subarray(this.#bytes));
  }

  read(chunk: Uint8Array): void {
    const delimiter = this.#delimiter;
    const quote = this.#quote;
    const { length } = chunk;
    let state = this.#state;
    for (let at = 0; at < length; at++) {
      const byte = chunk[at];
      if (state === UNQUOTED) {
        if (byte === delimiter) {
          state = FIELD_START;
        } else if (byte === LF || byte === CR) {
          state = byte === CR ? AFTER_CR : RECORD_START;
          this.#rows++;
        }
      } else if (state === QUOTED) {
        if (byte === quote) {
          state = QUOTE_IN_QUOTED;
        }
      } else if (byte === quote) {
        if (state !== QUOTE_IN_QUOTED) {
          this.#quoteOffset = this.#bytes + at;
        }
        state = QUOTED;
      } else if (byte === delimiter) {
        state = FIELD_START;
      } else if (byte === LF && state === AFTER_CR) {
        state = RECORD_START;
      } else if (byte === LF || byte === CR) {
        this.#rows++;
        if (state === RECORD_START || state === AFTER_CR) {
          this.#blankRows++;
        }
        state = byte === CR ? AFTER_CR : RECORD_START;
      } else {
        // After a closing quote too: the rest of such a field is taken literally.
        state = UNQUOTED;
      }
    }
    this.#state = state;
    this.#bytes += length;
  }

  finish(): CsvCount {
    const isBetweenRecords = this.#state === RECORD_START || this.#state === AFTER_CR;
    const rows = isBetweenRecords ? this.#rows : this.#rows + 1;
    const count = { rows, blankRows: this.#blankRows, bytes: this.#bytes };
    return this.#state === QUOTED
      ? { ...count, unterminatedQuote: { row: rows, byteOffset: this.#quoteOffset } }
      : count;
  }
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
