import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { takeLock } from '../../../cli/backfill/lock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('a lock', () => {
  test('holds the process that took it, and is gone when it is disposed of', async () => {
    const file = join(temporaryFolder('lock'), 'below', 'work.lock');
    const lock = await takeLock(file);
    expect(readFileSync(file, 'utf8')).toBe(String(process.pid));
    await lock[Symbol.asyncDispose]();
    expect(existsSync(file)).toBe(false);
  });

  test('that a running process holds is refused, and names the process', async () => {
    const file = join(temporaryFolder('lock'), 'work.lock');
    writeFileSync(file, String(process.ppid));

    await expect(takeLock(file)).rejects.toThrow(`process ${process.ppid} is at the same work`);
    expect(readFileSync(file, 'utf8')).toBe(String(process.ppid));
  });

  test.each([
    ['of a process that has ended', () => String(spawnSync('true').pid)],
    ['that is empty', () => ''],
  ])('%s is taken over', async (_, content) => {
    const file = join(temporaryFolder('lock'), 'work.lock');
    writeFileSync(file, content());

    await takeLock(file);

    expect(readFileSync(file, 'utf8')).toBe(String(process.pid));
  });
});
