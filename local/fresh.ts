import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DATABASE_FILE, openExclusively } from './store.ts';

/** The folder is not one of ours: emptying it might cost somebody their files. */
export class NotADataFolderError extends Error {
  override readonly name = 'NotADataFolderError';
}

/**
 * Empties a data folder.
 *
 * @throws NotADataFolderError when it holds files, but not ours
 * @throws DataFolderInUseError when a running pipeline has it open
 */
export function emptyDataFolder(dataDir: string): void {
  if (!existsSync(dataDir)) return;
  const names = readdirSync(dataDir);
  if (names.length === 0) return;
  if (!names.includes(DATABASE_FILE)) {
    throw new NotADataFolderError(
      `--fresh would empty ${dataDir}, which holds files but no ${DATABASE_FILE}; name the right folder with --data-dir, or empty this one yourself`,
    );
  }
  openExclusively(dataDir).close();
  for (const name of names) rmSync(join(dataDir, name), { recursive: true, force: true });
}
