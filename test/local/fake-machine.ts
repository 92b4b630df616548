import type { TimeSource } from '../../local/time/running-time.ts';

/** A machine's clocks, moved by a test. */
export class FakeMachine {
  readonly source: TimeSource;
  #wallMs: number;
  #steadyMs = 0;

  constructor(wallMs = Date.parse('2026-11-20T12:00:00Z')) {
    this.#wallMs = wallMs;
    this.source = { wallMs: () => this.#wallMs, steadyMs: () => this.#steadyMs };
  }

  /** Time passes, on both. */
  pass(ms: number): void {
    this.#wallMs += ms;
    this.#steadyMs += ms;
  }

  /** Somebody sets the clock, or it is read again after a sleep in which the steady one stood still. */
  leap(ms: number): void {
    this.#wallMs += ms;
  }
}
