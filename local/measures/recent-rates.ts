/** A rate is that of so many whole seconds before now: a shorter time makes it jump. */
const WINDOW_S = 5;

/** Counts of the last few seconds, by name. */
export class RecentRates {
  /** Oldest first; of a second in which nothing was counted there is none. */
  readonly #seconds: { readonly second: number; readonly counts: Map<string, number> }[] = [];

  add(name: string, count: number, nowMs: number): void {
    const second = Math.floor(nowMs / 1_000);
    let last = this.#seconds.at(-1);
    if (last?.second !== second) {
      last = { second, counts: new Map() };
      this.#seconds.push(last);
      if (this.#seconds.length > WINDOW_S + 1) this.#seconds.shift();
    }
    last.counts.set(name, (last.counts.get(name) ?? 0) + count);
  }

  /** How many a second, in the last five whole seconds. */
  perSecond(name: string, nowMs: number): number {
    const now = Math.floor(nowMs / 1_000);
    return (
      this.#seconds
        .filter(({ second }) => second < now && second >= now - WINDOW_S)
        .reduce((sum, { counts }) => sum + (counts.get(name) ?? 0), 0) / WINDOW_S
    );
  }
}
