import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { makeSocketFolder, removeStaleSocketFolders } from '../../../local/storage/socket-folder.ts';

let temporary: string;

beforeEach(() => {
  temporary = mkdtempSync('/tmp/sluice-test-');
  vi.stubEnv('TMPDIR', temporary);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true });
});

/** As a runtime leaves it that is killed while its child listens. */
async function killedWhileListening(path: string): Promise<void> {
  const code = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => console.log('listens'))`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('a socket folder', () => {
  test('is for its own user only, and goes when it is removed', () => {
    const folder = makeSocketFolder();
    const { mode } = lstatSync(dirname(folder.path));
    folder.remove();
    folder.remove();

    expect(mode & 0o777).toBe(0o700);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('lies in /tmp where the temporary folder has a long path', () => {
    const deep = join(temporary, 'x'.repeat(120));
    mkdirSync(deep);
    vi.stubEnv('TMPDIR', deep);

    const folder = makeSocketFolder();
    folder.remove();

    expect(folder.path).toMatch(/^\/tmp\/sluice-sockets-\w+\/socket$/);
  });

  test.each([
    ['ahead', 3],
    ['behind', -3],
  ])("is as old as the file system says, though the machine's clock is days %s", async (_, days) => {
    const starting = makeSocketFolder();
    const neverListened = makeSocketFolder();
    utimesSync(dirname(neverListened.path), new Date(Date.now() - 120_000), new Date(Date.now() - 120_000));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days * 86_400_000 });

    await removeStaleSocketFolders();

    expect(existsSync(dirname(starting.path))).toBe(true);
    expect(existsSync(dirname(neverListened.path))).toBe(false);
    expect(readdirSync(temporary)).toHaveLength(1);
  });

  test('that a killed runtime has left behind is removed, and no other', async () => {
    const dead = makeSocketFolder();
    await killedWhileListening(dead.path);
    const neverListened = makeSocketFolder();
    utimesSync(dirname(neverListened.path), 0, 0);
    const starting = makeSocketFolder();
    const alive = makeSocketFolder();
    const server = createServer().listen(alive.path);
    await once(server, 'listening');
    const somebodys = join(temporary, 'somebodys');
    mkdirSync(somebodys);
    writeFileSync(join(somebodys, 'precious'), '');
    utimesSync(somebodys, 0, 0);
    symlinkSync(somebodys, join(temporary, 'sluice-sockets-link'));

    await removeStaleSocketFolders();
    server.close();

    expect(existsSync(dirname(dead.path))).toBe(false);
    expect(existsSync(dirname(neverListened.path))).toBe(false);
    expect(existsSync(dirname(starting.path))).toBe(true);
    expect(existsSync(dirname(alive.path))).toBe(true);
    expect(readdirSync(somebodys)).toEqual(['precious']);
  });
});
