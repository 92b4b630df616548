import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { START_HELP } from '../../../cli/start/start-help.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../../..');

const sluice = (...args: readonly string[]) =>
  spawnSync(process.execPath, ['cli/main.ts', ...args], { cwd: PROJECT_DIR, encoding: 'utf8' });

describe('sluice start', () => {
  test.each([
    ['start', '--help'],
    ['start', '--stage', 'prod', '-h'],
    ['help', 'start'],
  ])('%s %s shows the help of npm start', (...args) => {
    const { status, stdout, stderr } = sluice(...args);

    expect({ status, stdout: stdout.trim(), stderr }).toEqual({
      status: 0,
      stdout: START_HELP.trim(),
      stderr: '',
    });
  });

  test('reads its flags as npm start does', () => {
    const { status, stderr } = sluice('start', '--fresh', '--port', 'x');

    expect(status).toBe(2);
    expect(stderr).toBe(
      'sluice start: --port must be a whole number from 0 to 65535, not "x"; see sluice start --help\n',
    );
  });
});
