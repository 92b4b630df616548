import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogHistogram } from '../../../local/measures/log-histogram.ts';

const values = fc.array(fc.double({ min: 0, max: 1e12, noNaN: true, noDefaultInfinity: true }), {
  minLength: 1,
  maxLength: 200,
});

function histogramOf(all: readonly number[]): LogHistogram {
  const histogram = new LogHistogram();
  for (const one of all) histogram.add(one);
  return histogram;
}

/** The value that this share does not exceed, by the values themselves. */
const exact = (all: readonly number[], share: number): number =>
  all.toSorted((left, right) => left - right)[Math.max(1, Math.ceil(share * all.length)) - 1]!;

describe('a histogram', () => {
  test('tells a percentile within 1 %, whatever the values', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(0, 0.5, 0.95, 0.99, 1), (all, share) => {
        const told = histogramOf(all).quantile(share)!;
        const truth = exact(all, share);

        // what is under 0.01 counts as 0
        expect(Math.abs(told - truth)).toBeLessThanOrEqual(Math.max(0.01, truth * 0.01));
      }),
    );
  });

  test('is the same however it was split, reordered and merged, as text too', () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 6 }), fc.integer(), (parts, seed) => {
        const whole = histogramOf(parts.flat());
        const merged = new LogHistogram();
        const turned = parts.map((_, index) => parts[(index + Math.abs(seed)) % parts.length]!);
        for (const part of turned) {
          merged.merge(LogHistogram.parse(histogramOf(part.toReversed()).toText()));
        }

        expect(merged.toText()).toBe(whole.toText());
      }),
    );
  });

  test('without a value has no percentile, and no text', () => {
    expect(new LogHistogram().quantile(0.5)).toBeUndefined();
    expect(new LogHistogram().toText()).toBe('');
    expect(LogHistogram.parse('').quantile(0.5)).toBeUndefined();
  });

  test('of times from a microsecond to a year has a text of at most 10 kB, and of one service’s times some hundred bytes', () => {
    const wide = histogramOf(Array.from({ length: 2_000 }, (_, index) => 1e-3 * 1.016 ** index));
    const narrow = histogramOf(Array.from({ length: 5_000 }, (_, index) => 20 + (index % 60)));

    expect(wide.toText().length).toBeLessThan(10_000);
    expect(narrow.toText().length).toBeLessThan(600);
  });

  test.each([-1, Number.NaN, Infinity])('takes no %d', (value) => {
    expect(() => new LogHistogram().add(value)).toThrow(`a histogram takes no ${value}`);
  });
});
