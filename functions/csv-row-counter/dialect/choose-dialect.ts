import { ContentError } from '../content-error.ts';
import { detectDelimiter } from './detect-delimiter.ts';
import { metadataDialect } from './metadata-dialect.ts';
import { sepLine } from './sep-line.ts';

/** How a CSV is to be read, and who said so. */
export interface ChosenDialect {
  /** One ASCII character. */
  readonly delimiter: string;
  readonly delimiterSource: 'metadata' | 'sep-line' | 'detected' | 'default';
  /** One ASCII character, or `none`. */
  readonly quote: string;
  readonly escape?: 'backslash';
  /** Whether the first record that is not blank is taken for the header. */
  readonly header: 'assumed' | 'absent';
  /** Metadata said whether there is a header. */
  readonly headerTold: boolean;
  /** What a `sep=` line takes at the beginning of the text: it is no row. */
  readonly skippedBytes: number;
  readonly skippedLines: number;
}

export interface ChoiceOptions {
  /** User metadata of the object. */
  readonly metadata: Readonly<Record<string, string>> | undefined;
  /** The delimiter where nothing else is clearly right. */
  readonly usual: string;
  /** The sample is all of the text. */
  readonly sampleIsWhole: boolean;
}

/**
 * How a text is to be read: its delimiter as metadata tells it, else as a first line `sep=;` does, else as it is found in
 * the sample, else the usual one.
 *
 * @param sample the beginning of the text, 64 KiB at most, without a byte order mark, in an ASCII-compatible encoding
 * @throws ContentError `malformed-csv` on metadata or a `sep=` line that cannot be meant
 */
export function chooseDialect(
  sample: Uint8Array,
  { metadata, usual, sampleIsWhole }: ChoiceOptions,
): ChosenDialect {
  const { delimiter: told, quote = '"', escape, header } = metadataDialect(metadata);
  const sep = sepLine(sample);
  const rest = sample.subarray(sep?.bytes ?? 0);
  const choice = ((): Pick<ChosenDialect, 'delimiter' | 'delimiterSource'> => {
    if (told !== undefined) return { delimiter: told, delimiterSource: 'metadata' };
    if (sep !== undefined) return { delimiter: usable(sep.delimiter), delimiterSource: 'sep-line' };
    const found = detectDelimiter(rest, { usual, quote, escape, sampleIsWhole });
    return found === undefined
      ? { delimiter: usual, delimiterSource: 'default' }
      : { delimiter: found, delimiterSource: 'detected' };
  })();
  const { delimiter } = choice;
  if (delimiter === quote || (delimiter === '\\' && escape !== undefined)) {
    const other = delimiter === quote ? 'csv-quote' : 'csv-escape';
    throw new ContentError(
      'malformed-csv',
      `metadata ${other} takes ${JSON.stringify(delimiter)}, which is the delimiter too: say in csv-delimiter what separates the fields, and upload the object again`,
    );
  }
  return {
    ...choice,
    quote,
    ...(escape !== undefined && { escape }),
    header: header === 'absent' ? 'absent' : 'assumed',
    headerTold: header !== undefined,
    skippedBytes: sep?.bytes ?? 0,
    skippedLines: sep === undefined ? 0 : 1,
  };
}

function usable(delimiter: string): string {
  if (delimiter <= '\u007f') return delimiter;
  throw new ContentError(
    'malformed-csv',
    `the first line is "sep=${delimiter}": a delimiter must be one ASCII character; separate the fields by another one, and upload the file again`,
  );
}
