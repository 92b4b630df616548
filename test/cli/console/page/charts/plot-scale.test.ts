import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linePath, timeTicks, valueTicks } from '../../../../../cli/console/page/charts/plot-scale.ts';

const draw = (values: readonly (number | null)[]) =>
  linePath(
    values,
    (at) => at,
    (value) => value,
  );

describe('the ticks of values', () => {
  test('are round, from 0 up to the top', () => {
    expect(valueTicks(9.3, 4)).toEqual([0, 2.5, 5, 7.5]);
    expect(valueTicks(100, 4)).toEqual([0, 25, 50, 75, 100]);
    expect(valueTicks(0, 4)).toEqual([0]);
  });

  test('are never more than asked for, and reach past the half', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1e15, noNaN: true }),
        fc.integer({ min: 2, max: 8 }),
        (top, count) => {
          const ticks = valueTicks(top, count);

          expect(ticks.length).toBeLessThanOrEqual(count + 1);
          expect(ticks.at(-1)).toBeLessThanOrEqual(top * (1 + 1e-6));
          expect(ticks.at(-1)).toBeGreaterThanOrEqual(top / 2.5);
        },
      ),
    );
  });
});

describe('the ticks of time', () => {
  test('are at round times of the reader’s day', () => {
    const first = Date.parse('2026-11-20T12:00:07Z') / 1_000;

    const { times, apartSeconds } = timeTicks(first, first + 3_600, 6);

    expect(apartSeconds).toBe(600);
    expect(times.map((time) => new Date(time * 1_000).getMinutes() % 10)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('lie in the window, evenly, and are not too many', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e9 }),
        fc.integer({ min: 1, max: 14 * 86_400 }),
        fc.integer({ min: 2, max: 12 }),
        (first, length, count) => {
          const { times, apartSeconds } = timeTicks(first, first + length, count);

          expect(times.length).toBeLessThanOrEqual(count + 1);
          expect(times.every((time) => time >= first && time <= first + length)).toBe(true);
          expect(times.every((time, at) => at === 0 || time === times[at - 1]! + apartSeconds)).toBe(true);
        },
      ),
    );
  });
});

describe('the line of a series', () => {
  test('is broken where nothing was measured, and a value alone is a point', () => {
    expect(draw([5, 6, null, 2, 1])).toEqual({ lines: 'M0 5L1 6M3 2L4 1', points: '' });
    expect(draw([null, 4, null])).toEqual({ lines: '', points: 'M1 4h0' });
    expect(draw([null, null])).toEqual({ lines: '', points: '' });
  });

  test('goes through every value once, and over no gap', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 99 }))), (values) => {
        const { lines, points } = draw(values);
        const drawn = [...(lines + points).matchAll(/[ML](\d+) (\d+)/g)].map(([, at, value]) => [
          Number(at),
          Number(value),
        ]);
        const runs = (lines + points).split('M').length - 1;

        expect(drawn.toSorted(([a = 0], [b = 0]) => a - b)).toEqual(
          [...values.entries()].filter(([, value]) => value !== null),
        );
        expect(runs).toBe(
          values.filter((value, at) => value !== null && (values[at - 1] ?? null) === null).length,
        );
      }),
    );
  });
});
