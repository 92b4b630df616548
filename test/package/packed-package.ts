import { execFile } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../support/temporary-folder.ts';

const run = promisify(execFile);
const PROJECT_DIR = resolve(import.meta.dirname, '../..');

/** Builds the package, and packs it as npm does. @returns the path of its tarball */
export async function packPackage(): Promise<string> {
  const folder = temporaryFolder('package');
  const { files } = JSON.parse(readFileSync(join(PROJECT_DIR, 'package.json'), 'utf8')) as {
    readonly files: readonly string[];
  };
  // `dist` is built there, so that no other build is disturbed
  for (const name of ['package.json', 'README.md', 'LICENSE', ...files.filter((each) => each !== 'dist')]) {
    cpSync(join(PROJECT_DIR, name), join(folder, name), { recursive: true });
  }
  await run(process.execPath, ['build.mjs', join(folder, 'dist')], { cwd: PROJECT_DIR });
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--silent'], { cwd: folder });
  return join(folder, stdout.trim());
}
