/** A text as one word of a POSIX shell: `'it'\''s'`. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A text as one word of a POSIX shell, without quotes where it needs none: `csv/a.csv`. */
export function shellWord(text: string): string {
  return /^[\w./=+@-]+$/.test(text) ? text : shellQuoted(text);
}
