import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  barsOf,
  eventsIn,
  groundOf,
  roundedUp,
  ticksOf,
} from '../../../../../cli/console/page/archive/histogram-bars.ts';

const document = {
  times: ['2026-11-20T07:00:00.000Z', '2026-11-20T07:01:00.000Z', '2026-11-20T07:02:00.000Z'],
  types: [
    { type: 'Object Created', events: [1, 0, 5] },
    { type: 'Object Deleted', events: [2, 0, 1] },
  ],
  periodSeconds: 60,
  since: '2026-11-20T07:00:00.000Z',
  until: '2026-11-20T07:02:30.250Z',
};

describe('the bars of a histogram', () => {
  test('are of every type in each period', () => {
    expect(barsOf(document).map(({ total, byType }) => [total, ...byType])).toEqual([
      [3, 1, 2],
      [0, 0, 0],
      [6, 5, 1],
    ]);
  });

  test('are drawn to the end of the last period, of which only what is over can be chosen', () => {
    const fromMs = Date.parse(document.since);
    expect(groundOf(document)).toEqual({
      periodMs: 60_000,
      view: { fromMs, toMs: fromMs + 180_000 },
      endMs: Date.parse('2026-11-20T07:02:31.000Z'),
    });
  });

  test('are counted in a window', () => {
    const { view } = groundOf(document);
    expect(eventsIn(barsOf(document), view)).toBe(9);
    expect(eventsIn(barsOf(document), { ...view, fromMs: view.fromMs + 60_000 })).toBe(6);
  });
});

describe('an axis', () => {
  test.each([
    [0, 1],
    [1, 1],
    [3, 5],
    [57, 100],
    [100, 100],
    [101, 200],
    [1_999, 2_000],
  ])('of %i ends at %i', (most, end) => {
    expect(roundedUp(most)).toBe(end);
  });

  test('has room for what is on it, and is half full at least', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), (most) => {
        expect(roundedUp(most)).toBeGreaterThanOrEqual(most);
        expect(roundedUp(most)).toBeLessThanOrEqual(most * 2.5);
      }),
    );
  });

  test('has as many times as fit, in equal steps', () => {
    expect(ticksOf(60, 5)).toEqual([0, 12, 24, 36, 48]);
    expect(ticksOf(3, 5)).toEqual([0, 1, 2]);
    expect(ticksOf(61, 5)).toEqual([0, 13, 26, 39, 52]);
  });
});
