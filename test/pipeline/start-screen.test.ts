import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ASSEMBLY_DIR } from '../support/assembly.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { waitFor } from '../support/wait-for.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');
const LIMIT_MS = 120_000;

/** `npm start` as a person sees it, in a terminal without colours. */
class Screen implements AsyncDisposable {
  readonly dataDir: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<number | null>;
  readonly #projectDir: string;
  #stdout = '';
  #stderr = '';

  constructor(
    args: readonly string[],
    { projectDir = PROJECT_DIR, dataDir = temporaryFolder('screen') } = {},
  ) {
    this.dataDir = dataDir;
    this.#projectDir = projectDir;
    this.#child = spawn(
      process.execPath,
      ['cli/start/start.ts', '--port', '0', '--data-dir', dataDir, ...args],
      {
        cwd: projectDir,
        env: { ...process.env, NO_COLOR: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.#child.stdout?.on('data', (chunk: Buffer) => (this.#stdout += chunk.toString()));
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString()));
    this.#exited = new Promise((ended) => {
      this.#child.once('exit', ended);
    });
  }

  /** What it prints when it is ready. */
  async summary(): Promise<string[]> {
    await waitFor(
      () => /Ctrl-C stops it\.\n/.test(this.#stdout) || this.#child.exitCode !== null,
      'the start',
      LIMIT_MS,
    );
    return this.#stdout.trimEnd().split('\n');
  }

  lines(): string[] {
    return this.#stderr.trimEnd().split('\n');
  }

  async line(pattern: RegExp): Promise<string> {
    await waitFor(() => this.lines().some((line) => pattern.test(line)), String(pattern), LIMIT_MS);
    return this.lines().find((line) => pattern.test(line)) ?? '';
  }

  /** `sluice` of the same project, against this start. */
  async sluice(...args: string[]): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
    const child = spawn(process.execPath, ['cli/main.ts', ...args, '--data-dir', this.dataDir], {
      cwd: this.#projectDir,
      env: { ...process.env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    return await new Promise((ended) => {
      child.once('close', (exitCode) => ended({ exitCode, stdout, stderr }));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGINT');
    await this.#exited;
  }
}

describe('npm start', () => {
  test(
    'prints six lines, then one per object with what its consumers made of it',
    async () => {
      await using screen = new Screen(['--assembly', ASSEMBLY_DIR]);
      const summary = await screen.summary();
      const folder = temporaryFolder('files');
      writeFileSync(join(folder, 'orders.csv'), 'a,b\n1,2\n3,4\n');
      writeFileSync(join(folder, 'returns.csv'), 'a,b\n1,"2\n');
      writeFileSync(join(folder, 'wei\u200brd.csv'), 'a\n1\n');

      const put = await screen.sluice('put', folder, 'csv/', '--wait', '--wait-limit', '100s');

      expect(summary).toHaveLength(6);
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
      expect(await screen.summary()).toHaveLength(6);

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
