import type { Cancel, Clock } from '../../../local/clock.ts';

interface Timer {
  readonly dueMs: number;
  /** Timers of one instant keep their order. */
  readonly order: number;
  callback: (() => void) | undefined;
}

/** A clock that stands still until it is told to run the next callback: a day of waiting takes no time. */
export class VirtualClock implements Clock {
  #nowMs: number;
  #made = 0;
  /** A binary heap, the earliest first. */
  #timers: Timer[] = [];

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  now(): number {
    return this.#nowMs;
  }

  runningMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): Cancel {
    const timer: Timer = { dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#made++, callback };
    this.#timers.push(timer);
    this.#rise(this.#timers.length - 1);
    return () => {
      timer.callback = undefined;
    };
  }

  /** When the next callback is due; undefined when nothing waits. */
  nextDueMs(): number | undefined {
    while (this.#timers.length > 0 && this.#timers[0]!.callback === undefined) this.#takeFirst();
    return this.#timers[0]?.dueMs;
  }

  /** Moves on to the next callback that is due by then, and runs it. @returns whether there was one */
  runNext(untilMs: number): boolean {
    const dueMs = this.nextDueMs();
    if (dueMs === undefined || dueMs > untilMs) return false;
    const { callback } = this.#takeFirst();
    this.#nowMs = Math.max(this.#nowMs, dueMs);
    callback?.();
    return true;
  }

  /** Moves on without running what comes due on the way: it is late then. */
  leap(ms: number): void {
    this.#nowMs += ms;
  }

  /** Forgets every callback, as the end of a process does. */
  clear(): void {
    this.#timers = [];
  }

  #takeFirst(): Timer {
    const first = this.#timers[0]!;
    const last = this.#timers.pop()!;
    if (this.#timers.length > 0) {
      this.#timers[0] = last;
      this.#sink();
    }
    return first;
  }

  #rise(from: number): void {
    const timers = this.#timers;
    for (let at = from; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!isBefore(timers[at]!, timers[parent]!)) return;
      [timers[at], timers[parent]] = [timers[parent]!, timers[at]!];
      at = parent;
    }
  }

  #sink(): void {
    const timers = this.#timers;
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < timers.length && isBefore(timers[left]!, timers[least]!)) least = left;
      if (right < timers.length && isBefore(timers[right]!, timers[least]!)) least = right;
      if (least === at) return;
      [timers[at], timers[least]] = [timers[least]!, timers[at]!];
      at = least;
    }
  }
}

const isBefore = (left: Timer, right: Timer): boolean =>
  left.dueMs < right.dueMs || (left.dueMs === right.dueMs && left.order < right.order);
