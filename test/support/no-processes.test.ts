import { expect, test } from 'vitest';

test.each([
  ['spawn', ['true']],
  ['spawnSync', ['true']],
  ['exec', ['true']],
  ['execSync', ['true']],
  ['execFile', ['true']],
  ['execFileSync', ['true']],
  ['fork', ['test/support/no-such-file.ts']],
] as const)('a fast test cannot start a process by %s', async (name, [program]) => {
  // an import at the top would count this file among those that may
  const starters = await import('node:child_process');

  expect(() => starters[name](program)).toThrow('a fast test starts no process');
});
