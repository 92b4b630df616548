import { matchesParts } from '../glob.ts';

type TextTest = (text: string) => boolean;

/**
 * The test of a wildcard such as `csv/*.csv`: `*` stands for any characters, none too; `\*` and `\\` for themselves.
 * A text says what is wrong with it.
 */
export function compileWildcard(wildcard: string): TextTest | string {
  const parts = [''];
  for (let at = 0; at < wildcard.length; at++) {
    if (wildcard[at] === '*') {
      if (wildcard[at + 1] === '*') return 'two stars in a row; one says the same';
      parts.push('');
      continue;
    }
    if (wildcard[at] === '\\') {
      at++;
      if (!'*\\'.includes(wildcard[at] ?? ' ')) {
        return 'a backslash stands only before "*" or another backslash';
      }
    }
    parts[parts.length - 1] += wildcard[at]!;
  }
  return (text) => matchesParts(parts, text);
}

/**
 * The tests of a text that ignores case the way EventBridge does: each code point of the pattern stands for itself, its
 * lower and its upper form, which may have several letters (`straße` is `STRASSE`). Comparing lower forms is another
 * thing: it would let `ς` match `σ`.
 */
export function compileIgnoringCase(wanted: string): {
  readonly equals: TextTest;
  readonly prefix: TextTest;
  readonly suffix: TextTest;
} {
  const letters = Array.from(
    wanted,
    (letter) => new Set([letter, letter.toLowerCase(), letter.toUpperCase()]),
  );
  return {
    equals: (text) => forwards(letters, text).has(text.length),
    prefix: (text) => forwards(letters, text).size > 0,
    suffix: (text) => backwards(letters, text).size > 0,
  };
}

type Letters = readonly ReadonlySet<string>[];

/** Where in the text the letters may end, when they begin at its start. */
function forwards(letters: Letters, text: string): ReadonlySet<number> {
  let ends = new Set([0]);
  for (const forms of letters) {
    const next = new Set<number>();
    for (const at of ends) {
      for (const form of forms) if (text.startsWith(form, at)) next.add(at + form.length);
    }
    if (next.size === 0) return next;
    ends = next;
  }
  return ends;
}

/** Where in the text the letters may begin, when they end at its end. */
function backwards(letters: Letters, text: string): ReadonlySet<number> {
  let starts = new Set([text.length]);
  for (const forms of letters.toReversed()) {
    const next = new Set<number>();
    for (const at of starts) {
      for (const form of forms) if (text.endsWith(form, at)) next.add(at - form.length);
    }
    if (next.size === 0) return next;
    starts = next;
  }
  return starts;
}
