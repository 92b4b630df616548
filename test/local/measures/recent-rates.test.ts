import { expect, test } from 'vitest';
import { RecentRates } from '../../../local/measures/recent-rates.ts';

test('a rate is that of the last five whole seconds', () => {
  const rates = new RecentRates();
  for (let second = 0; second < 8; second++) rates.add('one', 10, second * 1_000 + 500);
  rates.add('two', 5, 7_900);

  expect(rates.perSecond('one', 7_999)).toBe(10);
  // the second that is under way does not count yet
  expect(rates.perSecond('two', 7_999)).toBe(0);
  expect(rates.perSecond('two', 8_000)).toBe(1);
  expect(rates.perSecond('one', 11_000)).toBe(4);
  expect(rates.perSecond('one', 99_000)).toBe(0);
  expect(rates.perSecond('none', 8_000)).toBe(0);
});
