import { expect, test } from 'vitest';
import { barText } from '../../../cli/terminal/bar.ts';

test.each([
  [0, 40, ''],
  [40, 40, '████'],
  [20, 40, '██'],
  [13, 40, '█▎'],
  [1, 4_000, '▏'],
  [0, 0, ''],
])('%d of %d is the bar %j', (amount, most, bar) => {
  expect(barText(amount, most, 4)).toBe(bar);
});
