import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backoffSeconds } from '../../../functions/batch/backoff.ts';

describe('backoffSeconds', () => {
  test.each([
    [1, 15],
    [2, 30],
    [3, 60],
    [6, 480],
    [7, 900],
    [14, 900],
    [100_000, 900],
  ])('after receive %i waits between half of %i seconds and all of it', (receiveCount, longest) => {
    expect(backoffSeconds(receiveCount, 0)).toBe(Math.ceil(longest / 2));
    expect(backoffSeconds(receiveCount, 0.999_999)).toBe(longest);
  });

  test('is a whole number of seconds that SQS takes, whatever the receive count', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (count, random) => {
          const seconds = backoffSeconds(count, random);

          expect(Number.isInteger(seconds)).toBe(true);
          expect(seconds).toBeGreaterThanOrEqual(8);
          expect(seconds).toBeLessThanOrEqual(900);
        },
      ),
    );
  });
});
