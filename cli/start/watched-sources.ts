import { readdirSync, statSync, watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import type { Sources } from './synth.ts';

/** The file system tells of no more changes. */
export class WatchError extends Error {
  override readonly name = 'WatchError';
}

export interface WatchedSourcesOptions extends Sources {
  readonly projectDir: string;
  /** Called with the name of what has changed, where the system says it. */
  readonly onChange: (name: string | null) => void;
  readonly onTrouble: (error: unknown) => void;
}

interface WatchedFolder {
  readonly inode: number;
  readonly watcher: FSWatcher;
}

/**
 * Tells when a source changes. Each folder has a watcher of its own, which sees what is written, renamed, made and
 * removed in it: `fs.watch` with `recursive` watches each file on Linux, and is blind for one that an editor has replaced
 * by a rename (tried with Node 24.21).
 */
export class WatchedSources implements Disposable {
  readonly #options: WatchedSourcesOptions;
  readonly #folders = new Map<string, WatchedFolder>();
  readonly #project: FSWatcher;

  /** @throws WatchError */
  constructor(options: WatchedSourcesOptions) {
    this.#options = options;
    const { projectDir, files, onChange } = options;
    this.#project = watching(projectDir, (name) => {
      if (name !== null && files.includes(name)) onChange(name);
    });
    this.#look();
  }

  /** Watches the folders that there are now. One that is written to before it is watched is read after that all the same. */
  #look(): void {
    const { projectDir, folders, isIgnored = () => false } = this.#options;
    const found = new Set(folders.flatMap((folder) => [...foldersIn(join(projectDir, folder), isIgnored)]));
    for (const [path, { watcher }] of this.#folders) {
      if (found.has(path)) continue;
      watcher.close();
      this.#folders.delete(path);
    }
    for (const path of found) this.#watch(path);
  }

  #watch(path: string): void {
    const inode = statSync(path, { throwIfNoEntry: false })?.ino;
    const known = this.#folders.get(path);
    if (inode === undefined || known?.inode === inode) return;
    // another folder of the same name: a branch was checked out, say
    known?.watcher.close();
    const watcher = watching(path, (name) => this.#onEvent(path, name));
    this.#folders.set(path, { inode, watcher });
  }

  #onEvent(folder: string, name: string | null): void {
    if (name !== null && this.#options.isIgnored?.(join(folder, name)) === true) return;
    try {
      this.#look();
    } catch (error) {
      this.#options.onTrouble(error);
    }
    this.#options.onChange(name);
  }

  [Symbol.dispose](): void {
    this.#project.close();
    for (const { watcher } of this.#folders.values()) watcher.close();
  }
}

function* foldersIn(path: string, isIgnored: (path: string) => boolean): Generator<string> {
  let entries;
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (error) {
    // gone since it was seen
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return;
    throw error;
  }
  yield path;
  for (const entry of entries) {
    const inner = join(path, entry.name);
    if (entry.isDirectory() && !isIgnored(inner)) yield* foldersIn(inner, isIgnored);
  }
}

function watching(path: string, onEvent: (name: string | null) => void): FSWatcher {
  try {
    const watcher = watch(path, (_, name) => onEvent(name));
    // the folder is gone: its parent tells of that
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    const nextStep = ['ENOSPC', 'EMFILE'].includes(code)
      ? 'this system watches no more: raise fs.inotify.max_user_watches and max_user_instances, or start without --watch'
      : 'start without --watch';
    throw new WatchError(`${path} cannot be watched (${message}); ${nextStep}`, { cause });
  }
}
