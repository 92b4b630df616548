import { createHash } from 'node:crypto';
import {
  AFTER_CR,
  CR,
  ESCAPED_IN_QUOTED,
  LF,
  QUOTED,
  RECORD_START,
  type Dialect,
  type Scan,
} from './csv-scan.ts';
import { fastestScan } from './kernel-scan.ts';
import { endRecord, startOfCsv, type Progress } from './progress.ts';

const BACKSLASH = 0x5c;

/** What a CSV holds, by the definition in docs/csv.md: that of Python's `csv.reader`. Every number is exact. */
export interface CsvCount {
  /** All records: the header, blank lines, and a last record without a line end or with an open quote. */
  readonly rows: number;
  /** How many of `rows` are empty lines. */
  readonly blankRows: number;
  /** How many of `rows` are delimiters alone: `,,,`. No blank one is among them. */
  readonly emptyRows: number;
  readonly bytes: number;
  /** Lines as an editor has them: LF, CRLF and CR end one, in quoted fields too; a last one needs no end. */
  readonly lines: number;
  /** What ends the records; undefined where none has an end. */
  readonly lineEnding?: 'lf' | 'crlf' | 'cr' | 'mixed';
  /** Bytes of the longest record, without its line end. */
  readonly longestRowBytes: number;
  /** Fields of the first record that is not blank: the header, or the first row. This and what tells of fields is absent where all are blank. */
  readonly columnCount?: number;
  /** The least and the most fields of a record that is not blank. */
  readonly leastFields?: number;
  readonly mostFields?: number;
  /** Fields of the last record that is not blank. */
  readonly lastFields?: number;
  /** Records, not blank, with another number of fields than `columnCount`. */
  readonly raggedRows: number;
  /** Whether anywhere a closing quote is followed by another character than a delimiter, a line end or a quote. */
  readonly textAfterQuote: boolean;
  /** The first record that is not blank, without its line end: from byte `beginsAt`, from 0, to before `endsAt`; `sha256` in hex. */
  readonly header?: { readonly beginsAt: number; readonly endsAt: number; readonly sha256: string };
  /** Where the quote opened that no quote closes: its row and line, from 1, and its byte, from 0. */
  readonly unterminatedQuote?: { readonly row: number; readonly line: number; readonly byteOffset: number };
}

export interface CountOptions {
  /** One ASCII character. @default ',' */
  readonly delimiter?: string;
  /** One ASCII character, or `none`: then no field is quoted. @default '"' */
  readonly quote?: string;
  /** A backslash takes the byte behind it out of play, within quoted fields and outside. @default none does */
  readonly escape?: 'backslash';
}

/**
 * Counts the records of a CSV in constant memory, however long its rows are and wherever its chunks are cut (empty
 * chunks and chunks of one byte included). The chunks are read, never kept.
 *
 * @param scan what reads the bytes; every one gives the same count.
 * @throws whatever the chunks throw.
 * @throws RangeError on a delimiter or quote that is not one ASCII character, or that is a line end, or on two equal ones.
 */
export async function countRows(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: CountOptions = {},
  scan: Scan = fastestScan,
): Promise<CsvCount> {
  const dialect = dialectOf(options);
  const progress = startOfCsv();
  const headerHash = createHash('sha256');
  const read = (chunk: Uint8Array): void => {
    const isHeaderRead = progress.columnCount > 0;
    const { bytes: begin } = progress;
    scan(progress, chunk, dialect);
    if (!isHeaderRead) {
      headerHash.update(headerIn(chunk, begin, progress));
    }
  };
  for await (const chunk of chunks) {
    read(chunk);
  }
  const { state, bytes } = progress;
  if (state !== RECORD_START && state !== AFTER_CR) {
    endRecord(progress, bytes);
  }
  return countOf(progress, () => headerHash.digest('hex'));
}

/** What of the header lies in this chunk, which began at this offset and has just been read. */
function headerIn(chunk: Uint8Array, begin: number, progress: Progress): Uint8Array {
  const isRead = progress.columnCount > 0;
  const beginsAt = isRead ? progress.headerBeginsAt : progress.recordAt;
  const endsAt = isRead ? progress.headerEndsAt : progress.bytes;
  return chunk.subarray(Math.max(0, beginsAt - begin), Math.max(0, endsAt - begin));
}

function countOf(progress: Progress, headerSha256: () => string): CsvCount {
  const { rows, blankRows, emptyRows, bytes, longestRowBytes, raggedRows, state, lastByte } = progress;
  const isLineOpen = lastByte !== -1 && lastByte !== LF && lastByte !== CR;
  const lineEnding = lineEndingOf(progress);
  return {
    rows,
    blankRows,
    emptyRows,
    bytes,
    lines: progress.lineEnds + (isLineOpen ? 1 : 0),
    ...(lineEnding !== undefined && { lineEnding }),
    longestRowBytes,
    raggedRows,
    textAfterQuote: progress.textAfterQuote === 1,
    ...(progress.columnCount > 0 && {
      columnCount: progress.columnCount,
      leastFields: progress.leastFields,
      mostFields: progress.mostFields,
      lastFields: progress.lastFields,
      header: {
        beginsAt: progress.headerBeginsAt,
        endsAt: progress.headerEndsAt,
        sha256: headerSha256(),
      },
    }),
    ...((state === QUOTED || state === ESCAPED_IN_QUOTED) && {
      unterminatedQuote: { row: rows, line: progress.quoteLine, byteOffset: progress.quoteOffset },
    }),
  };
}

function lineEndingOf({ rows, state, crlfEnds, crEnds }: Progress): CsvCount['lineEnding'] {
  const ended = state === RECORD_START || state === AFTER_CR ? rows : rows - 1;
  switch (ended) {
    case 0:
      return undefined;
    case crlfEnds:
      return 'crlf';
    case crEnds:
      return 'cr';
    default:
      return crlfEnds + crEnds === 0 ? 'lf' : 'mixed';
  }
}

function dialectOf({ delimiter = ',', quote = '"', escape }: CountOptions): Dialect {
  const dialect = {
    delimiter: asciiCode('delimiter', delimiter),
    quote: quote === 'none' ? -1 : asciiCode('quote', quote),
    escape: escape === 'backslash' ? BACKSLASH : -1,
  };
  if (dialect.delimiter === dialect.quote) {
    throw new RangeError(`delimiter and quote are both ${JSON.stringify(quote)}: they must differ`);
  }
  for (const [what, character] of Object.entries({ delimiter, quote })) {
    if (escape !== undefined && character === '\\') {
      throw new RangeError(`${what} and escape are both a backslash: they must differ`);
    }
  }
  return dialect;
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
