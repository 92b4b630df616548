import type { Store } from '../store.ts';
import type { BodyFolder } from './body-folder.ts';

/**
 * Lets bodies go. Each is noted in the transaction that takes its last owner away, until it is off the disk: a start
 * after a crash in between then knows that nobody wants it, and need not set it aside.
 */
export class BodyRemovals {
  readonly #store: Store;
  readonly #folder: BodyFolder;

  constructor(store: Store, folder: BodyFolder) {
    this.#store = store;
    this.#folder = folder;
  }

  /** Inside the transaction that they lose their owner in. */
  remove(names: readonly string[]): void {
    for (const name of names) {
      this.#store.prepare('INSERT OR IGNORE INTO s3_removed_body (file) VALUES (?)').run(name);
    }
    this.#store.afterCommit(() => this.#folder.remove(names, (name) => this.forget([name])));
  }

  /** Noted, and perhaps still on the disk. */
  pending(): ReadonlySet<string> {
    const rows = this.#store.prepare('SELECT file FROM s3_removed_body').all() as { file: string }[];
    return new Set(rows.map(({ file }) => file));
  }

  /** They are off the disk. */
  forget(names: Iterable<string>): void {
    this.#store.repeatableTransaction(() => {
      for (const name of names) this.#store.prepare('DELETE FROM s3_removed_body WHERE file = ?').run(name);
    });
  }
}
