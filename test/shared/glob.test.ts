import { assert as assertProperty, constantFrom, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesGlob, matchesStars } from '../../shared/glob.ts';

const regExpOf = (text: string, oneCharacter: string) =>
  new RegExp(
    `^${text
      .replaceAll('.', String.raw`\.`)
      .replaceAll('*', '.*')
      .replaceAll('?', oneCharacter)}$`,
  );

const text = string({ unit: constantFrom('a', 'b', ':', '.', '?'), maxLength: 12 });
const pattern = string({ unit: constantFrom('a', 'b', ':', '.', '*', '?'), maxLength: 8 });

describe.each([
  ['a pattern of IAM', matchesGlob, '.'],
  ['a pattern in which stars alone mean something', matchesStars, String.raw`\?`],
])('%s', (_, matches, oneCharacter) => {
  test('covers exactly the texts that its regular expression matches', () => {
    assertProperty(
      property(pattern, text, (wanted, given) => {
        expect(matches(wanted, given)).toBe(regExpOf(wanted, oneCharacter).test(given));
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(['*ab', 'a*b', 'ab*', '**a**b**'])('lets its stars stand for nothing: %s', (wanted) => {
    expect(matches(wanted, 'ab')).toBe(true);
  });

  test('costs no more than the text is long, however many stars it has', () => {
    expect(matches('*a'.repeat(200) + 'b', 'a'.repeat(5_000))).toBe(false);
  });
});
