import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { RuntimeDescription } from '../../shared/control-api.ts';
import { ASSEMBLY_DIR } from './assembly.ts';
import { temporaryFolder } from './temporary-folder.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');

export interface PipelineOptions {
  readonly assemblyDir?: string;
  readonly dataDir?: string;
  /** More arguments for `npm start`. */
  readonly more?: readonly string[];
  /** A function of the assembly is meant to end by an error that nobody handles. */
  readonly hasBrokenFunction?: boolean;
  /** How far the clock of its machine is ahead of this one's: for a start that comes so much later. */
  readonly aheadMs?: number;
  /** Where that is kept, for others to read too. @default a file of its own */
  readonly clockFile?: string;
}

/** `npm start`, ready. */
export interface RuntimeProcess {
  readonly child: ChildProcess;
  readonly ready: RuntimeDescription;
  readonly dataDir: string;
  readonly clockFile: string;
  /** The end of what it has written. */
  readonly stderr: () => string;
  /** What it printed until it was ready. */
  readonly stdout: string;
  readonly hasBrokenFunction: boolean;
  /** Opens the console's page, where `more` asks for one: `http://127.0.0.1:4567/#token=…` */
  readonly consoleUrl: string | undefined;
}

/** @throws Error with what it wrote, when it ends before it is ready */
export async function startRuntime({
  assemblyDir = ASSEMBLY_DIR,
  dataDir = temporaryFolder('data'),
  more = [],
  aheadMs = 0,
  hasBrokenFunction = false,
  clockFile = join(temporaryFolder('clock'), 'ahead-ms'),
}: PipelineOptions): Promise<RuntimeProcess> {
  mkdirSync(dirname(clockFile), { recursive: true });
  writeFileSync(clockFile, String(aheadMs));
  const args = [
    '--import',
    join(import.meta.dirname, 'shifted-clock.mjs'),
    'cli/start/start.ts',
    '--json',
    '--quiet',
    '--port',
    '0',
    '--data-dir',
    dataDir,
    '--assembly',
    assemblyDir,
    ...more,
  ];
  const child = spawn(process.execPath, args, {
    cwd: PROJECT_DIR,
    env: { ...process.env, SLUICE_TEST_CLOCK: clockFile },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  const consoleUrl = Promise.withResolvers<string | undefined>();
  if (!more.includes('--console-port')) consoleUrl.resolve(undefined);
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-20_000);
    // beside the document on stdout it is told on stderr
    const told = /^http:\S+#token=\S+$/m.exec(complaint);
    if (told !== null) consoleUrl.resolve(told[0]);
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const ready = JSON.parse(line) as RuntimeDescription;
    const served = await consoleUrl.promise;
    return {
      child,
      ready,
      dataDir,
      clockFile,
      hasBrokenFunction,
      consoleUrl: served,
      stdout: `${line}\n`,
      stderr: () => complaint,
    };
  }
  throw new Error(`the pipeline did not start: ${complaint}`);
}
