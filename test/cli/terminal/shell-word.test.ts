import { describe, expect, test } from 'vitest';
import { shellQuoted, shellWord } from '../../../cli/terminal/shell-word.ts';

describe('a text as a word of a shell', () => {
  test.each([
    ['csv/a.csv', 'csv/a.csv'],
    ['a b', "'a b'"],
    ['', "''"],
    ["it's", String.raw`'it'\''s'`],
    ['$HOME;`id`', "'$HOME;`id`'"],
    ['~', "'~'"],
    ['ü', "'ü'"],
  ])('of %j is %s', (text, word) => {
    expect(shellWord(text)).toBe(word);
  });

  test('is quoted where that is asked for, whatever it is', () => {
    expect(shellQuoted('a')).toBe("'a'");
  });
});
