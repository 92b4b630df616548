import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../../shared/make-folder.ts';
import { CliError } from '../cli-error.ts';
import { isAlive } from '../pipeline/process-alive.ts';

/**
 * Keeps others from the same work until it is disposed of. A killed process's lock is taken over.
 *
 * @throws CliError while another process holds it
 */
export async function takeLock(file: string): Promise<AsyncDisposable> {
  makeFolder(dirname(file));
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      return { [Symbol.asyncDispose]: async () => await rm(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const pid = Number(await readFile(file, 'utf8').catch(() => ''));
    if (pid > 0 && isAlive(pid)) {
      throw new CliError(`process ${pid} is at the same work`, {
        nextStep: `wait for it to end; if it is another program, remove ${file}`,
      });
    }
    await rm(file, { force: true });
  }
}
