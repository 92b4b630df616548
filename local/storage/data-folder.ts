import { chmodSync, closeSync, lstatSync, openSync, readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../shared/make-folder.ts';
import { DATABASE_FILE } from '../store.ts';

/** The folder, or something in it, is not of our making: writing there might cost somebody their files. */
export class NotADataFolderError extends Error {
  override readonly name = 'NotADataFolderError';
}

const BODY = /^[0-9a-f]{32}$/;

/**
 * What lies in a data folder beside its database, by folder: the form of the names that the runtime gives. A file of
 * any other name is somebody else's, and is never touched.
 */
export const OWN_FILES: Readonly<Record<string, RegExp>> = {
  '': /^(sluice\.db-(wal|shm|journal)|runtime\.json(\.new)?|backfill-000000000000-.*\.json(\.lock|\.next)?)$/,
  'objects/unfinished': BODY,
  objects: BODY,
  // bodies that no object owns: see BodyFolder.sweep
  'lost-and-found': BODY,
  // as LevelDB names its files
  dynamodb: /^(CURRENT|LOCK|LOG(\.old)?|MANIFEST-\d+|\d+\.(ldb|sst|log|dbtmp))$/,
  logs: /^[\w.-]+\.log(\.1)?$/,
};

/** A backfill in AWS keeps its place there too, perhaps before anything ran on this machine. */
const CHECKPOINT = /^backfill-.*\.json(\.lock|\.next)?$/;

/**
 * Makes the folder, or sees that it is one of ours, and that only this user can read what is in it.
 *
 * @throws NotADataFolderError when it holds files but no database of ours, or when a part of it is a link
 */
export function claimDataFolder(dataDir: string): void {
  makeFolder(dataDir);
  const names = readdirSync(dataDir);
  const strange = names.find((name) => !CHECKPOINT.test(name));
  if (strange !== undefined && !names.includes(DATABASE_FILE)) {
    throw new NotADataFolderError(
      `${dataDir} holds ${JSON.stringify(strange)} but no ${DATABASE_FILE}, so it is not a data folder, and nothing in it was touched; name another folder with --data-dir (or, if its database is lost, put that back)`,
    );
  }
  refuseLinks(dataDir);
  if (!names.includes(DATABASE_FILE)) makeEmptyDatabase(dataDir);
  makePrivate(dataDir);
}

/** Made here, since SQLite would let others read it, and the files that it makes beside it. */
function makeEmptyDatabase(dataDir: string): void {
  try {
    closeSync(openSync(join(dataDir, DATABASE_FILE), 'wx', 0o600));
  } catch (error) {
    // another start was quicker: which of the two may go on is decided by the lock
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Files of ours in one of the folders of `OWN_FILES`, and what else lies there. */
export function filesIn(dataDir: string, folder: string): { own: string[]; others: string[] } {
  const form = OWN_FILES[folder]!;
  const isOwn = (entry: Dirent) => entry.isFile() && form.test(entry.name);
  const isPlace = ({ name }: Dirent) =>
    Object.keys(OWN_FILES).includes(folder === '' ? name : `${folder}/${name}`) ||
    (folder === '' && name === DATABASE_FILE);
  const entries = entriesOf(join(dataDir, folder));
  return {
    own: entries.filter(isOwn).map(({ name }) => name),
    others: entries.filter((entry) => !isOwn(entry) && !isPlace(entry)).map(({ name }) => name),
  };
}

/** A link in the place of a folder or file of ours would lead the runtime's writing and removing out of the folder. */
function refuseLinks(dataDir: string): void {
  for (const name of [DATABASE_FILE, 'runtime.json', ...Object.keys(OWN_FILES)]) {
    const path = join(dataDir, name);
    const isLink = name !== '' && lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    if (!isLink) continue;
    throw new NotADataFolderError(
      `${path} is a link, and the runtime follows none out of its folder; put what it leads to in its place, or name another folder with --data-dir`,
    );
  }
}

/** Takes from other users what an older version, or a copy, has let them read. */
function makePrivate(dataDir: string): void {
  let wasOpen = false;
  for (const folder of Object.keys(OWN_FILES)) {
    const path = join(dataDir, folder);
    const mode = lstatSync(path, { throwIfNoEntry: false })?.mode;
    if (mode === undefined) continue;
    if (isOpen(mode)) {
      wasOpen = true;
      // one with the sticky bit is everybody's, like /tmp
      if ((mode & 0o1000) === 0) chmodSync(path, 0o700);
    }
    // looking at each of a million bodies takes long: what is made in a closed folder is closed itself
    if (wasOpen || folder === '') closeFiles(dataDir, folder);
  }
}

function closeFiles(dataDir: string, folder: string): void {
  const names = filesIn(dataDir, folder).own;
  for (const name of folder === '' ? [...names, DATABASE_FILE] : names) {
    const path = join(dataDir, folder, name);
    if (isOpen(lstatSync(path).mode)) chmodSync(path, 0o600);
  }
}

const isOpen = (mode: number): boolean => (mode & 0o077) !== 0;

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
