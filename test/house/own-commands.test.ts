import { globSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { describe, expect, test } from 'vitest';
import * as own from '../../shared/own-commands.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

// the programs that only a checkout has, behind its npm scripts, and the file that knows both ways to say it
const OF_THE_CHECKOUT = /^cli\/(start\/start|demo\/.*)\.ts$|^shared\/own-commands\.ts$/;
const COMMENT = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;

/** `own-commands.ts` as the package has it. */
async function packaged(): Promise<typeof own> {
  const source = readFileSync('shared/own-commands.ts', 'utf8');
  const file = join(temporaryFolder('own-commands'), 'own-commands.js');
  await writeFile(file, (await transform(source, { loader: 'ts', format: 'esm' })).code);
  return (await import(file)) as typeof own;
}

describe('what a person is told to type', () => {
  test('is an npm script in a checkout', () => {
    expect([own.startCommand(), own.startCommand('--port N'), own.SYNTH_COMMAND]).toEqual([
      'npm start',
      'npm start -- --port N',
      'npm run synth',
    ]);
  });

  test('is the program of the package, and the app’s own synth, in an app that has the package', async () => {
    const { startCommand, SYNTH_COMMAND } = await packaged();

    expect([startCommand(), startCommand('--port N'), SYNTH_COMMAND]).toEqual([
      'npx sluice start',
      'npx sluice start --port N',
      'npx cdk synth -q',
    ]);
  });

  test('is written out in no text that the package has too', () => {
    const files = globSync('{cli,functions,infra,local,shared}/**/*.ts').filter(
      (file) => !OF_THE_CHECKOUT.test(file),
    );
    const found = files.flatMap((file) =>
      readFileSync(file, 'utf8')
        .replaceAll(COMMENT, '')
        .split('\n')
        .filter((line) => /npm (start|run synth)\b/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );

    expect(files.length).toBeGreaterThan(100);
    expect(found).toEqual([]);
  });
});
