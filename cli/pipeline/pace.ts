import { pause } from '../../shared/pause.ts';

/** Keeps a rate, in things per second, over the whole of the work. */
export class Pace {
  readonly #perSecond: number;
  readonly #startedAtMs = performance.now();
  #started = 0;

  /** @param perSecond Infinity for as fast as it goes */
  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Resolves when so many more may begin, or as soon as the signal aborts. */
  async take(count: number, signal?: AbortSignal): Promise<void> {
    const dueAt = this.#startedAtMs + (this.#started / this.#perSecond) * 1_000;
    this.#started += count;
    const early = dueAt - performance.now();
    if (early > 0) await pause(early, signal);
  }
}
