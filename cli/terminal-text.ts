/**
 * Text from outside (keys, error messages, log lines) as a terminal may show it: control and bidirectional characters
 * are written as escapes, so that no key can move the cursor or turn the line around.
 */
export function terminalText(text: string): string {
  return text.replaceAll(
    // eslint-disable-next-line no-control-regex -- control characters are what this is for
    /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
}
