import { describe, expect, test } from 'vitest';
import { lineFilter } from '../../../local/logs/filter-pattern.ts';

const LINE = JSON.stringify({
  level: 'ERROR',
  message: 'failed, to be tried again',
  key: 'csv/a "b" *.csv',
  receive_count: 3,
  error: { name: 'SlowDown', parts: ['x', 'y'] },
  retried: true,
  cause: null,
});

describe('terms', () => {
  test.each([
    ['', true],
    ['ERROR', true],
    ['Error', false],
    ['ERROR SlowDown', true],
    ['ERROR nothing', false],
    ['"to be tried"', true],
    ['ERROR -SlowDown', false],
    ['ERROR -other', true],
    ['?other ?SlowDown', true],
    ['?other ?another', false],
    ['ERROR ?another', true],
  ])('%j', (pattern, expected) => {
    expect(lineFilter(pattern)(LINE)).toBe(expected);
  });
});

describe('JSON filters', () => {
  test.each([
    ['{ $.level = "ERROR" }', true],
    ['{ $.level = ERROR }', true],
    ['{ $.level = "WARN" }', false],
    ['{ $.level != "WARN" }', true],
    ['{ $.absent != "WARN" }', false],
    [`{ $.key = ${JSON.stringify('csv/a "b" *.csv')} }`, true],
    ['{ $.key = "csv/*.csv" }', true],
    ['{ $.key = "*nothing*" }', false],
    ['{ $.key = "csv/a*csv/a*" }', false],
    ['{ $.receive_count = 3 }', true],
    ['{ $.receive_count > 3 }', false],
    ['{ $.receive_count >= 3 && $.receive_count < 4 }', true],
    ['{ $.level > 3 }', false],
    ['{ $.level = "WARN" || $.receive_count = 3 }', true],
    ['{ ($.level = "WARN" || $.level = "ERROR") && $.error.name = "Slow*" }', true],
    ['{ $.error.parts[1] = "y" }', true],
    ['{ $.error.constructor = "*" }', false],
    ['{ $.retried IS TRUE }', true],
    ['{ $.cause IS NULL }', true],
    ['{ $.absent NOT EXISTS }', true],
    ['{ $.cause NOT EXISTS }', false],
  ])('%s', (pattern, expected) => {
    expect(lineFilter(pattern)(LINE)).toBe(expected);
  });

  test('match no line that is no JSON object', () => {
    expect(lineFilter('{ $.level NOT EXISTS }')('REPORT RequestId: 1')).toBe(false);
    expect(lineFilter('{ $.level NOT EXISTS }')('{broken')).toBe(false);
  });
});

test.each([
  ['[ip, user]', 'space-delimited'],
  ['%ERR.*%', 'regular expression'],
  ['{ $.a }', 'ends too early'],
  ['{ $.a = 1', 'braces'],
  ['{ a = 1 }', '"a" is not understood'],
  ['{ $.a = 1 $.b = 2 }', 'not understood'],
  ['{ ($.a = 1 }', 'bracket'],
  ['{ $.a > x }', 'wants a number'],
  ['"open', 'no term'],
])('%j is refused, saying why', (pattern, why) => {
  expect(() => lineFilter(pattern)).toThrow(why);
});
