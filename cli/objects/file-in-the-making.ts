import { randomUUID } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { access, link, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { CliError, usageError } from '../cli-error.ts';
import { terminalJson } from '../../shared/terminal-text.ts';

/**
 * A file that is there when it is whole, and not before: it is written beside its place under another name. Unless `finish` was
 * called, disposing of it leaves nothing.
 */
export class FileInTheMaking implements AsyncDisposable {
  readonly stream: WriteStream;
  readonly #path: string;
  readonly #partPath: string;
  readonly #force: boolean;

  private constructor(path: string, force: boolean) {
    this.#path = path;
    this.#force = force;
    // the name of an object may have as many bytes as a file's
    this.#partPath = join(dirname(path), `.sluice-${randomUUID()}.part`);
    this.stream = createWriteStream(this.#partPath, { flags: 'wx' });
    // whoever writes hears of it: without a listener the process would end
    this.stream.on('error', () => {});
  }

  /** @throws CliError, usage, when a folder is there, or a file and not `force`, or no folder to put it into */
  static async begin(path: string, { force }: { readonly force: boolean }): Promise<FileInTheMaking> {
    const shown = terminalJson(path);
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() === true) {
      throw usageError(`${shown} is a folder`, `name a file in it: ${shown.replace(/\/?$/, '/')}NAME`);
    }
    if (found !== undefined && !force) throw isThere(path);
    const folder = dirname(path);
    await access(folder).catch((cause: unknown) => {
      throw new CliError(
        `there is no folder ${terminalJson(folder)} to write ${terminalJson(basename(path))} into`,
        {
          nextStep: 'make it, or name another file',
          cause,
        },
      );
    });
    return new FileInTheMaking(path, force);
  }

  /** Ends the file and gives it its name. */
  async finish(): Promise<void> {
    this.stream.end();
    await finished(this.stream);
    if (this.#force) {
      await rename(this.#partPath, this.#path);
      return;
    }
    // unlike a rename it does not write over a file that has come meanwhile
    await link(this.#partPath, this.#path).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EEXIST' ? isThere(this.#path) : error;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stream.destroy();
    await finished(this.stream).catch(() => {});
    await rm(this.#partPath, { force: true });
  }
}

const isThere = (path: string): CliError =>
  usageError(`${terminalJson(path)} is there already`, 'name another file, or write over it with --force');
