/** Looking again leaves the pipeline its time: once a second at most, a twentieth of the time, and yet every ten seconds. */
export const restAfter = (tookMs: number): number => Math.min(10_000, Math.max(1_000, tookMs * 19));

/** Does something again when it is told to, one at a time and with a rest in between; nothing that is told is forgotten. */
export class Pace {
  readonly #work: (signal: AbortSignal) => Promise<void>;
  readonly #rest: (tookMs: number) => number;
  readonly #stop = new AbortController();
  #isWanted = false;
  #isBusy = false;

  /** @param work must not reject @param rest gives the milliseconds to rest after work that took so many */
  constructor(work: (signal: AbortSignal) => Promise<void>, rest = restAfter) {
    this.#work = work;
    this.#rest = rest;
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
