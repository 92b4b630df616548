import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives the temporary files of a test run a folder of their own, which goes with the run: those of the tests, and of the
 * processes that they start and kill. Called where the run is configured, before its workers begin.
 */
export function keepTemporaryFilesTogether(): void {
  // short: a socket's path has room for a hundred bytes
  const folder = mkdtempSync(join(tmpdir(), 'sluice-run-'));
  process.env['TMPDIR'] = folder;
  process.once('exit', () => {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    } catch (error) {
      console.error(`the temporary files of the tests are left in ${folder}: ${(error as Error).message}`);
    }
  });
}
