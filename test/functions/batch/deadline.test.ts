import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Deadline, OutOfTimeError } from '../../../functions/batch/deadline.ts';

/** A function's clock that follows the fake timers. */
function remainingFrom(totalMs: number): () => number {
  const end = Date.now() + totalMs;
  return () => end - Date.now();
}

const never = (): Promise<string> => new Promise(() => {});

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('Deadline', () => {
  test('gives the result of work that is done in time', async () => {
    using deadline = new Deadline(remainingFrom(30_000), 2_000);

    await expect(deadline.race(async () => 'done')).resolves.toBe('done');
  });

  test('passes on the error of work that fails in time', async () => {
    using deadline = new Deadline(remainingFrom(30_000), 2_000);

    await expect(deadline.race(() => Promise.reject(new TypeError('no')))).rejects.toThrow(TypeError);
  });

  test('abandons work that hangs, and aborts its signal, when only the reserve is left', async () => {
    using deadline = new Deadline(remainingFrom(30_000), 2_000);
    const result = deadline.race(never).catch((error: unknown) => error);

    await vi.advanceTimersByTimeAsync(27_999);
    expect(deadline.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);

    expect(await result).toBeInstanceOf(OutOfTimeError);
    expect(deadline.signal.aborted).toBe(true);
  });

  test('does not begin work when only the reserve is left', async () => {
    using deadline = new Deadline(remainingFrom(30_000), 2_000);
    const work = vi.fn<() => Promise<string>>(never);
    // The clock moves while no timer can fire, as under work that never yields.
    vi.setSystemTime(Date.now() + 28_000);

    await expect(deadline.race(work)).rejects.toThrow(/not begun/);
    expect(work).not.toHaveBeenCalled();
  });

  test('does not begin work once it has aborted, whatever the clock says then', async () => {
    using deadline = new Deadline(() => 30_000, 2_000);
    await vi.advanceTimersByTimeAsync(28_000);

    await expect(deadline.race(async () => 'done')).rejects.toThrow(/not begun/);
  });

  test('keeps no more than a quarter of a short time in reserve', async () => {
    using deadline = new Deadline(remainingFrom(1_000), 2_000);

    await vi.advanceTimersByTimeAsync(749);
    expect(deadline.isPast).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(deadline.isPast).toBe(true);
  });

  test('leaves no timer behind that would keep the process awake', () => {
    {
      using deadline = new Deadline(remainingFrom(30_000), 2_000);
      expect(deadline.isPast).toBe(false);
    }

    expect(vi.getTimerCount()).toBe(0);
  });
});
