import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidEventPatternError } from '../../../shared/event-pattern/pattern-clauses.ts';
import { compilePattern } from '../../../shared/event-pattern/pattern-matcher.ts';
import { compileWildcard } from '../../../shared/event-pattern/pattern-text.ts';

const ofKey = (...matchers: readonly object[]) => JSON.stringify({ detail: { object: { key: matchers } } });
const wildcards = (...texts: readonly string[]) => ofKey(...texts.map((wildcard) => ({ wildcard })));
const measure = (pattern: string) => compilePattern(pattern).complexity;

// the texts and figures are those that AWS's open matcher gives
describe('the complexity of a rule', () => {
  test.each([
    ['a star alone', ['*'], 1],
    ['a wildcard without a star', ['abc'], 1],
    ['a star in front of two letters', ['*ab'], 2],
    ['the same letter twice after a star', ['*aa'], 3],
    ['a star at the end', ['aa*'], 2],
    ['letters that come again', ['a*bcb'], 3],
    ['two stars', ['a*b*bb'], 5],
    ['a star at both ends', ['*aba*'], 4],
    ['four stars', ['*ab*b*b*'], 7],
    ['two wildcards, one the beginning of the other', ['*abc', '*abcde'], 4],
    ['two wildcards of one letter', ['a*aaa', 'aa*aa'], 7],
    ['three wildcards from one place', ['ab*cd', 'ab*wx', 'ab*yz'], 6],
    ['a word in a word', ['F*eatureFeature', 'Fe*atureFeature', 'Fea*tureFeature'], 10],
    ['the same wildcard twice', ['ab*c', 'ab*c'], 2],
    ['four wildcards of two parts', ['csv/*.csv', 'csv/*.CSV', 'csv/*.csv.gz', 'csv/*.CSV.GZ'], 9],
    ['an escaped star', ['a\\*b'], 1],
  ])('of %s is counted as AWS counts it', (_, texts, expected) => {
    expect(measure(wildcards(...texts))).toBe(expected);
  });

  test('of texts, prefixes and suffixes is nothing', () => {
    expect(measure(ofKey({ prefix: 'a' }, { suffix: 'z' }, { 'equals-ignore-case': 'abc' }))).toBe(0);
  });

  test('is that of the most complex field, not the sum of the fields', () => {
    const pattern = { a: [{ wildcard: '*a*a*' }], b: [{ wildcard: '*b*' }], c: [{ exists: false }] };

    expect(measure(JSON.stringify(pattern))).toBe(5);
  });

  test('takes in the wildcards of an anything-but', () => {
    expect(measure(ofKey({ 'anything-but': { wildcard: 'a*b*b' } }))).toBe(4);
  });

  test('adds up alternatives that look at the same field', () => {
    const pattern = { $or: [{ a: [{ wildcard: 'ab*cd' }] }, { a: [{ wildcard: 'ab*wx' }] }] };

    expect(measure(JSON.stringify(pattern))).toBe(4);
  });

  test('of 10 is accepted, and of 11 refused, as AWS was seen to refuse it', () => {
    const four = ['csv/*.csv', 'csv/*.CSV', 'csv/*.csv.gz', 'csv/*.CSV.GZ'];

    expect(() => compilePattern(wildcards(...four, 'csv/*.tsv'))).toThrow(InvalidEventPatternError);
    expect(() => compilePattern(wildcards(...four, 'csv/*.tsv'))).toThrow(
      /Rule is too complex - try using fewer wildcard characters/,
    );
    expect(measure(wildcards('F*eatureFeature', 'Fe*atureFeature', 'Fea*tureFeature'))).toBe(10);
  });

  test('that would take too many texts to measure is refused as well', () => {
    const texts = ['abc', 'bca', 'cab'].map((letters) => `*${letters.repeat(50)}*${letters.repeat(40)}z`);

    expect(() => compilePattern(wildcards(...texts))).toThrow(/too complex/);
  });

  test('is the most prefixes that any short text matches', () => {
    const letters = ['a', 'b', '*'];
    const wildcard = fc
      .array(fc.constantFrom(...letters), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.join('').replaceAll(/\*+/g, '*'));
    fc.assert(
      fc.property(fc.uniqueArray(wildcard, { minLength: 1, maxLength: 2 }), (texts) => {
        const tests = texts.flatMap((text) =>
          Array.from({ length: text.length }, (_, at) => compileWildcard(text.slice(0, at + 1))),
        );
        // no wildcard here asks for more than eight letters: five of its own, and some in between
        const most = Math.max(
          ...textsOf(['a', 'b', 'x'], 7).map(
            (text) => tests.filter((matches) => typeof matches === 'function' && matches(text)).length,
          ),
        );
        expect(most >= 11 || measure(wildcards(...texts)) === most).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

/** Every text of the letters that is 1 to `longest` letters long. */
function textsOf(letters: readonly string[], longest: number): string[] {
  let texts = [''];
  const all: string[] = [];
  for (let length = 1; length <= longest; length++) {
    texts = texts.flatMap((text) => letters.map((letter) => text + letter));
    all.push(...texts);
  }
  return all;
}
