import { rmdirSync, truncateSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { filesIn, OWN_FILES } from './data-folder.ts';
import { log } from '../log.ts';
import { DATABASE_FILE, DamagedDatabaseError, openExclusively } from '../store.ts';

/**
 * Removes what the runtime has made in a data folder, which stays one of ours throughout. Other files stay where they
 * are, and are named in a line.
 *
 * @param dataDir claimed (`claimDataFolder`)
 * @throws DataFolderInUseError when a running pipeline has it open
 */
export function emptyDataFolder(dataDir: string): void {
  closeIfWhole(dataDir);
  // first, so that no database is left that knows of bodies which are gone
  truncateSync(join(dataDir, DATABASE_FILE));
  const left: string[] = [];
  for (const folder of Object.keys(OWN_FILES)) {
    const { own, others } = filesIn(dataDir, folder);
    for (const name of own) unlinkSync(join(dataDir, folder, name));
    left.push(...others.map((name) => join(folder, name)));
    if (folder !== '') removeIfEmpty(join(dataDir, folder));
  }
  if (left.length > 0) log('--fresh has left what the runtime did not make', { dataDir, left });
}

/** Nobody holds a database that turns out to be damaged: a running pipeline's lock would have been met first. */
function closeIfWhole(dataDir: string): void {
  try {
    openExclusively(dataDir).close();
  } catch (error) {
    if (!(error instanceof DamagedDatabaseError)) throw error;
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
