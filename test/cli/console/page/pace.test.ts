import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Pace } from '../../../../cli/console/page/pace.ts';

const taking = (ms: number, began: number[]) => async () => {
  began.push(performance.now());
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
};

describe('what is done again', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test.each([
    ['about once a second where it is quick', 10, undefined, [0, 1_010, 2_020]],
    ['so once it has used up what it had, where it takes longer', 300, undefined, [0, 7_800, 18_100]],
    ['after ten seconds at the latest, however long it takes', 2_000, undefined, [0, 12_000, 24_000]],
    ['as its own rest says', 10, (tookMs: number) => tookMs * 19, [0, 200, 400]],
  ])('is done %s', async (_, tookMs, rest, expected) => {
    const began: number[] = [];
    const start = performance.now();
    const pace = new Pace(taking(tookMs, began), rest);
    for (let ms = 0; began.length < 3; ms += 10) {
      pace.ask();
      await vi.advanceTimersByTimeAsync(10);
      expect(ms).toBeLessThan(30_000);
    }
    pace.stop();

    expect(began.map((at) => at - start)).toEqual(expected);
  });

  test('is done once for all that was asked while it rested, and not after it was stopped', async () => {
    const began: number[] = [];
    const pace = new Pace(taking(10, began));
    for (let asked = 0; asked < 5; asked++) pace.ask();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(began).toHaveLength(2);

    pace.ask();
    pace.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(began).toHaveLength(3);
  });
});
