import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../../shared/make-folder.ts';
import { CliError } from '../cli-error.ts';

/** How far a backfill has come. */
export interface Progress {
  /** Everything up to this key, itself included, has been sent to every queue that wants it. */
  readonly lastKey: string;
  /** Objects looked at. */
  readonly objects: number;
  /** Messages sent, by consumer. */
  readonly messages: Readonly<Record<string, number>>;
}

/** What is backfilled; another one cannot be gone on with. */
export interface BackfillScope {
  readonly account: string;
  readonly region: string;
  readonly stack: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly consumers: readonly string[];
  /** Where its objects come from, when not from the bucket's listing. */
  readonly inventory?: string;
}

/** The file in which a backfill keeps how far it has come. Replaced whole, so that a kill leaves the old one or the new. */
export class Checkpoint {
  readonly file: string;
  readonly #scope: BackfillScope;

  constructor(file: string, scope: BackfillScope) {
    this.file = file;
    this.#scope = scope;
  }

  /** @returns undefined when there is none @throws CliError when it is of another backfill */
  async read(): Promise<Progress | undefined> {
    let text: string;
    try {
      text = await readFile(this.file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    const { scope, progress } = JSON.parse(text) as { scope: BackfillScope; progress: Progress };
    if (JSON.stringify(scope) !== JSON.stringify(this.#scope)) {
      throw new CliError(`${this.file} is of another backfill: ${JSON.stringify(scope)}`, {
        nextStep:
          'end that one first, name another file with --checkpoint, or start from the first object with --restart',
      });
    }
    return progress;
  }

  async write(progress: Progress): Promise<void> {
    makeFolder(dirname(this.file));
    const next = `${this.file}.next`;
    await writeFile(next, JSON.stringify({ scope: this.#scope, progress }));
    await rename(next, this.file);
  }

  async remove(): Promise<void> {
    await rm(this.file, { force: true });
  }
}
