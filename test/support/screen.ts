import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { RuntimeDescription } from '../../shared/control-api.ts';
import { refuseCrash } from './unhandled.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { waitFor } from './wait-for.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');
const LIMIT_MS = 120_000;

interface ScreenOptions {
  readonly projectDir?: string;
  readonly dataDir?: string;
  readonly bin?: string;
}

/** `npm start` as a person sees it, in a terminal without colours. To be disposed of, which fails after an error that nobody handled. */
export class Screen implements AsyncDisposable {
  readonly dataDir: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<number | null>;
  /** Once all that it has written is read, too. */
  readonly #closed: Promise<unknown>;
  readonly #projectDir: string;
  /** The program of a package that is installed there; in a checkout there is none. */
  readonly #bin: string | undefined;
  #stdout = '';
  #stderr = '';

  constructor(
    args: readonly string[],
    { projectDir = PROJECT_DIR, dataDir = temporaryFolder('screen'), bin }: ScreenOptions = {},
  ) {
    this.dataDir = dataDir;
    this.#projectDir = projectDir;
    this.#bin = bin;
    const start = bin === undefined ? ['cli/start/start.ts'] : [bin, 'start'];
    this.#child = spawn(process.execPath, [...start, '--port', '0', '--data-dir', dataDir, ...args], {
      cwd: projectDir,
      env: { ...process.env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => (this.#stdout += chunk.toString()));
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString()));
    this.#exited = new Promise((ended) => {
      this.#child.once('exit', ended);
    });
    this.#closed = new Promise((closed) => {
      this.#child.once('close', closed);
    });
  }

  get pid(): number {
    return this.#child.pid!;
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

  /** What the runtime says of itself, once it is ready. */
  description(): RuntimeDescription {
    return JSON.parse(readFileSync(join(this.dataDir, 'runtime.json'), 'utf8')) as RuntimeDescription;
  }

  lines(): string[] {
    return this.#stderr.trimEnd().split('\n');
  }

  /** The first line like that, once it is there. */
  async line(pattern: RegExp): Promise<string> {
    const found = (): string | undefined => this.lines().find((line) => pattern.test(line));
    await waitFor(
      () => found() !== undefined,
      () => `${String(pattern)} in:\n${this.#stderr}`,
      LIMIT_MS,
    );
    return found() ?? '';
  }

  /** `sluice` of the same project, against this start. */
  async sluice(...args: string[]): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
    const child = spawn(process.execPath, [this.#bin ?? 'cli/main.ts', ...args, '--data-dir', this.dataDir], {
      cwd: this.#projectDir,
      env: { ...process.env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const exitCode = await new Promise<number | null>((ended) => {
      child.once('close', ended);
    });
    refuseCrash(`sluice ${args.join(' ')}`, stderr);
    return { exitCode, stdout, stderr };
  }

  /** Ctrl-C. @returns the exit code */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGINT');
    return await this.#exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exitCode = await this.stop();
    await this.#closed;
    // what it shows of a synth that failed may end in Node's words, too
    if (exitCode !== 0) refuseCrash('npm start', this.#stderr);
  }
}
