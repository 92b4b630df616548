import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RuntimeDescription } from '../../shared/control-api.ts';

const fileIn = (dataDir: string): string => join(dataDir, 'runtime.json');

/** Tells tools on this machine what runs; the token in it is only for the folder's owner to read. */
export function writeRuntimeJson(dataDir: string, description: RuntimeDescription): void {
  const written = `${fileIn(dataDir)}.new`;
  writeFileSync(written, `${JSON.stringify(description)}\n`, { mode: 0o600 });
  renameSync(written, fileIn(dataDir));
}

/** Nothing runs any more. */
export function removeRuntimeJson(dataDir: string): void {
  rmSync(fileIn(dataDir), { force: true });
}
