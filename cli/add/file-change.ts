import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError } from '../cli-error.ts';

/** A file of the project that comes, goes or becomes another. */
export interface FileChange {
  /** From the project's folder on: `infra/consumers.ts` */
  readonly file: string;
  /** Undefined for one that is not there yet. */
  readonly before: string | undefined;
  /** Undefined for one that goes. */
  readonly after: string | undefined;
}

/**
 * Makes the changes, all or none: what was done is undone when one of them fails. New files come first and removed ones go
 * last, so that whoever watches never sees a list that names a missing file.
 *
 * @throws CliError when a file is not as it was when the change was thought of, or cannot be written
 */
export function makeChanges(projectDir: string, changes: readonly FileChange[]): void {
  const ordered = changes.toSorted((one, other) => turnOf(one) - turnOf(other));
  for (const { file, before } of ordered) {
    if (textOf(join(projectDir, file)) === before) continue;
    throw new CliError(`${file} has changed meanwhile; nothing was changed`, { nextStep: 'try again' });
  }
  const undo: (() => void)[] = [];
  try {
    for (const change of ordered) {
      undo.unshift(undoing(projectDir, change));
      makeOne(projectDir, change);
    }
  } catch (cause) {
    for (const step of undo) step();
    throw new CliError(`cannot write: ${(cause as Error).message}; everything is as it was`, { cause });
  }
}

const turnOf = ({ before, after }: FileChange): number => {
  if (before === undefined) return 0;
  return after === undefined ? 2 : 1;
};

/** What brings the file back to what it is now, byte for byte. */
function undoing(projectDir: string, { file, before }: FileChange): () => void {
  const path = join(projectDir, file);
  if (before === undefined) return () => makeOne(projectDir, { file, before, after: undefined });
  const bytes = readFileSync(path);
  return () => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  };
}

function makeOne(projectDir: string, { file, before, after }: FileChange): void {
  const path = join(projectDir, file);
  if (after === undefined) {
    rmSync(path, { force: true });
    removeEmptyFolders(projectDir, dirname(path));
    return;
  }
  mkdirSync(dirname(path), { recursive: true });
  if (before === undefined) {
    writeFileSync(path, after);
    return;
  }
  // whoever reads it meanwhile sees the one or the other
  writeFileSync(`${path}.new`, after, { mode: lstatSync(path).mode });
  renameSync(`${path}.new`, path);
}

function removeEmptyFolders(projectDir: string, folder: string): void {
  for (let path = folder; path !== projectDir && isEmpty(path); path = dirname(path)) rmdirSync(path);
}

const isEmpty = (path: string): boolean => {
  try {
    return readdirSync(path).length === 0;
  } catch {
    return false;
  }
};

/** The file's text; undefined when there is none. */
export function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
