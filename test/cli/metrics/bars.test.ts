import { expect, test } from 'vitest';
import { bars, mostOf, sumOf } from '../../../cli/metrics/bars.ts';

test.each<[string, readonly (number | null)[], number, string]>([
  ['as high as its number', [1, 2, 3, 4, 5, 6, 7, 8], 8, '▁▂▃▄▅▆▇█'],
  ['low, however little there is', [1, 1_000], 2, '▁█'],
  ['a blank for nothing, and a dot for what was not measured', [0, null, 5], 3, ' ·█'],
  ['added up with its neighbour', [1, 1, null, 4], 2, '▄█'],
  ['blank throughout', [0, 0], 2, '  '],
])('a bar is %s', (_, series, width, shown) => {
  expect(bars(series, width)).toBe(shown);
});

test('nothing measured has neither a sum nor a highest', () => {
  expect([sumOf([null]), mostOf([null]), sumOf([null, 0]), mostOf([null, 0])]).toEqual([null, null, 0, 0]);
  expect(bars([], 5)).toBe('');
});
