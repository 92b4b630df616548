/** How a CSV is written, as far as its uploader says so. */
export interface ToldDialect {
  /** One ASCII character. */
  readonly delimiter?: string;
  /** One ASCII character, or that no character quotes. */
  readonly quote?: string;
  readonly escape?: 'backslash';
  readonly header?: 'absent' | 'present';
}

/**
 * What an object's user metadata tells of its dialect. Other metadata is passed over.
 *
 *     toldDialect({ 'csv-delimiter': 'tab', 'csv-quote': "'" })    // { delimiter: '\t', quote: "'" }
 *
 * @param prefix before each name in an error: a flag's `--`
 * @throws RangeError that says which of the four is wrong, its value, and what it may be.
 */
export function toldDialect(metadata: Readonly<Record<string, string>>, prefix = ''): ToldDialect {
  const {
    'csv-delimiter': delimiter,
    'csv-quote': quote,
    'csv-escape': escape,
    'csv-header': header,
  } = metadata;
  const told: ToldDialect = {
    ...(delimiter !== undefined && { delimiter: parseDelimiter(`${prefix}csv-delimiter`, delimiter) }),
    ...(quote !== undefined && { quote: parseQuote(`${prefix}csv-quote`, quote) }),
    ...(escape !== undefined && { escape: parseEscape(`${prefix}csv-escape`, escape) }),
    ...(header !== undefined && { header: parseHeader(`${prefix}csv-header`, header) }),
  };
  refuseTwoMeanings(told, prefix);
  return told;
}

/**
 * The delimiter that a text names: any ASCII character but a line end; a tab also as `tab` or `\t`, any as its code `\x01`.
 * Quotes around it, which a shell left there, are passed over: `';'`.
 *
 * @param name of the setting, for the error
 * @throws RangeError on what is no single character.
 */
export function parseDelimiter(name: string, text: string): string {
  const character = characterOf(text);
  if (character === undefined) {
    throw new RangeError(
      `${named(name, text)}: it must be one ASCII character that is no line end, tab, or a code such as \\x01`,
    );
  }
  return character;
}

/** As metadata carries a character: HTTP drops a space or a tab at the ends of a value, and refuses control characters. */
export function characterText(character: string): string {
  if (character === '\t') return 'tab';
  if (/^[!-~]$/.test(character)) return character;
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

function parseQuote(name: string, text: string): string {
  if (/^none$/i.test(text.trim())) return 'none';
  const character = characterOf(text);
  if (character === undefined) {
    throw new RangeError(`${named(name, text)}: it must be one ASCII character that is no line end, or none`);
  }
  return character;
}

function parseEscape(name: string, text: string): 'backslash' {
  if (/^(?:backslash|\\)$/i.test(text.trim())) return 'backslash';
  throw new RangeError(
    `${named(name, text)}: it can only be backslash (a doubled quote is understood without it)`,
  );
}

function parseHeader(name: string, text: string): 'absent' | 'present' {
  const word = text.trim().toLowerCase();
  if (word === 'absent' || word === 'present') return word;
  throw new RangeError(`${named(name, text)}: it must be absent or present`);
}

/** A character cannot end a field and quote it, nor be taken out of play by itself. */
function refuseTwoMeanings({ delimiter, quote = '"', escape }: ToldDialect, prefix: string): void {
  const both = (one: string, other: string, what: string) =>
    new RangeError(`${prefix}csv-${one} and ${prefix}csv-${other} are both ${what}: they must differ`);
  if (delimiter === quote) throw both('delimiter', 'quote', JSON.stringify(quote));
  if (escape !== undefined && delimiter === '\\') throw both('delimiter', 'escape', 'a backslash');
  if (escape !== undefined && quote === '\\') throw both('quote', 'escape', 'a backslash');
}

function characterOf(text: string): string | undefined {
  // a single one may be a space
  const word = text.length === 1 ? text : text.trim();
  if (/^(?:tab|\\t)$/i.test(word)) return '\t';
  const code = /^\\x([0-7][0-9a-f])$/i.exec(word)?.[1];
  const character =
    code === undefined
      ? (/^(['"])(.)\1$/.exec(word)?.[2] ?? word)
      : String.fromCharCode(Number.parseInt(code, 16));
  // eslint-disable-next-line no-control-regex
  return /^[^\r\n\u0080-\uffff]$/.test(character) ? character : undefined;
}

const named = (name: string, text: string): string =>
  text.trim() === ''
    ? `${name} is empty (a space or a tab is lost on its way in a header: write \\x20 or tab)`
    : `${name} is ${JSON.stringify(text)}`;
