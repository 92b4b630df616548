import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Watchdog } from '../../../local/lambda/watchdog.ts';
import { waitFor } from '../../support/wait-for.ts';
import { isAlive } from './function-under-test.ts';

describe('after kill -9 of the runtime no child is left', () => {
  test.each([
    ['that waits', 'handlers.announce', 2, 'the runtime'],
    [
      'that blocks its event loop for ever, with a process of its own',
      'handlers.blockWithChild',
      4,
      'the runtime',
    ],
    ['when the signal goes to its whole group', 'handlers.blockWithChild', 4, 'its group'],
  ])('%s', async (_, handler, processes, killed) => {
    const file = join(mkdtempSync(join(tmpdir(), 'sluice-orphans-')), 'pids');
    const parent = spawn(
      process.execPath,
      [join(import.meta.dirname, 'orphaning-parent.ts'), handler, file],
      {
        stdio: 'inherit',
        detached: true,
      },
    );
    onTestFinished(() => void parent.kill('SIGKILL'));
    const pids = () =>
      existsSync(file) ? readFileSync(file, 'utf8').split(/\s+/).filter(Boolean).map(Number) : [];
    await waitFor(() => pids().length === processes, 'the functions to be busy');
    expect(pids().every(isAlive)).toBe(true);

    process.kill(killed === 'its group' ? -parent.pid! : parent.pid!, 'SIGKILL');
    await once(parent, 'exit');

    await waitFor(() => !pids().some(isAlive), 'the children to be gone', 2_000);
  });
});

describe('a function’s process that no watchdog knows of yet', () => {
  test('ends by itself when the runtime is gone, rather than fail to say so for ever', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-orphans-'));
    writeFileSync(join(folder, 'index.mjs'), 'export const handler = async () => {};');
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, '../../../local/lambda/bootstrap.mjs')],
      {
        // nobody listens there
        env: {
          AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9/secret',
          LAMBDA_TASK_ROOT: folder,
          _HANDLER: 'index.handler',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    onTestFinished(() => void child.kill('SIGKILL'));
    child.stdout.destroy();
    child.stderr.destroy();

    await once(child, 'exit');

    expect(isAlive(child.pid!)).toBe(false);
  });
});

describe('the watchdog', () => {
  test('kills at its end what is watched still, and nothing else', async () => {
    const [watched, ended, other] = [1, 2, 3].map(() => spawn('sleep', ['1000'], { detached: true }));
    const watchdog = new Watchdog();
    watchdog.watch(watched!.pid!);
    watchdog.watch(ended!.pid!);
    watchdog.unwatch(ended!.pid!);

    watchdog.stop();

    await once(watched!, 'exit');
    expect([ended, other].map((child) => isAlive(child!.pid!))).toEqual([true, true]);
    for (const child of [ended, other]) child!.kill('SIGKILL');
  });
});
