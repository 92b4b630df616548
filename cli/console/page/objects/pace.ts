/** Looking again leaves the pipeline its time: about once a second at most, and longer after what took long. */
export const restAfter = (tookMs: number): number => Math.max(1_000, tookMs * 8);

/** Does something again when it is told to, one at a time and with a rest in between; nothing that is told is forgotten. */
export class Pace {
  readonly #work: (signal: AbortSignal) => Promise<void>;
  readonly #stop = new AbortController();
  #isWanted = false;
  #isBusy = false;

  /** @param work must not reject */
  constructor(work: (signal: AbortSignal) => Promise<void>) {
    this.#work = work;
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
      const restMs = restAfter(performance.now() - begun);
      await new Promise((resolve) => {
        setTimeout(resolve, restMs);
      });
    }
    this.#isBusy = false;
  }
}
