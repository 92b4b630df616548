import { describe, expect, test } from 'vitest';
import { nearestWord } from '../../shared/nearest-word.ts';

const OPERATORS = ['prefix', 'suffix', 'wildcard', 'anything-but', 'numeric', 'exists'];

describe('the nearest word', () => {
  test.each([
    ['prefx', 'prefix'],
    ['perfix', 'prefix'],
    ['Suffix', 'suffix'],
    ['anythingbut', 'anything-but'],
    ['exist', 'exists'],
    ['wildcards', 'wildcard'],
  ])('to %s is %s', (typed, meant) => {
    expect(nearestWord(typed, OPERATORS)).toBe(meant);
  });

  test.each(['startsWith', 'regex', '', 'x'.repeat(10_000)])('to %.20s is none', (typed) => {
    expect(nearestWord(typed, OPERATORS)).toBeUndefined();
  });
});
