import { afterEach, describe, expect, test } from 'vitest';
import { RuntimeClock, type Beat, type SavedTime } from '../../local/clock.ts';
import { FakeMachine } from './fake-machine.ts';

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

  test('reaches what is due in a year, and stands there at the next start', () => {
    const beats: Beat[] = [];
    const clock = newClock({ keep: (beat) => beats.push(beat) });
    const year = 365 * 86_400_000;
    const ran: string[] = [];
    clock.after(year, () => ran.push('a year later'));

    clock.advance(year);

    expect(ran).toEqual(['a year later']);
    expect(newClock({ saved: beats.at(-1) }).now() - Date.now()).toBeGreaterThanOrEqual(year - 1_000);
  });
});

const MINUTE = 60_000;
const DAY = 86_400_000;

/** A clock on a machine of the test's, and what it has kept. */
function running(machine: FakeMachine, saved?: SavedTime) {
  const beats: Beat[] = [];
  const clock = newClock({ saved, source: machine.source, keep: (beat) => beats.push(beat) });
  clock.beat();
  const began = clock.runningMs();
  return { clock, beats, passedMs: () => clock.runningMs() - began };
}

/** As the runtime beats. */
function run(machine: FakeMachine, clock: RuntimeClock, ms: number): void {
  for (let left = ms; left > 0; left -= 10_000) {
    machine.pass(Math.min(left, 10_000));
    clock.beat();
  }
}

describe('running time', () => {
  test('passes while the runtime runs, and when its clock is moved on', () => {
    const machine = new FakeMachine();
    const { clock, beats, passedMs } = running(machine);

    run(machine, clock, 10 * MINUTE);
    clock.advance(DAY);

    expect(passedMs()).toBe(10 * MINUTE + DAY);
    expect(beats.every(({ pausedMs }) => pausedMs === 0)).toBe(true);
  });

  test.each([
    ['a machine whose steady clock stands still in sleep', (machine: FakeMachine) => machine.leap(5 * DAY)],
    ['one whose goes on', (machine: FakeMachine) => machine.pass(5 * DAY)],
  ])('does not pass while the machine sleeps: %s', (_, sleep) => {
    const machine = new FakeMachine();
    const { clock, beats, passedMs } = running(machine);
    const before = clock.now();
    run(machine, clock, MINUTE);

    sleep(machine);
    clock.beat();

    expect(passedMs()).toBe(MINUTE);
    expect(clock.now() - before).toBe(5 * DAY + MINUTE);
    expect(beats.at(-1)?.pausedMs).toBe(5 * DAY);
  });

  test.each([
    [30_000, 30_000],
    [30_001, 0],
    [5 * DAY, 0],
  ])('over a restart, %i ms off count as %i', (offMs, countedMs) => {
    const machine = new FakeMachine();
    const first = running(machine);
    run(machine, first.clock, MINUTE);
    const saved = first.beats.at(-1)!;
    machine.pass(offMs);

    const second = running(machine, saved);

    expect(second.clock.runningMs() - saved.runningMs).toBe(countedMs);
    expect(second.beats.at(0)?.pausedMs).toBe(offMs - countedMs);
  });

  test('goes on when the clock is set back, and what waits is as far away as it was', () => {
    const machine = new FakeMachine();
    const { clock, beats, passedMs } = running(machine);
    const ran: string[] = [];
    const timerAt = clock.now() + MINUTE;
    clock.after(MINUTE, () => ran.push('a minute later'));

    machine.pass(10_000);
    machine.leap(-3 * DAY);
    const untilTheBeat = clock.now();
    clock.beat();

    expect(untilTheBeat).toBe(timerAt - 50_000);
    expect(clock.now()).toBe(timerAt - 50_000 - 3 * DAY);
    expect(beats.at(-1)?.setBackMs).toBe(3 * DAY);
    expect(passedMs()).toBe(10_000);
    expect(clock.nextDueMs()! - clock.now()).toBe(50_000);
  });

  test('a clock that was set back while the runtime was off is dealt with by the first beat', () => {
    const machine = new FakeMachine();
    const first = running(machine);
    machine.leap(-DAY);

    const second = running(machine, first.beats.at(-1));

    expect(second.beats[0]?.setBackMs).toBe(DAY);
    expect(second.clock.now()).toBe(first.beats[0]!.beatAtMs - DAY);
    expect(second.clock.runningMs()).toBe(first.clock.runningMs());
  });

  test('a clock that leaps ahead, and is set back while the runtime is dead before its next beat, was seen ahead', () => {
    const machine = new FakeMachine();
    const first = running(machine);
    machine.pass(2_000);
    machine.leap(60 * DAY);
    // what waits from now on, for half a minute, is kept with a time of the leapt clock
    const dueAt = first.clock.now() + 30_000;
    machine.pass(1_000);
    machine.leap(-60 * DAY);

    const second = running(machine, first.beats.at(-1));

    expect(second.beats[0]?.setBackMs).toBe(60 * DAY - 1_000);
    expect(dueAt - second.beats[0]!.setBackMs - second.clock.now()).toBe(30_000);
  });

  test('what came due while the machine slept runs at the next beat', async () => {
    const machine = new FakeMachine();
    const { clock } = running(machine);
    const ran = new Promise((resolve) => {
      clock.after(DAY, () => resolve('ran'));
    });

    machine.leap(2 * DAY);
    clock.beat();

    expect(await ran).toBe('ran');
  });

  test('a beat that cannot be kept changes nothing, and the next one makes up for it', () => {
    const machine = new FakeMachine();
    let isFull = true;
    const beats: Beat[] = [];
    const clock = newClock({
      source: machine.source,
      keep: (beat) => {
        if (isFull) throw new Error('disk full');
        beats.push(beat);
      },
    });
    machine.leap(-DAY);
    expect(() => clock.beat()).toThrow('disk full');

    isFull = false;
    clock.beat();

    expect(beats[0]?.setBackMs).toBe(DAY);
  });
});

test('a clock left alone runs what comes due in real time', async () => {
  const clock = newClock();
  const ran = await new Promise((resolve) => {
    clock.after(1, () => resolve('ran'));
  });

  expect(ran).toBe('ran');
});
