import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  inPeriods,
  momentAt,
  secondText,
  shareOf,
  windowOf,
  zoomedOut,
} from '../../../../../cli/console/page/archive/time-window.ts';

const aWindow = fc
  .tuple(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 1_000, max: 1e11 }))
  .map(([fromMs, width]) => ({ fromMs, toMs: fromMs + width }));

describe('a window of time', () => {
  test('in an address is read as it was written', () => {
    fc.assert(
      fc.property(aWindow, ({ fromMs, toMs }) => {
        const [from, to] = [secondText(fromMs), secondText(toMs)];
        expect(windowOf(from, to)).toEqual({ fromMs: Date.parse(from), toMs: Date.parse(to) });
        expect(fromMs - Date.parse(from)).toBeLessThan(1_000);
      }),
    );
  });

  test.each([
    [null, null],
    ['2026-11-20T07:00:00Z', null],
    ['yesterday', '2026-11-20T07:00:00Z'],
    ['2026-11-20T07:00:00Z', '2026-11-20T07:00:00Z'],
    ['2026-11-20T08:00:00Z', '2026-11-20T07:00:00Z'],
  ])('from %j to %j is none', (since, until) => {
    expect(windowOf(since, until)).toBeUndefined();
  });

  test('has a moment for every share of it, and back', () => {
    fc.assert(
      fc.property(aWindow, fc.double({ min: -1, max: 2, noNaN: true }), (window, share) => {
        const ms = momentAt(share, window);
        expect(ms).toBeGreaterThanOrEqual(window.fromMs);
        expect(ms).toBeLessThanOrEqual(window.toMs);
        expect(momentAt(shareOf(ms, window), window)).toBe(ms);
      }),
    );
  });

  test('in periods holds what of it lies in the view', () => {
    fc.assert(
      fc.property(aWindow, fc.nat(59), fc.nat(59), (window, one, other) => {
        const periodMs = 60_000;
        const view = { fromMs: 0, toMs: 60 * periodMs };
        const within = {
          fromMs: Math.min(one, other) * periodMs + (window.fromMs % periodMs),
          toMs: Math.max(one, other) * periodMs + (window.toMs % periodMs),
        };
        if (within.fromMs >= within.toMs) return;
        const { fromMs, toMs } = inPeriods(within, periodMs, view);
        expect([fromMs % periodMs, toMs % periodMs]).toEqual([0, 0]);
        expect(fromMs).toBeLessThanOrEqual(within.fromMs);
        expect(toMs).toBeGreaterThanOrEqual(within.toMs);
        expect(inPeriods({ fromMs, toMs }, periodMs, view)).toEqual({ fromMs, toMs });
      }),
    );
  });

  test('zoomed out is three times as wide, and ends now at the latest', () => {
    expect(zoomedOut({ fromMs: 100, toMs: 200 }, 10_000)).toEqual({ fromMs: 0, toMs: 300 });
    expect(zoomedOut({ fromMs: 100, toMs: 200 }, 210)).toEqual({ fromMs: 0, toMs: 210 });
  });
});
