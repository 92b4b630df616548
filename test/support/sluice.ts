import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import type { PipelineUnderTest } from './pipeline.ts';
import { refuseCrash } from './unhandled.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');

/** What a command line printed, and how it ended. */
export interface Ran {
  /** Null when it was killed. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The document of `--json`. */
  json<Document = Record<string, unknown>>(): Document;
}

/** A command line under way. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
  /** What it has printed so far. */
  stdout(): string;
  stderr(): string;
}

/** Starts `sluice` as a process of its own, against a pipeline under test. */
export function startSluice(
  args: readonly string[],
  { pipeline, env = {}, input }: SluiceOptions = {},
): Running {
  const target = pipeline === undefined ? [] : ['--data-dir', pipeline.dataDir];
  const program = ['--import', './shared/require-node-24.mjs', 'cli/main.ts'];
  const child = spawn(process.execPath, [...program, ...args, ...target], {
    cwd: PROJECT_DIR,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(input ?? '');
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ran>((resolve, reject) => {
    child.once('close', (exitCode) => {
      try {
        refuseCrash(`sluice ${args.join(' ')}`, stderr);
      } catch (error) {
        reject(error);
      }
      resolve({ exitCode, stdout, stderr, json: <Document>() => JSON.parse(stdout) as Document });
    });
  });
  return { child, ended, stdout: () => stdout, stderr: () => stderr };
}

export interface SluiceOptions {
  readonly pipeline?: PipelineUnderTest;
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input. */
  readonly input?: string;
}

export async function sluice(args: readonly string[], options?: SluiceOptions): Promise<Ran> {
  return await startSluice(args, options).ended;
}
