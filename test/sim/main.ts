import { HELP, parseFlags, UsageError, type Flags } from './flags.ts';
import { kept } from './history/operation.ts';
import { Place } from './place.ts';
import { failureDetails, failureLine, figureBlock } from './report.ts';
import { runHistory } from './run-history.ts';
import { shrink } from './shrink.ts';
import { historyOf, type Simulation } from './simulate.ts';
import { simulateInThreads } from './threads.ts';

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${HELP}`);
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const flags = parseFlags(process.argv.slice(2));
  if (flags.isHelp) {
    process.stdout.write(HELP);
    return 0;
  }
  return flags.keep === undefined ? await run(flags) : await runKept(flags, flags.keep);
}

async function run(flags: Flags): Promise<number> {
  const { seed, rate, breakage } = flags;
  const began = performance.now();
  const simulation = await simulateInThreads(flags, flags.threads, tellNowAndThen());
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage();
  const cpuSeconds = (user + system) / 1e6;
  const mostBytes = process.resourceUsage().maxRSS * 1_024;
  const { failed, mismatches } = simulation;
  if (failed !== undefined) {
    const place = await Place.load();
    const least = await shrink(place, historyOf(failed.seed, flags), flags, failed);
    console.log(failureDetails(least));
    console.log(failureLine(least, { seed: failed.seed, rate, breakage }));
    return 1;
  }
  console.log(figureBlock(simulation, { seed, seconds, cpuSeconds, mostBytes, rate }));
  return mismatches > 0 ? 1 : 0;
}

/** A line a minute about how far it is, beside the figures: a million events take a while. */
function tellNowAndThen(): (simulation: Simulation) => void {
  let toldMs = performance.now();
  return ({ figures, histories }) => {
    if (performance.now() - toldMs < 60_000) return;
    toldMs = performance.now();
    console.error(
      `${figures.events.toLocaleString('en-US')} events in ${histories} histories, nothing violated so far`,
    );
  };
}

/** What a failure has left of a history. */
async function runKept(flags: Flags, keep: ReadonlySet<number>): Promise<number> {
  const { seed, rate, breakage, only } = flags;
  const place = await Place.load();
  // the history is that of the whole seed: what was turned off since only does not strike
  const history = historyOf(seed, { ...flags, only: undefined });
  const operations = kept(history.operations, ({ n }) => keep.has(n));
  const outcome = await runHistory(place, { ...history, operations }, flags);
  if (outcome.violation === undefined) {
    console.log(`no invariant is violated by these ${operations.length} operations; trace ${outcome.trace}`);
    return 0;
  }
  const least = { operations, only: only ?? new Set(outcome.on), outcome };
  console.log(failureDetails(least));
  console.log(failureLine(least, { seed, rate, breakage }));
  return 1;
}
