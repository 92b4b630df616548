import type { Cancel, Clock } from './clock.ts';

// when a step fails, the disk is full or the like: looking again at once would only heat the machine
const AFTER_FAILURE_MS = 1_000;

/** Calls a step again and again: at once while it has work, later when it says when, and else when it is woken. */
export class Pump {
  readonly #clock: Clock;
  readonly #step: () => number | undefined;
  readonly #onError: (error: unknown) => void;
  #running = false;
  #soon: NodeJS.Immediate | undefined;
  #later: Cancel | undefined;

  /** @param step does one portion of work; returns when to be called next, in milliseconds since 1970 */
  constructor(clock: Clock, step: () => number | undefined, onError: (error: unknown) => void) {
    this.#clock = clock;
    this.#step = step;
    this.#onError = onError;
  }

  start(): void {
    this.#running = true;
    this.wake();
  }

  stop(): void {
    this.#running = false;
    clearImmediate(this.#soon);
    this.#soon = undefined;
    this.#later?.();
  }

  /** There may be work now. */
  wake(): void {
    if (!this.#running || this.#soon !== undefined) return;
    this.#later?.();
    this.#later = undefined;
    // not in the caller's turn: requests come first, and many wakings make one step
    this.#soon = setImmediate(() => this.#run());
  }

  #run(): void {
    this.#soon = undefined;
    let nextMs: number | undefined;
    try {
      nextMs = this.#step();
    } catch (error) {
      this.#onError(error);
      nextMs = this.#clock.now() + AFTER_FAILURE_MS;
    }
    if (nextMs === undefined || this.#soon !== undefined || !this.#running) return;
    const waitMs = nextMs - this.#clock.now();
    if (waitMs <= 0) this.wake();
    else this.#later = this.#clock.after(waitMs, () => this.wake());
  }
}
