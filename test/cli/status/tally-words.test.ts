import { expect, test } from 'vitest';
import { tallyLines } from '../../../cli/status/tally-words.ts';
import { TALLY_NAMES } from '../../../shared/tally-name.ts';

test.each(TALLY_NAMES)('a count of %s is told in words', (name) => {
  expect(tallyLines({ [name]: 1_234 })).toEqual([expect.stringMatching(/^1,234 [a-z]/)]);
});

test('a count whose name is not known is told as it is, and nothing of what did not happen', () => {
  expect(tallyLines({ 'lost-sleep': 2, 'given-back': 0 })).toEqual(['lost-sleep: 2']);
});

test('of uploads that were cut off, one or many, the words agree', () => {
  expect(tallyLines({ 'cut-off-uploads': 2 })).toEqual([
    '2 uploads cut off before they were acknowledged, and removed',
  ]);
  expect(tallyLines({ 'cut-off-uploads': 1 })).toEqual([
    '1 upload cut off before it was acknowledged, and removed',
  ]);
});
