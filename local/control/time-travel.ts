import { pause } from '../../shared/pause.ts';
import { AwsError } from '../protocols/aws-error.ts';
import type { RuntimeClock } from '../clock.ts';
import type { Workload } from './workload.ts';

// real time: how often to look whether child processes have finished
const LOOK_AGAIN_MS = 2;

/**
 * Moves the runtime's clock on, from one thing that waits to the next, letting the work that each sets off finish
 * in between: an hour of retries takes as long as the retried work itself.
 */
export class TimeTravel {
  readonly #clock: RuntimeClock;
  readonly #workload: Pick<Workload, 'isBusy' | 'isDrained'>;

  constructor(clock: RuntimeClock, workload: Pick<Workload, 'isBusy' | 'isDrained'>) {
    this.#clock = clock;
    this.#workload = workload;
  }

  /** Moves the clock on by `ms`. */
  async advance(ms: number): Promise<void> {
    const target = this.#deadline(ms);
    for (;;) {
      await this.#settle();
      const targetMs = target();
      const nowMs = this.#clock.now();
      if (nowMs >= targetMs) return;
      this.#clock.advance(Math.min(this.#clock.nextDueMs() ?? targetMs, targetMs) - nowMs);
    }
  }

  /**
   * Moves the clock on until no message waits for a function, no delivery for its retry, and no replay runs.
   *
   * @throws AwsError `DrainLimitExceeded` when that takes more than `limitMs` of the clock's time
   */
  async drain(limitMs: number): Promise<void> {
    const limit = this.#deadline(limitMs);
    for (;;) {
      await this.#settle();
      if (this.#workload.isDrained()) return;
      const nextMs = this.#clock.nextDueMs();
      if (nextMs === undefined || nextMs > limit()) {
        throw new AwsError(
          'DrainLimitExceeded',
          `not drained after ${limitMs} ms of the clock's time; see /_sluice/status`,
          409,
        );
      }
      this.#clock.advance(Math.max(0, nextMs - this.#clock.now()));
    }
  }

  /** In so much time; the machine's clock may be set back meanwhile, and what is waited for with it. */
  #deadline(ms: number): () => number {
    const atMs = this.#clock.now() + ms + this.#clock.setBackMs;
    return () => atMs - this.#clock.setBackMs;
  }

  async #settle(): Promise<void> {
    // twice in a row: work that has just ended may set off more in the same turn of the event loop
    for (let quiet = 0; quiet < 2;) {
      quiet = this.#workload.isBusy() ? 0 : quiet + 1;
      await pause(quiet === 0 ? LOOK_AGAIN_MS : 0);
    }
  }
}
