import { afterEach, describe, expect, test } from 'vitest';
import { RuntimeClock } from '../../local/clock.ts';

const clocks: RuntimeClock[] = [];
const newClock = (...options: ConstructorParameters<typeof RuntimeClock>): RuntimeClock => {
  const clock = new RuntimeClock(...options);
  clocks.push(clock);
  return clock;
};

afterEach(() => {
  for (const clock of clocks.splice(0)) clock.stop();
});

describe('a clock that is moved on', () => {
  test('runs what has come due, in order, each at its own time', () => {
    const clock = newClock();
    const began = clock.now();
    const ran: [string, number][] = [];
    const run = (name: string) => () => void ran.push([name, Math.round((clock.now() - began) / 100)]);
    clock.after(2_000, run('second'));
    clock.after(1_000, run('first'));
    clock.after(2_000, run('second too'));
    clock.after(9_000, run('never'));

    clock.advance(3_000);

    expect(ran).toEqual([
      ['first', 10],
      ['second', 20],
      ['second too', 20],
    ]);
  });

  test('runs what is scheduled on the way', () => {
    const clock = newClock();
    const ran: string[] = [];
    clock.after(1_000, () => {
      ran.push('first');
      clock.after(1_000, () => ran.push('second'));
    });

    clock.advance(2_500);

    expect(ran).toEqual(['first', 'second']);
  });

  test('does not run what was taken back', () => {
    const clock = newClock();
    const ran: string[] = [];
    const cancel = clock.after(1_000, () => ran.push('cancelled'));
    cancel();
    cancel();
    clock.advance(2_000);

    expect(ran).toEqual([]);
    expect(clock.nextDueMs()).toBeUndefined();
  });

  test('reaches what is due in a year, and keeps its offset for the next start', () => {
    const saved: number[] = [];
    const clock = newClock(0, (offsetMs) => saved.push(offsetMs));
    const year = 365 * 86_400_000;
    const ran: string[] = [];
    clock.after(year, () => ran.push('a year later'));

    clock.advance(year);

    expect(ran).toEqual(['a year later']);
    expect(newClock(saved.at(-1)).now() - Date.now()).toBeGreaterThanOrEqual(year - 1_000);
  });
});

test('a clock left alone runs what comes due in real time', async () => {
  const clock = newClock();
  const ran = await new Promise((resolve) => {
    clock.after(1, () => resolve('ran'));
  });

  expect(ran).toBe('ran');
});
