import type { TallyCounts, TallyName } from '../../shared/tally-name.ts';
import type { Store } from '../store.ts';

/** Counts, for the whole life of a data folder, what was removed, given back or set aside. Whoever does so also writes a log line. */
export class Tally {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Joins the transaction under way, so that the count stands and falls with what it counts. */
  add(name: TallyName, count = 1): void {
    if (count === 0) return;
    this.#store
      .prepare(
        'INSERT INTO tally (name, count) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET count = count + excluded.count',
      )
      .run(name, count);
  }

  /** `{"expired-messages": 3, "given-back": 2}`: the names that are not 0. */
  counts(): TallyCounts {
    const rows = this.#store
      .prepare('SELECT name, count FROM tally ORDER BY name')
      .all() as unknown as readonly { name: string; count: number }[];
    return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
  }
}
