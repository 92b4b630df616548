import type { Store } from '../store.ts';

/**
 * What the runtime did to something of yours without being asked. One name a kind; `sluice status` has words for each.
 *
 * - `expired-messages` older than their queue's retention, now letters with the reason `expired`
 * - `expired-letters` older than their dead-letter queue's retention: gone
 * - `expired-archive-events` older than their archive's retention, or of an archive that the template has no more: gone
 * - `expired-replay-records` of replays that ended 90 days ago: gone
 * - `expired-rows` whose time to live is over: gone
 * - `expired-objects` versions, delete markers and unfinished uploads that a lifecycle rule ended
 * - `dropped-events` that could not be read, delivered or processed, and had no dead-letter queue to go to: gone but for the log line
 * - `dropped-logs` files of 32 MB of a function's log, two files back: gone
 * - `dropped-attempts` records of what was tried, beyond the newest 200,000: gone
 * - `given-back` receives and tries that the end of the runtime cut off: not counted against the message
 * - `cut-off-uploads` bodies that were coming in when the runtime ended, so that nobody was told they had come: removed
 * - `damaged-bodies` reads of a body that is missing, cut short or not what was uploaded: refused
 * - `lost-and-found` files that nothing in the store knows, set aside
 */
export const TALLY_NAMES = [
  'expired-messages',
  'expired-letters',
  'expired-archive-events',
  'expired-replay-records',
  'expired-rows',
  'expired-objects',
  'dropped-events',
  'dropped-logs',
  'dropped-attempts',
  'given-back',
  'cut-off-uploads',
  'damaged-bodies',
  'lost-and-found',
] as const;

export type TallyName = (typeof TALLY_NAMES)[number];

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
