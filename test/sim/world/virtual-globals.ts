import type { VirtualClock } from './virtual-clock.ts';

/** What the sources of the project take from the machine by themselves. */
interface Globals {
  setTimeout: unknown;
  clearTimeout: unknown;
  setImmediate: unknown;
  clearImmediate: unknown;
  Date: unknown;
}

const machine = globalThis as unknown as Globals;
const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setImmediate: globalThis.setImmediate,
  clearImmediate: globalThis.clearImmediate,
  Date: globalThis.Date,
  random: Math.random,
  consoleError: console.error,
  environment: process.env,
};

interface Immediate {
  callback: (() => void) | undefined;
}

/**
 * Time, chance and the order of turns, taken from the machine and given to the simulation: functions and the local services
 * call `setTimeout`, `setImmediate`, `Date` and `Math.random` as ever. One at a time in a thread.
 */
export class VirtualGlobals implements Disposable {
  #immediates: Immediate[] = [];
  /** Lines that the local services have printed. */
  lines = 0;

  /** @param skewMs how far the clock of the one who asks is off @param random for whoever asks `Math.random` @param environment beside the machine's */
  constructor(
    clock: VirtualClock,
    {
      skewMs,
      random,
      environment,
    }: { skewMs: () => number; random: () => number; environment: NodeJS.ProcessEnv },
  ) {
    machine.setTimeout = (callback: () => void, delayMs = 0) => ({
      cancel: clock.after(delayMs, callback),
      unref: () => {},
    });
    machine.clearTimeout = (timer: { cancel?: () => void } | undefined) => timer?.cancel?.();
    machine.setImmediate = (callback: () => void): Immediate => {
      const immediate = { callback };
      this.#immediates.push(immediate);
      return immediate;
    };
    machine.clearImmediate = (immediate: Immediate | undefined) => {
      if (immediate !== undefined) immediate.callback = undefined;
    };
    machine.Date = class extends real.Date {
      constructor(...values: [] | [number | string | Date]) {
        if (values.length === 0) super(clock.now() + skewMs());
        else super(values[0]);
      }

      static override now(): number {
        return clock.now() + skewMs();
      }
    };
    Math.random = random;
    // a copy in plain JavaScript: loggers read a dozen variables for each event
    process.env = { ...real.environment, ...environment };
    console.error = () => {
      this.lines++;
    };
  }

  /** Runs every turn that waits, and those that follow from it, until nobody has anything more to do at this instant. */
  async settle(): Promise<void> {
    for (;;) {
      // what the handlers wait for in memory: promises, streams
      await new Promise((resolve) => {
        real.setImmediate(resolve);
      });
      const waiting = this.#immediates;
      if (waiting.length === 0) return;
      this.#immediates = [];
      for (const { callback } of waiting) callback?.();
    }
  }

  /** Forgets every turn that waits, as the end of a process does. */
  clear(): void {
    this.#immediates = [];
  }

  [Symbol.dispose](): void {
    Object.assign(machine, {
      setTimeout: real.setTimeout,
      clearTimeout: real.clearTimeout,
      setImmediate: real.setImmediate,
      clearImmediate: real.clearImmediate,
      Date: real.Date,
    });
    Math.random = real.random;
    process.env = real.environment;
    console.error = real.consoleError;
  }
}
