import type { Store } from './store.ts';

/**
 * What the runtime did to something of yours without being asked. One name a kind; `sluice status` has the words for each.
 *
 * - `expired-messages` messages older than their queue's retention, now letters with the reason `expired`
 * - `expired-letters` letters older than their dead-letter queue's retention: gone
 * - `given-back` receives that no function has answered, since the runtime ended: not counted against the message
 * - `lost-and-found` files that nothing in the store knows, set aside
 */
export type TallyName = 'expired-messages' | 'expired-letters' | 'given-back' | 'lost-and-found';

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
  counts(): Readonly<Record<string, number>> {
    const rows = this.#store
      .prepare('SELECT name, count FROM tally ORDER BY name')
      .all() as unknown as readonly { name: string; count: number }[];
    return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
  }
}
