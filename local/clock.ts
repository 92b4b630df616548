/** Takes back a callback that has not run yet; harmless afterwards. */
export type Cancel = () => void;

/**
 * The one source of time in the local runtime. Visibility, backoff, windows, retries, retention, TTL and replay
 * read it and wait on it; nothing else calls `Date.now` or `setTimeout` to do so. That is what lets a test move
 * four days forward without sleeping.
 */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `callback` once, no earlier than `delayMs` from now. */
  after(delayMs: number, callback: () => void): Cancel;
}

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

// setTimeout takes 31 bits; a longer wait is taken in stretches
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** Real time plus an offset that only grows: `advance` moves it on, and runs on the way what has come due. */
export class RuntimeClock implements Clock {
  #offsetMs: number;
  #timers: Timer[] = [];
  #wakeUp: NodeJS.Timeout | undefined;
  readonly #saveOffset: (offsetMs: number) => void;

  /** @param saveOffset keeps the offset, so that time does not run backwards over a restart */
  constructor(offsetMs = 0, saveOffset: (offsetMs: number) => void = () => {}) {
    this.#offsetMs = offsetMs;
    this.#saveOffset = saveOffset;
  }

  now(): number {
    return Date.now() + this.#offsetMs;
  }

  after(delayMs: number, callback: () => void): Cancel {
    const timer = { dueMs: this.now() + Math.max(0, delayMs), callback };
    // timers of one instant keep their order: insert behind the equal ones
    const index = this.#timers.findLastIndex((other) => other.dueMs <= timer.dueMs) + 1;
    this.#timers.splice(index, 0, timer);
    if (index === 0) this.#schedule();
    return () => {
      const at = this.#timers.indexOf(timer);
      if (at === -1) return;
      this.#timers.splice(at, 1);
      if (at === 0) this.#schedule();
    };
  }

  /** When the next callback is due, in milliseconds since 1970; `undefined` when nothing waits. */
  nextDueMs(): number | undefined {
    return this.#timers[0]?.dueMs;
  }

  /** Moves the clock on by `ms`, running every callback that comes due on the way, each at its own time. */
  advance(ms: number): void {
    const targetMs = this.now() + ms;
    for (let next = this.#timers[0]; next !== undefined && next.dueMs <= targetMs; next = this.#timers[0]) {
      this.#moveTo(next.dueMs);
      this.#timers.shift();
      next.callback();
    }
    this.#moveTo(targetMs);
    this.#saveOffset(this.#offsetMs);
    this.#schedule();
  }

  /** Drops every callback: for `stop`. */
  stop(): void {
    this.#timers = [];
    clearTimeout(this.#wakeUp);
  }

  #moveTo(timeMs: number): void {
    this.#offsetMs += Math.max(0, timeMs - this.now());
  }

  #schedule(): void {
    clearTimeout(this.#wakeUp);
    const next = this.#timers[0];
    if (next === undefined) return;
    const waitMs = Math.min(Math.max(0, next.dueMs - this.now()), LONGEST_TIMEOUT_MS);
    this.#wakeUp = setTimeout(() => this.#runDue(), waitMs);
  }

  #runDue(): void {
    const nowMs = this.now();
    for (let next = this.#timers[0]; next !== undefined && next.dueMs <= nowMs; next = this.#timers[0]) {
      this.#timers.shift();
      next.callback();
    }
    this.#schedule();
  }
}
