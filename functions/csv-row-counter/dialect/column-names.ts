import { isUtf8 } from 'node:buffer';
import { parse } from 'csv-parse/sync';
import type { Dialect } from '../csv-scan.ts';
import type { ChosenDialect } from './choose-dialect.ts';
import { codesOf, sampleShape } from './sample-shape.ts';

/** What the header says. */
export interface ColumnNames {
  /** The first thousand, as they stand: what a terminal must not be shown, the terminal escapes. */
  readonly names: readonly string[];
  /** Two of all the names are the same, empty ones aside. */
  readonly duplicate: boolean;
  /** A name is empty, or of spaces alone. */
  readonly empty: boolean;
  /** A name is a number or a date, or all are years: the first record is rather a row. */
  readonly looksLikeData: boolean;
}

/**
 * Names reported at most. A sample of 64 KiB gives no more than 192 KiB of names (a byte of windows-1252 becomes three of
 * UTF-8 at most): the row stays below DynamoDB's 400 KB whatever the header is.
 */
const MAX_NAMES = 1_000;

/** Stands for an escaped byte while csv-parse reads: no text of single bytes has such a character. */
const MASK = 0xe000;

/**
 * The names in the first record that is not blank, decoded as UTF-8 if its bytes are that, else as windows-1252.
 *
 *     columnNames(Buffer.from('\n"Straße, Nr.";Ort\n'), dialect)?.names    // ['Straße, Nr.', 'Ort']
 *
 * @param sample the beginning of the text, 64 KiB at most
 * @returns undefined when metadata says that there is no header, when all is blank, or when the header goes on behind the sample
 */
export function columnNames(
  sample: Uint8Array,
  {
    skippedBytes,
    sampleIsWhole,
    header,
    ...dialect
  }: Pick<ChosenDialect, 'delimiter' | 'quote' | 'escape' | 'header' | 'skippedBytes'> & {
    readonly sampleIsWhole: boolean;
  },
): ColumnNames | undefined {
  if (header === 'absent') return undefined;
  const text = sample.subarray(skippedBytes);
  const { first } = sampleShape(text, codesOf(dialect), sampleIsWhole);
  if (first === undefined) return undefined;
  const record = Buffer.from(text.subarray(first.beginsAt, first.endsAt));
  const decoder = new TextDecoder(isUtf8(record) ? 'utf-8' : 'windows-1252', { ignoreBOM: true });
  const names = fieldsOf(record, dialect).map((field) => decoder.decode(Buffer.from(field, 'latin1')));
  const told = names.filter((name) => name.trim() !== '');
  return {
    names: names.slice(0, MAX_NAMES),
    duplicate: new Set(told).size < told.length,
    empty: told.length < names.length,
    looksLikeData: looksLikeData(told),
  };
}

/** Fields of one record, a character for each byte. */
function fieldsOf(record: Buffer, dialect: Pick<ChosenDialect, 'delimiter' | 'quote' | 'escape'>): string[] {
  const quote = dialect.quote === 'none' ? null : dialect.quote;
  const [fields = []] = parse(masked(record, codesOf(dialect)), {
    delimiter: dialect.delimiter,
    quote,
    // else it is the double quote, whatever the quote is
    escape: quote,
    relax_quotes: true,
    record_delimiter: ['\r\n', '\n', '\r'],
  });
  return dialect.escape === undefined ? fields : fields.map(unmasked);
}

/** Escaped characters are hidden from csv-parse, which knows escapes in quoted fields alone, and then no doubled quotes. */
function masked(record: Buffer, codes: Dialect): string {
  const parts: string[] = [];
  let end = 0;
  sampleShape(record, codes, true, (at) => {
    const byte = record[at + 1];
    // the last one of a text has nothing to escape
    if (byte === undefined) return;
    parts.push(record.toString('latin1', end, at), String.fromCharCode(MASK + byte));
    end = at + 2;
  });
  return parts.join('') + record.toString('latin1', end);
}

const unmasked = (field: string): string =>
  field.replaceAll(/[\ue000-\ue0ff]/g, (mask) => String.fromCharCode(mask.charCodeAt(0) - MASK));

const DATE = /^\d{1,4}([-./])\d{1,2}\1\d{1,4}(?:[T ]\d{1,2}:\d{2}.*)?$/;
/** Also an amount, a share, and in brackets: `$5.00`, `12 %`, `(7)`. */
const NUMBER = /^[+-]?[$€£¥([]*[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)(?:e[+-]?\d+)? ?[%€£¥)\]]*$/i;
/** 1900 to 2100: tables of years have such names, beside others. */
const YEAR = /^(?:19\d\d|20\d\d|2100)$/;

function looksLikeData(names: readonly string[]): boolean {
  const texts = names.map((name) => name.trim());
  const others = texts.filter((text) => !YEAR.test(text));
  return (
    texts.length > 0 && (others.length === 0 || others.some((text) => NUMBER.test(text) || DATE.test(text)))
  );
}
