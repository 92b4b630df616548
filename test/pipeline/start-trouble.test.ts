import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { ASSEMBLY_DIR } from '../support/assembly.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startAfter, startOn, type Started } from '../support/npm-start.ts';
import { processesOf } from '../support/processes.ts';
import { smallDisk } from '../support/small-disk.ts';
import { waitFor } from '../support/wait-for.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');

/** What it said: one line, with what to do behind a semicolon. @throws Error for anything else, e.g. a stack trace */
function sentence({ exitCode, stdout, stderr }: Started): string {
  if (exitCode === 1 && stdout === '' && /^npm start: .+; .+\n$/.test(stderr)) return stderr;
  throw new Error(`no sentence: exit code ${exitCode}, ${stdout}${stderr}`);
}

function file(): string {
  const path = join(temporaryFolder('file'), 'plan.txt');
  writeFileSync(path, 'mine');
  return path;
}

describe('npm start says in one sentence, and ends with exit code 1, when', { timeout: 90_000 }, () => {
  test.each([
    ['the data folder is a file', () => file(), /a file is there already where a folder should be \(EEXIST/],
    [
      'it lies below a file',
      () => join(file(), 'data'),
      /a part of the path is a file, not a folder \(ENOTDIR/,
    ],
    ['its path is impossible', () => '/proc/sluice/data', /none can be made there \(ENOENT/],
    ['its name is too long', () => `/tmp/${'n'.repeat(300)}`, /the path is too long .*\(ENAMETOOLONG/],
  ])('%s', async (_, folder, words) => {
    expect(sentence(await startOn(folder()))).toMatch(words);
  });

  test('the disk can only be read', async (context) => {
    using disk = smallDisk('ro');
    context.skip(disk === undefined, 'this user may mount no file system');
    expect(sentence(await startOn(join(disk!.path, 'data')))).toMatch(/can only be read \(EROFS/);
    expect(sentence(await startOn(disk!.path))).toMatch(/can only be read \(EROFS/);
  });

  test.for(['4k', '64k'])('the disk is full after %s', async (size, context) => {
    using disk = smallDisk(`size=${size}`);
    context.skip(disk === undefined, 'this user may mount no file system');
    expect(sentence(await startOn(disk!.path))).toMatch(/no space is left on the disk/);
  });

  test('this process may not open files enough', async () => {
    const dataDir = temporaryFolder('start');
    expect(sentence(await startAfter('ulimit -n 28', dataDir))).toMatch(/may not open more files \(EMFILE/);
    await waitFor(() => processesOf(dataDir).length === 0, 'every process to be gone');
  });

  test('its table store is damaged, or held by another program', async () => {
    const dataDir = temporaryFolder('start');
    const folder = join(dataDir, 'dynamodb');
    writeFileSync(join(dataDir, 'sluice.db'), '');
    mkdirSync(folder);
    const ofDynalite = createRequire(createRequire(import.meta.url).resolve('dynalite'));
    const { Level } = ofDynalite('level') as {
      Level: new (path: string) => Record<'open' | 'close', () => Promise<void>>;
    };
    const tables = new Level(folder);
    await tables.open();
    const held = await startOn(dataDir);
    const [waits = '', ...rest] = held.stderr.split(/(?<=\n)/);
    expect(waits).toContain('another process has the tables open; waiting for it to end');
    expect(sentence({ ...held, stderr: rest.join('') })).toMatch(
      /table store cannot be started in .*another program has it open/,
    );
    await tables.close();
    const manifest = readFileSync(join(folder, 'CURRENT'), 'utf8').trim();
    writeFileSync(join(folder, manifest), 'no manifest any more');
    expect(sentence(await startOn(dataDir))).toMatch(
      /it is damaged \(.*; put a copy of it back, or move it away/,
    );
  });

  test('the assembly is damaged', async () => {
    const assembly = temporaryFolder('assembly');
    writeFileSync(join(assembly, 'manifest.json'), '{"artif');
    expect(sentence(await startOn(temporaryFolder('start'), '--assembly', assembly))).toMatch(
      /the cloud assembly is damaged: .*manifest\.json: .*; run: npm run synth/,
    );
  });
});

test('npm start -- --help ends quietly when nobody reads it', async () => {
  const child = spawn('/bin/sh', ['-c', '"$0" cli/start/start.ts --help | true', process.execPath], {
    cwd: PROJECT_DIR,
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  await once(child, 'close');

  expect(stderr).toBe('');
});

describe('the runtime ends with the npm that started it', { timeout: 120_000 }, () => {
  test.each(['SIGTERM', 'SIGKILL'] as const)('%s', async (signal) => {
    const dataDir = temporaryFolder('npm');
    const npm = spawn(
      'npm',
      [
        'start',
        '--silent',
        '--',
        '--json',
        '--quiet',
        '--port',
        '0',
        '--data-dir',
        dataDir,
        '--assembly',
        ASSEMBLY_DIR,
      ],
      { cwd: PROJECT_DIR, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    for await (const line of createInterface({ input: npm.stdout })) {
      expect(JSON.parse(line)).toMatchObject({ dataDir });
      break;
    }
    expect(processesOf(dataDir).length).toBeGreaterThan(1);

    npm.kill(signal);

    await waitFor(() => processesOf(dataDir).length === 0, 'every process to be gone', 30_000);
    expect(processesOf(dataDir)).toEqual([]);
  });
});
