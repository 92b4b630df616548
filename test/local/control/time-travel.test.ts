import { afterEach, describe, expect, test } from 'vitest';
import { RuntimeClock } from '../../../local/clock.ts';
import { TimeTravel } from '../../../local/control/time-travel.ts';
import { FakeMachine } from '../fake-machine.ts';

const DAY = 86_400_000;
const clocks: RuntimeClock[] = [];

afterEach(() => {
  for (const clock of clocks.splice(0)) clock.stop();
});

/** A clock whose machine's was set back by this, which no beat has seen yet, and what moves it on. */
function afterSetBack(isDrained: () => boolean, ms: number) {
  const machine = new FakeMachine();
  const clock = new RuntimeClock({ source: machine.source });
  clocks.push(clock);
  const travel = new TimeTravel(clock, { isBusy: () => false, isDrained });
  machine.leap(-ms);
  return { clock, travel };
}

describe('a clock that is moved on after its machine’s was set back', () => {
  test('moves on by as much as was asked, and runs nothing that waits for longer', async () => {
    const { clock, travel } = afterSetBack(() => false, 15 * DAY);
    const ran: string[] = [];
    clock.after(50_000, () => ran.push('in time'));
    clock.after(DAY, () => ran.push('much later'));
    const began = clock.runningMs();

    await travel.advance(60_000);

    expect(ran).toEqual(['in time']);
    expect(clock.runningMs() - began).toBe(60_000);
  });

  test('waits no longer for what it drains than it was told to', async () => {
    const { clock, travel } = afterSetBack(() => false, 15 * DAY);
    const ran: string[] = [];
    clock.after(50_000, () => ran.push('in time'));
    clock.after(2 * DAY, () => ran.push('much later'));

    await expect(travel.drain(DAY)).rejects.toThrow(/^not drained after 86400000 ms/);

    expect(ran).toEqual(['in time']);
  });
});
