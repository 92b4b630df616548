import { parseArgs } from 'node:util';
import { BREAKAGES, isBreakage, type BreakageName } from './breakage.ts';
import { FAULT_NAMES, isFault, type Fault } from './faults.ts';
import type { RunOptions } from './run-history.ts';

export const HELP = `Usage: npm run sim -- [--seed 0x…] [--events N] [--fault-rate R] [options]

Runs the real functions, patterns, conditions, bus, queues and pollers on a virtual clock, under every fault that
docs/reliability.md lists for it, and checks its invariants. The same seed gives the same trace. A failure is shrunk, and
printed with the one line that reproduces it; the exit code is 1 then. Ctrl-C ends it with the figures so far.

  --seed 0x…        of the first history [random]
  --events N        changes that S3 tells of [10000]
  --fault-rate R    multiplies how often faults strike; 0 for none [1]
  --faults a,b      only these, or none: ${FAULT_NAMES.slice(0, 4).join(', ')} …
  --keep 3,9,11     only these operations of the seed's history, as the line of a failure names them
  --threads N       so many histories at a time; the trace is the same [2]
  --break NAME      breaks the pipeline on purpose: ${BREAKAGES.join(', ')}
`;

/** What was asked for cannot be done; the message says what can. */
export class UsageError extends Error {}

export interface Flags extends RunOptions {
  readonly isHelp: boolean;
  readonly seed: number;
  readonly events: number;
  readonly threads: number;
  /** Numbers of the operations that are left of the seed's history. @default all, of as many histories as it takes */
  readonly keep: ReadonlySet<number> | undefined;
}

/** @throws UsageError */
export function parseFlags(args: readonly string[]): Flags {
  const values = valuesIn(args);
  return {
    isHelp: values.help,
    seed: values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : seedIn(values.seed),
    rate: number('--fault-rate', values['fault-rate'], 0, 10),
    only: values.faults === undefined ? undefined : faultsIn(values.faults),
    breakage: values.break === undefined ? undefined : breakageIn(values.break),
    events: whole('--events', values.events, 1, 1e9),
    threads: whole('--threads', values.threads, 1, 64),
    keep:
      values.keep === undefined
        ? undefined
        : new Set(values.keep.split(',').map((text) => whole('--keep', text, 0, 1e6))),
  };
}

function valuesIn(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seed: { type: 'string' },
        events: { type: 'string', default: '10000' },
        'fault-rate': { type: 'string', default: '1' },
        faults: { type: 'string' },
        keep: { type: 'string' },
        threads: { type: 'string', default: '2' },
        break: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}

function seedIn(text: string): number {
  if (!/^0x[\da-f]{1,8}$/i.test(text)) {
    throw new UsageError(`--seed ${JSON.stringify(text)}: write 0x and up to eight hexadecimal digits`);
  }
  return Number(text);
}

function faultsIn(text: string): ReadonlySet<Fault> {
  if (text === 'none') return new Set();
  return new Set(
    text.split(',').map((name) => {
      if (isFault(name)) return name;
      throw new UsageError(
        `--faults ${JSON.stringify(name)} is no fault: none, or some of ${FAULT_NAMES.join(', ')}`,
      );
    }),
  );
}

function breakageIn(name: string): BreakageName {
  if (isBreakage(name)) return name;
  throw new UsageError(`--break ${JSON.stringify(name)} is none: one of ${BREAKAGES.join(', ')}`);
}

function whole(flag: string, text: string, least: number, most: number): number {
  const value = number(flag, text, least, most);
  if (Number.isSafeInteger(value)) return value;
  throw new UsageError(`${flag} ${JSON.stringify(text)} is no whole number`);
}

function number(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^[\d.e]+$/i.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`${flag} ${JSON.stringify(text)} is no number from ${least} to ${most}`);
}
