import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { link, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const open = promisify(fs.open);
const fsync = promisify(fs.fsync);
const close = promisify(fs.close);

/** Bytes gathered before they go to the disk: a small body is written in one go, and only once all of it is there. */
const WRITE_BYTES = 512 * 1_024;

/** A file of a body: its name in the folder, and how long it is. */
export interface BodyFile {
  readonly name: string;
  readonly sizeBytes: number;
}

/**
 * Where the bytes of objects lie: files whose names say nothing about keys, so that no key can leave the folder.
 * A file appears here whole and synced, or not at all; what belongs to which object is in the store alone.
 */
export class BodyFolder {
  readonly #folder: string;
  readonly #unfinished: string;
  readonly #readers = new Map<string, number>();
  readonly #doomed = new Set<string>();
  readonly #removals = new Set<Promise<void>>();

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'objects');
    this.#unfinished = join(dataDir, 'objects', 'unfinished');
    fs.mkdirSync(this.#unfinished, { recursive: true, mode: 0o700 });
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
        if (this.#doomed.delete(name)) this.#unlink(name);
      }
    };
  }

  /** Removes files once nobody reads them. What a crash leaves is swept at the next start. */
  remove(names: readonly string[]): void {
    for (const name of names) {
      if (this.#readers.has(name)) this.#doomed.add(name);
      else this.#unlink(name);
    }
  }

  /** Removes every file that `isKept` does not know, and every upload that was cut off. Only before the first request. */
  async sweep(isKept: (name: string) => boolean): Promise<number> {
    const [files, unfinished] = await Promise.all([
      readdir(this.#folder, { withFileTypes: true }),
      readdir(this.#unfinished),
    ]);
    const orphans = files
      .filter((file) => file.isFile() && !isKept(file.name))
      .map(({ name }) => this.path(name));
    const paths = [...orphans, ...unfinished.map((name) => join(this.#unfinished, name))];
    for (const path of paths) await unlink(path);
    return paths.length;
  }

  /** Resolves once the removals under way are done. */
  async settled(): Promise<void> {
    await Promise.all(this.#removals);
  }

  #unlink(name: string): void {
    const removal = unlink(this.path(name))
      // a file left behind costs space until the next start sweeps it, and nothing else
      .catch(() => {})
      .finally(() => this.#removals.delete(removal));
    this.#removals.add(removal);
  }
}

/** Runs the transaction that gives new files their owner; if it fails, they go. */
export function committed<T>(folder: BodyFolder, names: readonly string[], transaction: () => T): T {
  try {
    return transaction();
  } catch (error) {
    folder.remove(names);
    throw error;
  }
}

function newName(): string {
  return randomBytes(16).toString('hex');
}

/** A body on its way to the disk. End it with `finish` or `discard`. */
export class UnfinishedBody {
  readonly #name: string;
  readonly #temporaryPath: string;
  readonly #path: string;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #sizeBytes = 0;
  #fd: number | undefined;
  #opened = false;

  constructor(name: string, temporaryPath: string, path: string) {
    this.#name = name;
    this.#temporaryPath = temporaryPath;
    this.#path = path;
  }

  async write(bytes: Buffer): Promise<void> {
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    this.#sizeBytes += bytes.length;
    if (this.#pendingBytes >= WRITE_BYTES) await this.#flush();
  }

  /**
   * Syncs the bytes and gives them their place. The name itself reaches the disk with the transaction that follows:
   * syncing the store's log also commits the file system's journal.
   */
  async finish(): Promise<BodyFile> {
    await this.#flush();
    const fd = await this.#open();
    await fsync(fd);
    this.#fd = undefined;
    fs.closeSync(fd);
    fs.renameSync(this.#temporaryPath, this.#path);
    return { name: this.#name, sizeBytes: this.#sizeBytes };
  }

  /** Leaves nothing behind. May be called after a failed `finish`. */
  async discard(): Promise<void> {
    this.#pending = [];
    if (!this.#opened) return;
    if (this.#fd !== undefined) await close(this.#fd).catch(() => {});
    this.#fd = undefined;
    await unlink(this.#temporaryPath).catch(() => {});
  }

  async #open(): Promise<number> {
    this.#opened = true;
    this.#fd ??= await open(this.#temporaryPath, 'wx', 0o600);
    return this.#fd;
  }

  async #flush(): Promise<void> {
    const pieces = this.#pending;
    const expected = this.#pendingBytes;
    this.#pending = [];
    this.#pendingBytes = 0;
    const fd = await this.#open();
    let bytes = Buffer.concat(pieces, expected);
    while (bytes.length > 0) bytes = bytes.subarray(await writeSome(fd, bytes));
  }
}

function writeSome(fd: number, bytes: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.write(fd, bytes, (error, written) => (error === null ? resolve(written) : reject(error)));
  });
}
