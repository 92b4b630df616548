import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Pace } from '../../../cli/pipeline/pace.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a pace', () => {
  test('of 20 a second lets tens begin at 0, 0.5 and 1 s', async () => {
    const pace = new Pace(20);
    const begun: number[] = [];
    const startedAt = performance.now();
    const work = (async () => {
      for (let n = 0; n < 3; n++) {
        await pace.take(10);
        begun.push(performance.now() - startedAt);
      }
    })();

    await vi.advanceTimersByTimeAsync(2_000);
    await work;

    expect(begun).toEqual([0, 500, 1_000]);
  });

  test('makes up for work that was slow, over the whole', async () => {
    const pace = new Pace(10);
    await pace.take(10);
    await vi.advanceTimersByTimeAsync(5_000);
    const before = performance.now();

    await pace.take(10);
    await pace.take(10);

    expect(performance.now()).toBe(before);
  });

  test('without a limit never waits, and an interruption ends a wait', async () => {
    const [free, slow] = [new Pace(Infinity), new Pace(0.001)];

    await free.take(1e9);
    await free.take(1);
    await slow.take(1);
    await slow.take(1, AbortSignal.abort());

    expect(vi.getTimerCount()).toBe(0);
  });
});
