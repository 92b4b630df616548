import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { makeFolder } from '../shared/make-folder.ts';
import { migrate, SCHEMA_VERSION, schemaVersion } from './storage/store-migrations.ts';

/** Raised when another process holds the data folder. */
export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError';
}

/** Raised when the data folder was written by a newer version, whose tables this one does not know. */
export class DataFolderVersionError extends Error {
  override readonly name = 'DataFolderVersionError';
}

/** Raised when the database's bytes are not what SQLite has written. */
export class DamagedDatabaseError extends Error {
  override readonly name = 'DamagedDatabaseError';
}

/** One of those that share a transaction. */
interface Joining {
  /** @returns what tells who waits that it is on the disk */
  readonly run: () => () => void;
  readonly reject: (error: unknown) => void;
}

/** The file that makes a folder a data folder. */
export const DATABASE_FILE = 'sluice.db';

/**
 * The one SQLite file of a data folder. Every service keeps its tables here, so that what belongs together
 * (an object and its event; an event's archive entry and its messages) commits together.
 *
 * A transaction that has returned survives `kill -9` and a power cut (`synchronous=FULL`).
 */
export class Store {
  readonly db: DatabaseSync;
  /** Where bodies and logs lie beside the file; never blobs inside it. */
  readonly dataDir: string;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;
  #afterCommit: (() => void)[] = [];
  #joining: Joining[] = [];

  /**
   * Opens (or makes) the data folder, and holds it until `close`. One of an older version is taken to today's tables.
   *
   * @throws DataFolderInUseError when another process has it open
   * @throws DataFolderVersionError when a newer version wrote it
   * @throws DamagedDatabaseError when it is no database any more
   */
  constructor(dataDir: string) {
    makeFolder(dataDir);
    this.dataDir = dataDir;
    this.db = openExclusively(dataDir);
    try {
      const version = schemaVersion(this.db);
      if (version > SCHEMA_VERSION) {
        throw new DataFolderVersionError(
          `${dataDir} was written by a newer Sluice (tables of version ${version}, this one knows ${SCHEMA_VERSION}); update this one, or choose another folder with --data-dir`,
        );
      }
      migrate(this.db);
    } catch (error) {
      this.db.close();
      throw damaged(error, dataDir) ?? error;
    }
  }

  /** A prepared statement, made once per text. */
  prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Runs `work` in one transaction, all or nothing. Inside another transaction it joins that one. `work` is synchronous. */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    this.db.exec('BEGIN IMMEDIATE');
    this.#depth++;
    let result: T;
    try {
      result = work();
      this.db.exec('COMMIT');
    } catch (error) {
      this.#afterCommit = [];
      if (this.db.isTransaction) this.db.exec('ROLLBACK');
      throw error;
    } finally {
      this.#depth--;
    }
    const callbacks = this.#afterCommit;
    this.#afterCommit = [];
    for (const callback of callbacks) callback();
    return result;
  }

  /**
   * A transaction whose loss would only repeat work: handing an event on, taking or deleting a message. It survives
   * `kill -9` like any other, but is not forced to the disk, so a power cut may undo it, and it is done again.
   */
  repeatableTransaction<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    this.db.exec('PRAGMA synchronous=NORMAL');
    try {
      return this.transaction(work);
    } finally {
      this.db.exec('PRAGMA synchronous=FULL');
    }
  }

  /**
   * As `transaction`, in one with all others that come in the same turn of the event loop: uploads that end together share one sync
   * of the disk. Each is all or nothing by itself still. Resolves once it is on the disk.
   */
  async joinedTransaction<T>(work: () => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#joining.push({
      run: () => {
        const result = work();
        return () => resolve(result);
      },
      reject,
    });
    if (this.#joining.length === 1) setImmediate(() => this.#commitJoined());
    return await promise;
  }

  #commitJoined(): void {
    const all = this.#joining;
    this.#joining = [];
    const settle: (() => void)[] = [];
    try {
      this.transaction(() => {
        for (const one of all) settle.push(all.length === 1 ? one.run() : this.#part(one));
      });
    } catch (error) {
      for (const { reject } of all) reject(error);
      return;
    }
    for (const tell of settle) tell();
  }

  /** @throws what has undone the whole transaction, and not this part alone */
  #part({ run, reject }: Joining): () => void {
    const before = this.#afterCommit.length;
    this.db.exec('SAVEPOINT part');
    try {
      const tell = run();
      this.db.exec('RELEASE part');
      return tell;
    } catch (error) {
      // a full disk, say
      if (!this.db.isTransaction) throw error;
      this.db.exec('ROLLBACK TO part; RELEASE part');
      this.#afterCommit.length = before;
      return () => reject(error);
    }
  }

  /** Runs `callback` once the transaction under way has committed (at once when there is none): to wake who waits for its rows. */
  afterCommit(callback: () => void): void {
    if (this.#depth > 0) this.#afterCommit.push(callback);
    else callback();
  }

  close(): void {
    this.#statements.clear();
    if (this.db.isOpen) this.db.close();
  }
}

/**
 * Opens the database under an exclusive lock, which the kernel drops when the process dies: no stale lock file after `kill -9`.
 *
 * @throws DataFolderInUseError when another process holds it
 * @throws DamagedDatabaseError when it is no database any more; nobody holds it then
 */
export function openExclusively(dataDir: string): DatabaseSync {
  const db = new DatabaseSync(join(dataDir, DATABASE_FILE));
  try {
    db.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;');
    db.exec('BEGIN EXCLUSIVE; COMMIT');
    return db;
  } catch (cause) {
    db.close();
    const error = cause as Error;
    if (!/locked|busy/i.test(error.message)) throw damaged(error, dataDir) ?? error;
    throw new DataFolderInUseError(
      `${dataDir} is in use by another running pipeline; stop that one, or choose another folder with --data-dir`,
      { cause },
    );
  }
}

const [CORRUPT, NOT_A_DATABASE] = [11, 26];

/** The sentence for an error that SQLite raises on bytes which it cannot have written; `undefined` for any other error. */
export function damaged(error: unknown, dataDir: string): DamagedDatabaseError | undefined {
  const { errcode = 0, message } = error as Error & { errcode?: number };
  // the upper bits say where it was found
  if (![CORRUPT, NOT_A_DATABASE].includes(errcode & 0xff)) return undefined;
  return new DamagedDatabaseError(
    `${join(dataDir, DATABASE_FILE)} is damaged (${message}); nothing was changed: put a copy of it back, or move the folder away, or give up what is in it with --fresh`,
    { cause: error },
  );
}
