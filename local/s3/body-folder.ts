import { randomBytes } from 'node:crypto';
import { link, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../shared/make-folder.ts';
import { filesIn } from '../storage/data-folder.ts';
import { log } from '../log.ts';
import type { Store } from '../store.ts';
import { UnfinishedBody } from './unfinished-body.ts';

const LOST_AND_FOUND = 'lost-and-found';

/** What a start has found among the bodies. */
export interface Sweep {
  /** Names of bodies that nothing in the store knows; they lie in `lost-and-found` now. */
  readonly setAside: readonly string[];
  /** Names of bodies that had been set aside, and that the store knows (again). */
  readonly foundAgain: readonly string[];
  /** Names of bodies that the store knows, and that are nowhere. */
  readonly missing: readonly string[];
  /** How many uploads were never finished, so that nobody was told they had been; they are removed. */
  readonly cutOff: number;
  /** Names that are not the runtime's; nothing was done with them. */
  readonly strange: readonly string[];
}

/**
 * Where the bytes of objects lie: files whose names say nothing about keys, so that no key can leave the folder.
 * A file appears here whole and synced, or not at all; what belongs to which object is in the store alone.
 */
export class BodyFolder {
  readonly #dataDir: string;
  readonly #folder: string;
  readonly #unfinished: string;
  readonly #readers = new Map<string, number>();
  readonly #waitingForReaders = new Map<string, (name: string) => void>();
  readonly #removals = new Set<Promise<void>>();

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
    this.#folder = join(dataDir, 'objects');
    this.#unfinished = join(dataDir, 'objects', 'unfinished');
    makeFolder(this.#unfinished);
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  /** Starts a body that nobody sees until `finish`. */
  create(): UnfinishedBody {
    const name = newName();
    return new UnfinishedBody(name, join(this.#unfinished, name), this.path(name));
  }

  /** A second name for the same bytes: a copy that costs nothing, and outlives the first. */
  async duplicate(name: string): Promise<string> {
    const copy = newName();
    await link(this.path(name), this.path(copy));
    return copy;
  }

  /** Keeps files readable until `release`, whatever is deleted meanwhile. Returns the release; call it once. */
  retain(names: readonly string[]): () => void {
    for (const name of names) this.#readers.set(name, (this.#readers.get(name) ?? 0) + 1);
    return () => {
      for (const name of names) {
        const left = this.#readers.get(name)! - 1;
        if (left > 0) {
          this.#readers.set(name, left);
          continue;
        }
        this.#readers.delete(name);
        const onGone = this.#waitingForReaders.get(name);
        if (onGone === undefined) continue;
        this.#waitingForReaders.delete(name);
        this.#unlink(name, onGone);
      }
    };
  }

  /** Removes files once nobody reads them. @param onGone called with each that is off the disk */
  remove(names: readonly string[], onGone: (name: string) => void = () => {}): void {
    for (const name of names) {
      if (this.#readers.has(name)) this.#waitingForReaders.set(name, onGone);
      else this.#unlink(name, onGone);
    }
  }

  /**
   * Brings the folder and the store together. Only before the first request. May be repeated.
   *
   * A body that the store does not know is set aside and never removed: it may be of an upload that was cut off before
   * it was acknowledged, but also of a database that was damaged, emptied, or put back as it was a while ago. One that
   * was set aside comes back as soon as the store knows it again.
   *
   * @param known the bodies of the store
   * @param removed those that the store has let go, whose removal was cut off
   */
  async sweep(known: ReadonlySet<string>, removed: ReadonlySet<string>): Promise<Sweep> {
    const bodies = filesIn(this.#dataDir, 'objects');
    const aside = new Set(filesIn(this.#dataDir, LOST_AND_FOUND).own);
    const cutOff = filesIn(this.#dataDir, 'objects/unfinished').own;
    const present = new Set(bodies.own);
    const absent = [...known].filter((name) => !present.has(name));
    const foundAgain = absent.filter((name) => aside.has(name));
    const setAside = bodies.own.filter((name) => !known.has(name) && !removed.has(name));
    if (setAside.length > 0) makeFolder(this.#asidePath());
    for (const name of setAside) await rename(this.path(name), this.#asidePath(name));
    for (const name of foundAgain) await rename(this.#asidePath(name), this.path(name));
    for (const name of removed) if (present.has(name)) await unlink(this.path(name));
    for (const name of cutOff) await unlink(join(this.#unfinished, name));
    return {
      setAside,
      foundAgain,
      missing: absent.filter((name) => !aside.has(name)),
      cutOff: cutOff.length,
      strange: bodies.others,
    };
  }

  /** Resolves once the removals under way are done. */
  async settled(): Promise<void> {
    await Promise.all(this.#removals);
  }

  #asidePath(name = ''): string {
    return join(this.#dataDir, LOST_AND_FOUND, name);
  }

  #unlink(name: string, onGone: (name: string) => void): void {
    const removal = unlink(this.path(name))
      .catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      })
      .then(() => onGone(name))
      .catch((error: unknown) => log('a body that nobody wants is left for the next start', { name, error }))
      .finally(() => this.#removals.delete(removal));
    this.#removals.add(removal);
  }
}

/** Runs the transaction that gives new files their owner, together with those of other uploads; if it fails, they go. */
export async function committed<T>(
  { folder, store }: { readonly folder: BodyFolder; readonly store: Pick<Store, 'joinedTransaction'> },
  names: readonly string[],
  transaction: () => T,
): Promise<T> {
  try {
    return await store.joinedTransaction(transaction);
  } catch (error) {
    folder.remove(names);
    throw error;
  }
}

function newName(): string {
  return randomBytes(16).toString('hex');
}
