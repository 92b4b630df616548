import { assert, date, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { periodsOf } from '../../../cli/archive/periods.ts';

const SEED = 20261120;
const at = (time: string) => new Date(`2026-11-${time}Z`);

describe('periods', () => {
  test.each([
    ['20T11:00:00', '20T12:00:00', 30, 120, 30, '20T11:00:00'],
    ['20T11:00:00', '20T12:00:00', 29, 300, 12, '20T11:00:00'],
    ['20T11:00:01', '20T12:00:00.001', 30, 300, 13, '20T11:00:00'],
    ['20T11:07:00', '20T11:07:05', 5, 1, 5, '20T11:07:00'],
    ['13T12:00:00', '20T12:00:00', 30, 21_600, 28, '13T12:00:00'],
    ['13T11:00:00', '20T12:00:00', 30, 21_600, 29, '13T06:00:00'],
  ])('from %s to %s, at most %d, are of %d s', (since, until, most, seconds, count, first) => {
    const periods = periodsOf({ since: at(since), until: at(until), most });

    expect(periods.seconds).toBe(seconds);
    expect(periods.starts).toHaveLength(count);
    expect(periods.starts[0]).toEqual(at(first));
  });

  test('are no shorter than is asked for', () => {
    const hour = { since: at('20T11:00:00'), until: at('20T12:00:00'), most: 1_000 };

    expect(periodsOf(hour).seconds).toBe(5);
    expect(periodsOf({ ...hour, leastSeconds: 300 }).seconds).toBe(300);
  });

  test('cover any time without a gap, are as many as may be, and the next shorter ones would be more', () => {
    const moments = date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
    assert(
      property(moments, moments, integer({ min: 2, max: 1_000 }), (one, other, most) => {
        const [since, until] = one < other ? [one, other] : [other, new Date(one.getTime() + 1)];
        const { seconds, starts } = periodsOf({ since, until, most });
        const times = starts.map((start) => start.getTime());
        const last = times.at(-1)!;

        expect(starts.length).toBeLessThanOrEqual(most);
        expect(times[0]!).toBeLessThanOrEqual(since.getTime());
        expect(times[0]!).toBeGreaterThan(since.getTime() - seconds * 1_000);
        expect([last < until.getTime(), last + seconds * 1_000 >= until.getTime()]).toEqual([true, true]);
        expect(
          new Set(times.slice(1).map((time, index) => time - times[index]!)).difference(
            new Set([seconds * 1_000]),
          ).size,
        ).toBe(0);
      }),
      { seed: SEED },
    );
  });
});
