/** So many times as long as a look took, what it saw is good. */
const REST = 25;

/**
 * A look at something that can be large, a queue of a hundred thousand messages say. However often it is asked for, it takes
 * at most one part in twenty-five of the time.
 */
export class SpacedLook<Seen> {
  readonly #look: () => Seen;
  readonly #nowMs: () => number;
  #last: { readonly seen: Seen; readonly goodUntilMs: number } | undefined;

  /** @param nowMs of a clock that is never set: the cost is in real time */
  constructor(look: () => Seen, nowMs: () => number = () => performance.now()) {
    this.#look = look;
    this.#nowMs = nowMs;
  }

  read(): Seen {
    const beganMs = this.#nowMs();
    if (this.#last !== undefined && beganMs < this.#last.goodUntilMs) return this.#last.seen;
    const seen = this.#look();
    const endedMs = this.#nowMs();
    this.#last = { seen, goodUntilMs: endedMs + REST * (endedMs - beganMs) };
    return seen;
  }
}
