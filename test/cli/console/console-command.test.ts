import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONSOLE_PORT } from '../../../cli/console/console-command.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { startSluice, type SluiceOptions } from '../../support/sluice.ts';
import { sluiceInside } from '../../support/sluice-inside.ts';
import { waitFor } from '../../support/wait-for.ts';

const LIMIT_MS = 240_000;
const ADDRESS = /^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{22}\n$/;

let pipeline: PipelineUnderTest;
beforeAll(async () => {
  pipeline = await PipelineUnderTest.start();
}, LIMIT_MS);
afterAll(async () => {
  await pipeline?.[Symbol.asyncDispose]();
});

/** Starts a console, stops it by Ctrl-C once it serves, and gives what it printed. */
async function served(args: readonly string[], options: Omit<SluiceOptions, 'pipeline'> = {}) {
  const running = startSluice(['console', ...args], { ...options, pipeline });
  const ended = { isSo: false };
  void running.ended.finally(() => (ended.isSo = true)).catch(() => {});
  await waitFor(
    () => ended.isSo || running.stderr().includes('Ctrl-C stops it'),
    () => `the console to serve: ${running.stderr()}`,
    LIMIT_MS / 2,
  );
  running.child.kill('SIGINT');
  return await running.ended;
}

describe('sluice console', () => {
  test(
    'prints its address alone to stdout, all else to stderr, and ends by Ctrl-C with 130 as every verb',
    async () => {
      const { exitCode, stdout, stderr } = await served(['--port', '0']);

      expect(stdout).toMatch(ADDRESS);
      expect(stderr).toContain(`local Sluice-dev ${pipeline.endpoint}\n`);
      expect(stderr).toContain(`the console of local Sluice-dev ${pipeline.endpoint}; Ctrl-C stops it\n`);
      expect(stderr).not.toContain('#token=');
      expect(exitCode).toBe(130);
    },
    LIMIT_MS,
  );

  test(
    'says that it finds no browser, and serves all the same',
    async () => {
      const ran = await served(['--port', '0', '--open'], { env: { PATH: '' } });

      expect(ran.stderr).toMatch(/^no browser opens \(.*ENOENT.*\): open the address yourself$/m);
      expect(ran.stdout).toMatch(ADDRESS);
      expect(ran.exitCode).toBe(130);
    },
    LIMIT_MS,
  );

  test(
    'takes a free port where its own is taken, and says so',
    async () => {
      const other = createServer().on('error', () => {});
      other.listen(CONSOLE_PORT, '127.0.0.1');
      // whoever has it, it is taken
      await Promise.race([once(other, 'listening'), once(other, 'error')]);

      const { exitCode, stdout, stderr } = await served([]);
      other.close();

      expect(stderr).toContain(
        `port ${CONSOLE_PORT} is taken by another program: the console has a free one\n`,
      );
      expect(stdout).toMatch(ADDRESS);
      expect(stdout).not.toContain(`:${CONSOLE_PORT}/`);
      expect(exitCode).toBe(130);
    },
    LIMIT_MS,
  );

  test('takes no other port than the one that it is told', async () => {
    const { port } = new URL(pipeline.endpoint);

    const ran = await sluiceInside(pipeline, 'console', '--port', port);

    expect(ran).toMatchObject({ exitCode: 1, stdout: '' });
    expect(ran.stderr).toContain(`port ${port} is taken by another program`);
    expect(ran.stderr).toContain('or choose another port with --port (0 takes a free one)');
  });

  test.each<[args: string[], said: string]>([
    [['--port', 'x'], '--port'],
    [['--port', '65536'], '65536'],
    [['--port', '-1'], '-1'],
    [['--porte', '1'], "unknown option '--porte'"],
    [['csv/'], 'too many arguments'],
  ])('refuses %j with 2', async (args, said) => {
    const ran = await sluiceInside(pipeline, 'console', ...args);

    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ran.stderr).toContain(said);
  });
});
