/** The two clocks of a machine. */
export interface TimeSource {
  /** Milliseconds since 1970. Leaps when the machine has slept, or when somebody sets it, also backwards. */
  readonly wallMs: () => number;
  /** Never set, and never backwards. Whether it goes on in sleep differs from system to system. */
  readonly steadyMs: () => number;
}

export const THIS_MACHINE: TimeSource = {
  wallMs: () => Date.now(),
  steadyMs: () => performance.now(),
};

/** Between two looks at the clock: a runtime that has not looked for longer was off, or its machine asleep. */
export const LONGEST_PAUSE_MS = 30_000;

/**
 * Counts the time in which the runtime runs: what it removes after a time, it removes after so much of this one. A pause
 * of more than 30 s is not counted, so that nothing grows old while nobody could have worked on it.
 */
export class RunningTime {
  readonly #steadyMs: () => number;
  #countedMs: number;
  #lookedAtMs: number;

  constructor(countedMs: number, { steadyMs }: TimeSource) {
    this.#countedMs = countedMs;
    this.#steadyMs = steadyMs;
    this.#lookedAtMs = steadyMs();
  }

  /** Whole milliseconds. Each reading is a look at the clock. */
  read(): number {
    const nowMs = this.#steadyMs();
    const elapsedMs = nowMs - this.#lookedAtMs;
    if (elapsedMs <= LONGEST_PAUSE_MS) this.#countedMs += elapsedMs;
    this.#lookedAtMs = nowMs;
    return Math.floor(this.#countedMs);
  }

  /** Time that is waited for by moving the clock on counts. */
  add(ms: number): void {
    this.#countedMs += ms;
  }
}
