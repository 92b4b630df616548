import { pause } from '../../shared/pause.ts';

const TRIES = 6;
const FIRST_WAIT_MS = 200;

/** How often something that is refused for now is tried again, and how late: 200 ms, twice as long each time, six tries. */
export class Backoff {
  #tried = 1;

  /** Waits its time. @returns false, at once, when it was tried often enough */
  async next(): Promise<boolean> {
    if (this.#tried === TRIES) return false;
    await pause(FIRST_WAIT_MS * 2 ** (this.#tried - 1));
    this.#tried++;
    return true;
  }
}
