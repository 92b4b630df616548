/**
 * What a terminal does not show, or obeys: control characters (also those of C1), marks that turn the direction of a
 * line, zero-width and other invisible characters, spaces that look like a space and are none, lone surrogates.
 *
 * @see https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
 */
const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800]|(?! )\p{Zs}/gu;

/** As JSON writes it: `\u200b`; above the basic plane two of them. */
const escaped = (text: string): string =>
  text
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');

/**
 * A text from outside (a key, a name, a line of a log) as a terminal may show it: on one line, everything in it to be
 * seen, and no two texts shown alike. What cannot be seen becomes `\u200b`; where the text itself has such an escape, its
 * backslash becomes `\u005c`.
 *
 *     terminalText('csv/a\u200b.csv')    // csv/a\u200b.csv
 *     terminalText('csv/a\\u200b.csv')   // csv/a\u005cu200b.csv
 */
export function terminalText(text: string): string {
  return terminalJson(text.replaceAll(/\\(?=u)/g, String.raw`\u005c`));
}

/**
 * The same for JSON, and for prose that quotes in JSON: it has escapes already, which stay as they are. What was JSON
 * means afterwards what it meant before.
 */
export function terminalJson(text: string): string {
  return text.replaceAll(HIDDEN, escaped);
}
