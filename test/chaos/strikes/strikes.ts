import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ASSEMBLY_DIR } from '../../support/assembly.ts';
import { childProcesses } from '../../support/child-processes.ts';
import { startOn } from '../../support/npm-start.ts';
import type { PipelineUnderTest } from '../../support/pipeline.ts';
import type { Random } from '../../support/random.ts';
import { startSluice } from '../../support/sluice.ts';
import type { SmallDisk } from '../../support/small-disk.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { Lives } from './lives.ts';

/** What a strike is aimed at. */
export interface Target {
  readonly lives: Lives;
  readonly random: Random;
  /** That the data folder is on; absent where this user may mount none. */
  readonly disk: SmallDisk | undefined;
  /** Uploads a CSV, which is counted. */
  readonly upload: (pipeline: PipelineUnderTest) => Promise<void>;
}

const DAY_MS = 86_400_000;
/** Beyond what a queue keeps, a dead-letter queue and this stage's archive, and a tombstone. */
const JUMPS_MS = [5, 15, 60].map((days) => days * DAY_MS);
const PROJECT_DIR = resolve(import.meta.dirname, '../../..');

/**
 * What is done to a running pipeline while it works. Each has ended when what it broke is whole again; the work that was under way may
 * not have.
 */
export const STRIKES = {
  /** SIGKILL. */
  'kill the runtime': async ({ lives }: Target) => lives.replace(async (pipeline) => pipeline.kill()),
  /** SIGTERM: it has to end by itself, and well. */
  'terminate the runtime': async ({ lives }: Target) => lives.replace(stopWell),
  /** SIGKILL, and again twice before it has started. */
  'kill it at its start': async ({ lives, random }: Target) =>
    lives.replace(async (pipeline) => {
      await pipeline.kill();
      for (let life = 0; life < 2; life++) await briefLife(lives.dataDir, random(700));
    }),
  /** SIGSTOP, and SIGCONT a second later. */
  'freeze the runtime': async ({ lives }: Target) => freeze([(await lives.current()).pid]),
  'kill the table store': async ({ lives }: Target) => kill(await children(lives, 'table store')),
  'freeze the table store': async ({ lives }: Target) => freeze(await children(lives, 'table store')),
  'kill the functions': async ({ lives }: Target) => kill(await children(lives, 'function')),
  'freeze the functions': async ({ lives }: Target) => freeze(await children(lives, 'function')),
  /** On the same data folder. */
  'start a second runtime': async ({ lives }: Target) => {
    const { exitCode, stderr } = await startOn((await lives.current()).dataDir);
    if (exitCode === 1 && /is in use by another running pipeline/.test(stderr)) return;
    throw new Error(`a second runtime on the folder was not refused: ${exitCode} ${stderr}`);
  },
  'clock ahead': async ({ lives, random }: Target) => leap(lives, lives.aheadMs + oneOf(JUMPS_MS, random)),
  'clock back': async ({ lives, random }: Target) => leap(lives, lives.aheadMs - oneOf(JUMPS_MS, random)),
  'clock ahead while it is off': async ({ lives, random }: Target) =>
    leapWhileOff(lives, lives.aheadMs + oneOf(JUMPS_MS, random)),
  'clock back while it is off': async ({ lives, random }: Target) =>
    leapWhileOff(lives, lives.aheadMs - oneOf(JUMPS_MS, random)),
  /** `sluice redrive`, killed somewhere. */
  'kill a redrive': async ({ lives, random }: Target) => {
    const { child, ended } = startSluice(['redrive', '--yes'], { pipeline: await lives.current() });
    await pause(200 + random(600));
    child.kill('SIGKILL');
    await ended;
  },
  'fill the disk': async ({ disk, random }: Target) => {
    if (disk === undefined) return;
    disk.fill();
    await pause(300 + random(500));
    disk.makeRoom();
  },
  /** Of the table store, for longer than a message of the counter is tried. */
  'long outage': async ({ lives, upload }: Target) => outage(await lives.current(), upload),
} as const satisfies Record<string, (target: Target) => Promise<void>>;

export type StrikeName = keyof typeof STRIKES;

export const STRIKE_NAMES = Object.keys(STRIKES) as StrikeName[];

async function stopWell(pipeline: PipelineUnderTest): Promise<void> {
  const exitCode = await pipeline.stop('SIGTERM');
  if (exitCode === 0) return;
  throw new Error(`after SIGTERM the runtime ended with ${exitCode}: ${pipeline.printed()}`);
}

async function children(lives: Lives, program: Parameters<typeof childProcesses>[1]): Promise<number[]> {
  return childProcesses((await lives.current()).pid, program);
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      // it has ended by itself, as functions may
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

const kill = (pids: readonly number[]): void => signal(pids, 'SIGKILL');

async function freeze(pids: readonly number[]): Promise<void> {
  signal(pids, 'SIGSTOP');
  await pause(1_000);
  signal(pids, 'SIGCONT');
}

async function leap(lives: Lives, aheadMs: number): Promise<void> {
  lives.aheadMs = aheadMs;
  const pipeline = await lives.current();
  pipeline.leap(aheadMs);
  signal(childProcesses(pipeline.pid, 'function'), 'SIGUSR2');
}

async function leapWhileOff(lives: Lives, aheadMs: number): Promise<void> {
  await lives.replace(async (pipeline) => {
    await pipeline.kill();
    lives.aheadMs = aheadMs;
  });
}

/** Starts a runtime on the folder, and kills it after so long. */
async function briefLife(dataDir: string, lifeMs: number): Promise<void> {
  const args = [
    'cli/start/start.ts',
    '--quiet',
    '--port',
    '0',
    '--data-dir',
    dataDir,
    '--assembly',
    ASSEMBLY_DIR,
  ];
  const child = spawn(process.execPath, args, { cwd: PROJECT_DIR, stdio: 'ignore' });
  const ended = once(child, 'exit');
  await pause(lifeMs);
  child.kill('SIGKILL');
  await ended;
}

/** Takes the folder of the tables away until a record of the counter has been given up. */
async function outage(pipeline: PipelineUnderTest, upload: Target['upload']): Promise<void> {
  const queue = pipeline.output('CsvRowCounterDeadLetterQueueUrl').split('/').at(-1)!;
  const letters = async () => (await pipeline.status()).queues[queue]!.visible;
  const before = await letters();
  const folder = join(pipeline.dataDir, 'dynamodb');
  withoutTableStore(pipeline, () => {
    renameSync(folder, `${folder}.away`);
    writeFileSync(folder, 'no folder');
  });
  try {
    await upload(pipeline);
    await waitFor(
      async () => {
        await pipeline.advance(600_000);
        return (await letters()) > before;
      },
      'a letter of the counter',
      120_000,
    );
  } finally {
    withoutTableStore(pipeline, () => {
      rmSync(folder);
      renameSync(`${folder}.away`, folder);
    });
  }
}

/** Kills the table store, and does the work before the runtime can start another. */
function withoutTableStore({ pid }: PipelineUnderTest, work: () => void): void {
  signal([pid], 'SIGSTOP');
  kill(childProcesses(pid, 'table store'));
  work();
  signal([pid], 'SIGCONT');
}

const oneOf = <Item>(items: readonly Item[], random: Random): Item => items[random(items.length)]!;
