import { parseArgs } from 'node:util';
import { BREAKAGES, isBreakage, type BreakageName } from './breakage.ts';
import { FAULT_NAMES, isFault, type Fault } from './faults.ts';
import { kept } from './history/operation.ts';
import { Place } from './place.ts';
import { failureDetails, failureLine, figureBlock } from './report.ts';
import { runHistory, type RunOptions } from './run-history.ts';
import { shrink } from './shrink.ts';
import { historyOf } from './simulate.ts';
import { simulateInThreads } from './threads.ts';

const HELP = `Usage: npm run sim -- [--seed 0x…] [--events N] [--fault-rate R] [options]

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

class UsageError extends Error {}

try {
  process.exitCode = await main();
} catch (error) {
  if (
    !(error instanceof UsageError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true)
  ) {
    throw error;
  }
  console.error(`${(error as Error).message}\n\n${HELP}`);
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
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
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : seedIn(values.seed);
  const options: RunOptions = {
    rate: number('--fault-rate', values['fault-rate'], 0, 10),
    only: values.faults === undefined ? undefined : faultsIn(values.faults),
    breakage: values.break === undefined ? undefined : breakageIn(values.break),
  };
  if (values.keep !== undefined) return await runKept(seed, values.keep, options);
  const events = whole('--events', values.events, 1, 1e9);
  return await run({ ...options, seed, events }, whole('--threads', values.threads, 1, 64));
}

async function run(options: RunOptions & { seed: number; events: number }, threads: number): Promise<number> {
  const { seed, rate, breakage } = options;
  const began = performance.now();
  const simulation = await simulateInThreads(options, threads);
  const seconds = (performance.now() - began) / 1_000;
  const { failed, mismatches } = simulation;
  if (failed !== undefined) {
    const place = await Place.load();
    const least = await shrink(place, historyOf(failed.seed, options), options, failed);
    console.log(failureDetails(least));
    console.log(failureLine(least, { seed: failed.seed, rate, breakage }));
    return 1;
  }
  console.log(figureBlock(simulation, { seed, seconds, rate }));
  return mismatches > 0 ? 1 : 0;
}

/** What a failure has left of a history. */
async function runKept(seed: number, keep: string, options: RunOptions): Promise<number> {
  const numbers = new Set(keep.split(',').map((text) => whole('--keep', text, 0, 1e6)));
  const place = await Place.load();
  // the history is that of the whole seed: what was turned off since only does not strike
  const history = historyOf(seed, { ...options, only: undefined });
  const operations = kept(history.operations, ({ n }) => numbers.has(n));
  const outcome = await runHistory(place, { ...history, operations }, options);
  if (outcome.violation === undefined) {
    console.log(`no invariant is violated by these ${operations.length} operations; trace ${outcome.trace}`);
    return 0;
  }
  const least = { operations, only: options.only ?? new Set(outcome.on), outcome };
  console.log(failureDetails(least));
  console.log(failureLine(least, { seed, rate: options.rate, breakage: options.breakage }));
  return 1;
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
