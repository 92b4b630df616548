/** Puts an end to a wait in which nothing moves any more. */
export class Patience {
  readonly #ms: number;
  readonly #now: () => number;
  #seen: string | undefined;
  #movedAt: number;

  /** @param now in milliseconds; @default performance.now */
  constructor(ms: number, now: () => number = () => performance.now()) {
    this.#ms = ms;
    this.#now = now;
    this.#movedAt = now();
  }

  /** @param state what moves, as JSON can tell it @returns whether it has been the same for too long */
  isOver(state: unknown): boolean {
    const seen = JSON.stringify(state);
    const now = this.#now();
    if (seen !== this.#seen) {
      this.#seen = seen;
      this.#movedAt = now;
    }
    return now - this.#movedAt >= this.#ms;
  }
}

/** How long nothing may move before a command stops waiting for it. */
export const PATIENCE_MS = { local: 30_000, aws: 600_000 } as const;
