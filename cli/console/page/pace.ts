/** The part of the time that one thing may take which is done again and again: the pipeline beside it needs the machine. */
const SHARE = 1 / 50;
/** What was left over is kept up to so much, so that who has just done something sees at once what becomes of it. */
const MOST_KEPT_MS = 150;
const LEAST_REST_MS = 1_000;
/** However long it takes, it is done again after so long. */
const MOST_REST_MS = 10_000;

/** The time that one thing has which is done again and again. */
export class Allowance {
  #leftMs = MOST_KEPT_MS;
  #since = performance.now();

  /** The milliseconds to rest after it has taken so many: a second, and more once the allowance is used up. */
  restAfter(tookMs: number): number {
    const now = performance.now();
    const had = Math.min(MOST_KEPT_MS, this.#leftMs + (now - this.#since) * SHARE);
    this.#since = now;
    this.#leftMs = Math.max(-MOST_REST_MS * SHARE, had - tookMs);
    return Math.max(LEAST_REST_MS, -this.#leftMs / SHARE);
  }
}

/** Does something again when it is told to, one at a time and with a rest in between; nothing that is told is forgotten. */
export class Pace {
  readonly #work: (signal: AbortSignal) => Promise<void>;
  readonly #rest: (tookMs: number) => number;
  readonly #stop = new AbortController();
  #isWanted = false;
  #isBusy = false;

  /** @param work must not reject @param rest gives the milliseconds to rest after work that took so many */
  constructor(work: (signal: AbortSignal) => Promise<void>, rest?: (tookMs: number) => number) {
    const allowance = new Allowance();
    this.#work = work;
    this.#rest = rest ?? ((tookMs) => allowance.restAfter(tookMs));
  }

  ask(): void {
    this.#isWanted = true;
    if (!this.#isBusy) void this.#run();
  }

  stop(): void {
    this.#stop.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    this.#isBusy = true;
    while (this.#isWanted && !signal.aborted) {
      this.#isWanted = false;
      const begun = performance.now();
      await this.#work(signal);
      const restMs = this.#rest(performance.now() - begun);
      await new Promise((resolve) => {
        setTimeout(resolve, restMs);
      });
    }
    this.#isBusy = false;
  }
}
