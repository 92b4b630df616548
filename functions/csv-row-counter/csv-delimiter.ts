import { ContentError } from './content-error.ts';

const DELIMITERS = new Map([
  [',', ','],
  [';', ';'],
  ['|', '|'],
  ['\t', '\t'],
  // An HTTP header cannot carry a lone tab: it is trimmed as white space.
  ['tab', '\t'],
  ['\\t', '\t'],
]);

/**
 * The delimiter that a setting or an object's metadata names: `,` `;` `|`, or a tab as itself, `tab` or `\t`.
 *
 * @throws RangeError on any other.
 */
export function parseDelimiter(text: string): string {
  const delimiter = DELIMITERS.get(text);
  if (delimiter === undefined) {
    throw new RangeError(`delimiter ${JSON.stringify(text)} is not known: use one of , ; | tab`);
  }
  return delimiter;
}

/** The delimiter of the user metadata `csv-delimiter`, if the object has it. @throws ContentError `malformed-csv` on an unknown one. */
export function delimiterOfMetadata(
  metadata: Readonly<Record<string, string>> | undefined,
): string | undefined {
  const text = metadata?.['csv-delimiter'];
  if (text === undefined) {
    return undefined;
  }
  try {
    return parseDelimiter(text);
  } catch (cause) {
    throw new ContentError(
      'malformed-csv',
      `metadata csv-delimiter is ${JSON.stringify(text)}: set it to one of , ; | tab, and upload the object again`,
      { cause },
    );
  }
}
