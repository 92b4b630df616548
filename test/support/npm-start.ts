import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { ASSEMBLY_DIR } from './assembly.ts';
import { refuseCrash } from './unhandled.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');

export interface Started {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `npm start`'s command until it ends by itself. */
export async function start(...args: string[]): Promise<Started> {
  return await ran(process.execPath, ['cli/start/start.ts', ...args]);
}

/** The same on a data folder, at a free port, with the assembly of the tests. */
export const startOn = (dataDir: string, ...args: string[]) => start(...argumentsOn(dataDir), ...args);

/** The same from a shell that has done `first`: `ulimit -n 30`. */
export async function startAfter(first: string, dataDir: string): Promise<Started> {
  const command = `${first} && exec "$0" cli/start/start.ts "$@"`;
  return await ran('/bin/sh', ['-c', command, process.execPath, ...argumentsOn(dataDir)]);
}

const argumentsOn = (dataDir: string) => ['--assembly', ASSEMBLY_DIR, '--port', '0', '--data-dir', dataDir];

async function ran(command: string, args: readonly string[]): Promise<Started> {
  const child = spawn(command, args, { cwd: PROJECT_DIR, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const exitCode = await new Promise<number | null>((ended) => {
    child.once('close', ended);
  });
  refuseCrash('npm start', stderr);
  return { exitCode, stdout, stderr };
}
