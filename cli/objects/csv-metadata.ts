import type { Command } from 'commander';
import { characterText, toldDialect } from '../../shared/told-dialect.ts';
import { usageError } from '../cli-error.ts';

/** How the uploaded CSVs are written, for the row counter. */
export interface CsvFlags {
  readonly csvDelimiter?: string;
  readonly csvQuote?: string;
  readonly csvEscape?: string;
  readonly csvHeader?: string;
}

export const addCsvOptions = (command: Command): Command =>
  command
    .option('--csv-delimiter <character>', 'for the row counter: any ASCII character, tab, or a code: \\x01')
    .option('--csv-quote <character>', 'for the row counter: what quotes a field (default ") or none')
    .option('--csv-escape <how>', 'for the row counter: backslash, as Spark and MySQL write it')
    .option('--csv-header <whether>', 'for the row counter: absent or present');

/**
 * The flags as the objects' user metadata, in the form that a header carries: `{ 'csv-delimiter': 'tab' }`.
 *
 * @throws CliError with the words in which the row counter would refuse them
 */
export function csvMetadata(flags: CsvFlags): Record<string, string> {
  const texts = Object.entries({
    'csv-delimiter': flags.csvDelimiter,
    'csv-quote': flags.csvQuote,
    'csv-escape': flags.csvEscape,
    'csv-header': flags.csvHeader,
  }).flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]));
  try {
    const { delimiter, quote, escape, header } = toldDialect(Object.fromEntries(texts), '--');
    return {
      ...(delimiter !== undefined && { 'csv-delimiter': characterText(delimiter) }),
      ...(quote !== undefined && { 'csv-quote': quote === 'none' ? quote : characterText(quote) }),
      ...(escape !== undefined && { 'csv-escape': escape }),
      ...(header !== undefined && { 'csv-header': header }),
    };
  } catch (error) {
    throw usageError((error as RangeError).message);
  }
}
