import { createHash } from 'node:crypto';
import type { CsvCount } from '../../../functions/csv-row-counter/count-rows.ts';

/** Characters; undefined where there is none. */
export interface SlowDialect {
  readonly delimiter: string;
  readonly quote?: string | undefined;
  readonly escape?: string | undefined;
}

/** A record, by where it lies in the text. */
interface SlowRecord {
  readonly begin: number;
  readonly end: number;
  readonly lineEnd: string;
  readonly fields: number;
  readonly hasTextAfterQuote: boolean;
  readonly openQuoteAt?: number;
}

const COMMA: SlowDialect = { delimiter: ',', quote: '"' };

/**
 * What countRows must give, read off the definition: the whole text is cut into records, and every number is asked of
 * their list by itself. Slow, and as different from the counter as can be.
 *
 * @param text a character per byte (latin1), without a byte order mark
 */
export function readSlowly(text: string, dialect: SlowDialect = COMMA): CsvCount {
  const records = recordsOf(text, dialect);
  const filled = records.filter(({ begin, end }) => end > begin);
  const fields = filled.map((record) => record.fields);
  const lineEnds = new Set(records.map(({ lineEnd }) => lineEnd).filter((lineEnd) => lineEnd !== ''));
  const open = records.find(({ openQuoteAt }) => openQuoteAt !== undefined)?.openQuoteAt;
  const [header] = filled;
  const textOf = ({ begin, end }: SlowRecord) => text.slice(begin, end);
  const onlyLineEnd = [...lineEnds][0];
  return {
    rows: records.length,
    blankRows: records.length - filled.length,
    emptyRows: filled.filter((record) => textOf(record).replaceAll(dialect.delimiter, '') === '').length,
    bytes: text.length,
    lines: linesOf(text).length,
    ...(onlyLineEnd !== undefined && {
      lineEnding:
        lineEnds.size > 1 ? 'mixed' : onlyLineEnd === '\n' ? 'lf' : onlyLineEnd === '\r' ? 'cr' : 'crlf',
    }),
    longestRowBytes: most(records.map(({ begin, end }) => end - begin)),
    raggedRows: fields.filter((count) => count !== fields[0]).length,
    textAfterQuote: records.some(({ hasTextAfterQuote }) => hasTextAfterQuote),
    ...(header !== undefined && {
      columnCount: header.fields,
      leastFields: fields.reduce((least, count) => Math.min(least, count)),
      mostFields: most(fields),
      lastFields: fields.at(-1)!,
      header: {
        beginsAt: header.begin,
        endsAt: header.end,
        sha256: createHash('sha256').update(textOf(header), 'latin1').digest('hex'),
      },
    }),
    ...(open !== undefined && {
      unterminatedQuote: {
        row: records.length,
        // a character for the quote, so that the line has one
        line: linesOf(text.slice(0, open) + 'x').length,
        byteOffset: open,
      },
    }),
  };
}

const most = (values: readonly number[]): number =>
  values.reduce((greatest, value) => Math.max(greatest, value), 0);

function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function recordsOf(text: string, { delimiter, quote, escape }: SlowDialect): SlowRecord[] {
  const records: SlowRecord[] = [];
  let at = 0;
  const lineEndAt = (): string =>
    text.startsWith('\r\n', at) ? '\r\n' : text[at] === '\n' || text[at] === '\r' ? text[at]! : '';
  const isFieldEnd = (): boolean => at >= text.length || text[at] === delimiter || lineEndAt() !== '';
  while (at < text.length) {
    const begin = at;
    let fields = 1;
    let hasTextAfterQuote = false;
    for (;;) {
      if (quote !== undefined && text[at] === quote) {
        const opened = at;
        at = behindClosingQuote(text, at + 1, quote, escape);
        if (at === -1) {
          const end = text.length;
          return [...records, { begin, end, lineEnd: '', fields, hasTextAfterQuote, openQuoteAt: opened }];
        }
        if (!isFieldEnd()) {
          hasTextAfterQuote = true;
          // literal, even where it is the escape
          at++;
        }
      }
      while (!isFieldEnd()) at += text[at] === escape ? 2 : 1;
      if (text[at] !== delimiter) break;
      fields++;
      at++;
    }
    const end = Math.min(at, text.length);
    const lineEnd = lineEndAt();
    records.push({ begin, end, lineEnd, fields, hasTextAfterQuote });
    at = end + lineEnd.length;
  }
  return records;
}

/** Where a quoted field's content that begins here has its closing quote, and one more; -1 where none closes. */
function behindClosingQuote(text: string, begin: number, quote: string, escape: string | undefined): number {
  for (let at = begin; at < text.length; at++) {
    if (text[at] === escape) at++;
    else if (text[at] === quote) {
      if (text[at + 1] !== quote) return at + 1;
      at++;
    }
  }
  return -1;
}
