import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { callConsole, consoleOf } from '../support/console-call.ts';
import { startOn } from '../support/npm-start.ts';
import { Screen } from '../support/screen.ts';
import { ASSEMBLY_DIR } from '../support/assembly.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');
const LIMIT_MS = 120_000;

describe('npm start', () => {
  test(
    'prints seven lines, then one per object with what its consumers made of it',
    async () => {
      await using screen = new Screen(['--assembly', ASSEMBLY_DIR]);
      const summary = await screen.summary();
      const folder = temporaryFolder('files');
      writeFileSync(join(folder, 'orders.csv'), 'a,b\n1,2\n3,4\n');
      writeFileSync(join(folder, 'returns.csv'), 'a,b\n1,"2\n');
      writeFileSync(join(folder, 'wei\u200brd.csv'), 'a\n1\n');

      const put = await screen.sluice('put', folder, 'csv/', '--wait', '--wait-limit', '100s');

      expect(summary).toHaveLength(7);
      expect(summary[2]).toMatch(/^ {2}console {8}http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{22}$/);
      expect(summary.join('\n')).toContain('eval "$(npx sluice env');
      expect(put).toMatchObject({
        exitCode: 0,
        stdout: expect.stringMatching(/recorded.*malformed-csv/) as string,
      });
      // who answers later than five seconds after the others has a line of its own
      expect(await screen.line(/csv\/orders\.csv.* rows/)).toMatch(
        /^\d\d:\d\d:\d\d  csv\/orders\.csv  12 B   (✔ metadata  )?✔ 3 rows(  ✔ ledger)?   \d+ (ms|s|min)$/,
      );
      expect(await screen.line(/csv\/returns\.csv.*✖/)).toContain('✖ malformed-csv: ');
      expect(await screen.line(/wei\\u200brd/)).toContain('✔ 2 rows ');
      expect(screen.lines().filter((line) => /orders\.csv.* rows/.test(line))).toHaveLength(1);
    },
    2 * LIMIT_MS,
  );

  test(
    'shows the functions’ own lines with --logs',
    async () => {
      await using screen = new Screen(['--assembly', ASSEMBLY_DIR, '--logs']);
      await screen.summary();

      await screen.sluice('put', 'cdk.json', 'a\u202eb.json');

      const line = await screen.line(/"message":"recorded"/);
      expect(line).toContain(String.raw`a\u202eb.json`);
      expect(JSON.parse(line.slice(line.indexOf('{')))).toMatchObject({ key: 'a\u202eb.json' });
      expect(await screen.line(/REPORT RequestId/)).toMatch(/  Duration: /);
    },
    2 * LIMIT_MS,
  );

  test(
    'serves the console, which ends with it, and keeps its token to the screen',
    async () => {
      await using screen = new Screen(['--assembly', ASSEMBLY_DIR, '--quiet']);
      const { origin, token } = consoleOf(await screen.summary());

      const session = await callConsole(origin, token, '/api/session', {});
      const exitCode = await screen.stop();

      expect(session.status).toBe(200);
      expect(await session.json()).toMatchObject({
        deployment: { kind: 'local', stack: 'Sluice-dev' },
        readOnly: false,
        startCommand: 'npm start',
      });
      expect(exitCode).toBe(0);
      await expect(fetch(origin)).rejects.toThrow('fetch failed');
      expect(readFilesUnder(screen.dataDir)).not.toContain(token);
      expect(screen.lines().join('\n')).not.toContain(token);
    },
    2 * LIMIT_MS,
  );

  test(
    'serves no console with --no-console, and takes the port that it is told',
    async () => {
      await using screen = new Screen(['--assembly', ASSEMBLY_DIR, '--quiet', '--no-console']);
      const summary = await screen.summary();
      const { port } = new URL(screen.description().endpoint);

      const taken = await startOn(temporaryFolder('taken'), '--console-port', port);

      expect(summary).toHaveLength(6);
      expect(taken).toMatchObject({
        exitCode: 1,
        stdout: '',
        stderr: expect.stringContaining(
          `npm start: port ${port} is taken by another program; stop that one, or choose another port with --console-port`,
        ) as string,
      });
    },
    2 * LIMIT_MS,
  );

  test(
    'works, and doctor with it, in a path with a space',
    async () => {
      const projectDir = join(temporaryFolder('path'), 'with a space & 訂');
      mkdirSync(projectDir);
      for (const name of [
        'cli',
        'functions',
        'infra',
        'local',
        'shared',
        'cdk.json',
        'package.json',
        'package-lock.json',
      ]) {
        cpSync(join(PROJECT_DIR, name), join(projectDir, name), { recursive: true });
      }
      symlinkSync(join(PROJECT_DIR, 'node_modules'), join(projectDir, 'node_modules'));
      await using screen = new Screen([], { projectDir, dataDir: join(projectDir, 'data in it') });
      expect(await screen.summary()).toHaveLength(7);

      const put = await screen.sluice('put', join(projectDir, 'package.json'), 'a.json', '--wait');
      const doctor = await screen.sluice('doctor', '--json');

      expect(put).toMatchObject({ exitCode: 0 });
      const { checks } = JSON.parse(doctor.stdout) as {
        checks: { name: string; state: string; detail: string }[];
      };
      expect(checks.filter(({ name }) => name === 'template')).toEqual([
        { name: 'template', state: 'ok', detail: expect.stringContaining('cdk.out of') as string },
      ]);
      expect(checks.filter(({ state }) => state === 'failed')).toEqual([]);
      expect(readFileSync(join(projectDir, 'cdk.out/manifest.json'), 'utf8')).toContain('Sluice-dev');
    },
    3 * LIMIT_MS,
  );
});

/** All that its files hold, one behind the other. */
const readFilesUnder = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join();
