import * as fs from 'node:fs';
import { unlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { BodyFile } from './body-file.ts';

const open = promisify(fs.open);
const fsync = promisify(fs.fsync);
const close = promisify(fs.close);

/** Bytes gathered before they go to the disk: a small body is written in one go, and only once all of it is there. */
const WRITE_BYTES = 512 * 1_024;
/** Up to this a body goes to the disk's cache in less time than it takes to have another thread do it. */
const AT_ONCE_BYTES = 64 * 1_024;

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
    let bytes = this.#pending.length === 1 ? this.#pending[0]! : Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    if (!this.#opened && bytes.length <= AT_ONCE_BYTES) {
      this.#opened = true;
      this.#fd = fs.openSync(this.#temporaryPath, 'wx', 0o600);
      while (bytes.length > 0) bytes = bytes.subarray(fs.writeSync(this.#fd, bytes));
      return;
    }
    const fd = await this.#open();
    while (bytes.length > 0) bytes = bytes.subarray(await writeSome(fd, bytes));
  }
}

function writeSome(fd: number, bytes: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.write(fd, bytes, (error, written) => (error === null ? resolve(written) : reject(error)));
  });
}
