import { LONGEST_PAUSE_MS, RunningTime, THIS_MACHINE, type TimeSource } from './time/running-time.ts';

/** Takes back a callback that has not run yet; harmless afterwards. */
export type Cancel = () => void;

/**
 * The one source of time in the local runtime. Visibility, backoff, windows, retries, retention, TTL and replay
 * read it and wait on it; nothing else calls `Date.now` or `setTimeout` to do so. That is what lets a test move
 * four days forward without sleeping.
 */
export interface Clock {
  /** Milliseconds since 1970: when something happened, and when it is due. */
  now(): number;
  /**
   * Milliseconds of running time: how old something is. Time in which the runtime was off, or its machine asleep, is not
   * in it. It began at `now()` of the data folder's first start, so that only differences mean something.
   */
  runningMs(): number;
  /** Runs `callback` once, no earlier than `delayMs` from now. */
  after(delayMs: number, callback: () => void): Cancel;
}

/** Where a clock stands, for the next start to go on from. */
export interface SavedTime {
  /** How far it has been moved on, ahead of the machine's own. */
  readonly offsetMs: number;
  readonly runningMs: number;
  /** What `now()` was. */
  readonly beatAtMs: number;
}

/** What a clock has to tell every few seconds. */
export interface Beat extends SavedTime {
  /** How much of the time since the last beat does not count as running; 0 as a rule. */
  readonly pausedMs: number;
  /** How far the machine's clock has been set back since the last beat; 0 as a rule. */
  readonly setBackMs: number;
}

export interface ClockOptions {
  /** @default a clock that begins now */
  readonly saved?: SavedTime | undefined;
  /** Keeps a beat, and moves by `setBackMs` the deadlines that others keep. */
  readonly keep?: (beat: Beat) => void;
  /** @default the machine's own */
  readonly source?: TimeSource;
}

interface Timer {
  dueMs: number;
  readonly callback: () => void;
}

// setTimeout takes 31 bits; a longer wait is taken in stretches
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

// well under the pause that is not counted; a small transaction that is not forced to the disk costs nothing so often
const BEAT_MS = 10_000;

/** Smaller steps than this are how a machine corrects its clock all day. */
const LEAP_MS = 1_000;

/** Real time plus an offset that only grows: `advance` moves it on, and runs on the way what has come due. */
export class RuntimeClock implements Clock {
  readonly #source: TimeSource;
  readonly #keep: (beat: Beat) => void;
  readonly #running: RunningTime;
  #offsetMs: number;
  /** What the machine's two clocks showed at the last beat. */
  #seen: { readonly wallMs: number; readonly steadyMs: number };
  #lastBeat: SavedTime;
  #timers: Timer[] = [];
  #wakeUp: NodeJS.Timeout | undefined;
  #beating: NodeJS.Timeout | undefined;
  #setBackMs = 0;
  #onSetBack: () => void = () => {};
  #onError: (error: unknown) => void = (error) => {
    throw error;
  };

  constructor({ saved, keep = () => {}, source = THIS_MACHINE }: ClockOptions = {}) {
    this.#source = source;
    this.#keep = keep;
    this.#offsetMs = saved?.offsetMs ?? 0;
    const nowMs = source.wallMs() + this.#offsetMs;
    this.#lastBeat = saved ?? { offsetMs: 0, runningMs: nowMs, beatAtMs: nowMs };
    const { runningMs, beatAtMs } = this.#lastBeat;
    const offMs = nowMs - beatAtMs;
    this.#running = new RunningTime(runningMs + (offMs > 0 && offMs <= LONGEST_PAUSE_MS ? offMs : 0), source);
    // set back while the runtime was off: as if it happened just now, so that the first beat deals with it
    this.#seen = {
      wallMs: Math.max(source.wallMs(), beatAtMs - this.#offsetMs),
      steadyMs: source.steadyMs(),
    };
  }

  /**
   * Never less than before, until the next beat: only a beat can tell others that the machine's clock was set back. A leap ahead is
   * kept before anybody reckons with it, so that a start after it has been taken back knows what to take back.
   */
  now(): number {
    if (this.#source.wallMs() - this.#expectedWallMs() >= LEAP_MS) this.#tryToBeat();
    return Math.max(this.#source.wallMs(), this.#expectedWallMs()) + this.#offsetMs;
  }

  runningMs(): number {
    return this.#running.read();
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
    this.beat();
  }

  /** Beats at once, and every ten seconds from now on until `stop`. @param onError is called each time that a beat cannot be kept */
  startBeating(onError: (error: unknown) => void): void {
    this.beat();
    this.#onError = onError;
    this.#beating = setInterval(() => this.#tryToBeat(), BEAT_MS);
    this.#beating.unref();
  }

  /** Keeps where the clock stands, and follows the machine's own where that has leapt. */
  beat(): void {
    const seen = { wallMs: this.#source.wallMs(), steadyMs: this.#source.steadyMs() };
    const missingMs = this.#expectedWallMs() - seen.wallMs;
    const setBackMs = missingMs >= LEAP_MS ? missingMs : 0;
    const saved = {
      offsetMs: this.#offsetMs,
      runningMs: this.runningMs(),
      beatAtMs: seen.wallMs + this.#offsetMs,
    };
    const last = this.#lastBeat;
    const elapsedMs = saved.beatAtMs + setBackMs - last.beatAtMs;
    const pausedMs = elapsedMs - (saved.runningMs - last.runningMs);
    this.#keep({ ...saved, setBackMs, pausedMs: pausedMs >= LEAP_MS ? pausedMs : 0 });
    this.#lastBeat = saved;
    this.#seen = seen;
    for (const timer of this.#timers) timer.dueMs -= setBackMs;
    this.#setBackMs += setBackMs;
    if (setBackMs > 0) this.#onSetBack();
    // the machine may have slept, and setTimeout with it
    this.#schedule();
  }

  /** By how much the machine's clock has been set back since this one began: who keeps a deadline of its own takes it off. */
  get setBackMs(): number {
    return this.#setBackMs;
  }

  /** Calls `listener` when the machine's clock was set back, and all deadlines have been moved with it. One listener. */
  onSetBack(listener: () => void): void {
    this.#onSetBack = listener;
  }

  /** Drops every callback: for `stop`. */
  stop(): void {
    this.#timers = [];
    clearTimeout(this.#wakeUp);
    clearInterval(this.#beating);
  }

  #tryToBeat(): void {
    try {
      this.beat();
    } catch (error) {
      this.#onError(error);
    }
  }

  #expectedWallMs(): number {
    const { wallMs, steadyMs } = this.#seen;
    return Math.floor(wallMs + this.#source.steadyMs() - steadyMs);
  }

  #moveTo(timeMs: number): void {
    const ms = Math.max(0, timeMs - this.now());
    this.#offsetMs += ms;
    this.#running.add(ms);
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
