import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder that only this user may enter, and those above it that are missing. May be repeated.
 *
 * Not Node's own `recursive`: that one never returns where a file system makes no folders at all (`/proc/x/y`).
 *
 * @throws the file system's error, e.g. `ENOTDIR` or `EEXIST` where a part of the path is a file
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  let at = resolve(path);
  while (statSync(at, { throwIfNoEntry: false }) === undefined && dirname(at) !== at) {
    missing.unshift(at);
    at = dirname(at);
  }
  // a file in the place of the folder itself
  if (missing.length === 0 && !statSync(at).isDirectory()) missing.push(at);
  for (const folder of missing) {
    try {
      mkdirSync(folder, { mode: 0o700 });
    } catch (error) {
      // another process may have made it meanwhile
      if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
    }
  }
}
