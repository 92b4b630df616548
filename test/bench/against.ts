import { resolve } from 'node:path';
import { waitFor } from '../support/wait-for.ts';
import { uploadUntilRecorded } from './idle.ts';
import { usageOfTree } from './processes.ts';
import { RunningCheckout } from './running-checkout.ts';
import { quantile, spread } from './statistics.ts';
import { cpuSince, putAll } from './throughput.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');
const LOOK_AGAIN_MS = 200;
const PATIENCE_MS = 600_000;

/** One round of uploads to one pipeline. */
interface Round {
  readonly cpuMs: ReadonlyMap<string, number>;
  readonly uploadedPerSecond: number;
  readonly drainedPerSecond: number;
}

/** What both have measured, round by round. */
interface Compared<Result> {
  readonly own: Result[];
  readonly other: Result[];
}

/**
 * What throughput measures, of this checkout and of another, both running. The first round warms up and does not count, so that
 * what is compared is the work and not the compiling.
 */
export async function throughputAgainst(against: string, objects: number, rounds: number): Promise<string[]> {
  await using own = await RunningCheckout.start(PROJECT_DIR);
  await using other = await RunningCheckout.start(resolve(against));
  const results = await inTurn(rounds, (which, round) =>
    oneRound(which === 'own' ? own : other, objects, `csv/bench/${round}`),
  );
  for (const checkout of [own, other]) await checkRows(checkout, objects * (rounds + 1));
  const cpu = ({ cpuMs }: Round): number => [...cpuMs.values()].reduce((sum, ms) => sum + ms, 0) / objects;
  return [
    `${objects} objects a round; CPU per event: ${cpuText(results.own, objects)}; the other ${cpuText(results.other, objects)}`,
    `CPU per event: ${ratios(results, cpu)}`,
    `uploads answered: ${both(results, (one) => one.uploadedPerSecond, '/s')}`,
    `drained: ${both(results, (one) => one.drainedPerSecond, 'events/s')}`,
  ];
}

/** What idle measures, a few uploads at a time to each of both. */
export async function idleAgainst(against: string, uploads: number, rounds: number): Promise<string[]> {
  await using own = await RunningCheckout.start(PROJECT_DIR);
  await using other = await RunningCheckout.start(resolve(against));
  const results = await inTurn(rounds, async (which, round) => {
    const times = await uploadUntilRecorded(which === 'own' ? own : other, uploads, `idle/${round}`);
    return times.map(({ recordedMs }) => recordedMs);
  });
  return [
    `${uploads} uploads a round, PUT sent to row readable, p50: ${both(results, at(0.5), 'ms', 1)}`,
    `p95: ${both(results, at(0.95), 'ms', 1)}`,
  ];
}

const at = (share: number) => (times: readonly number[]) => quantile(times, share);

/** What start measures, of each of both. */
export async function startAgainst(against: string, rounds: number): Promise<string[]> {
  const results = await inTurn(rounds, async (which) => {
    const began = performance.now();
    await using checkout = await RunningCheckout.start(which === 'own' ? PROJECT_DIR : resolve(against));
    const readyMs = performance.now() - began;
    const cpuMs = usageOfTree(checkout.pid).reduce((sum, usage) => sum + usage.cpuMs, 0);
    return { readyMs, cpuMs };
  });
  return [
    `start to ready: ${both(results, ({ readyMs }) => readyMs, 'ms')}`,
    `CPU until then, of all its processes: ${both(results, ({ cpuMs }) => cpuMs, 'ms')}`,
  ];
}

/** A round of one, then of the other, and who is first in turn too: what else the machine does meets both. The first round warms up. */
async function inTurn<Result>(
  rounds: number,
  measure: (which: keyof Compared<Result>, round: number) => Promise<Result>,
): Promise<Compared<Result>> {
  const results: Compared<Result> = { own: [], other: [] };
  for (let round = 0; round <= rounds; round++) {
    for (const which of round % 2 === 0 ? (['other', 'own'] as const) : (['own', 'other'] as const)) {
      const result = await measure(which, round);
      if (round > 0) results[which].push(result);
    }
  }
  return results;
}

function both<Result>(
  results: Compared<Result>,
  measure: (one: Result) => number,
  unit: string,
  digits = 0,
): string {
  const { own, other } = results;
  return `${spread(own.map(measure), unit, digits)}; the other ${spread(other.map(measure), unit, digits)}: ${ratios(results, measure)}`;
}

function ratios<Result>({ own, other }: Compared<Result>, measure: (one: Result) => number): string {
  const each = own.map((one, round) => measure(one) / measure(other[round]!));
  return `${spread(each, '×', 2)} the other's`;
}

async function oneRound(checkout: RunningCheckout, objects: number, prefix: string): Promise<Round> {
  const before = usageOfTree(checkout.pid);
  const began = performance.now();
  await putAll(checkout, objects, prefix);
  const uploadedMs = performance.now() - began;
  await waitFor(
    async () => (await checkout.status()).drained,
    'the pipeline to drain',
    PATIENCE_MS,
    LOOK_AGAIN_MS,
  );
  const drainedMs = performance.now() - began;
  return {
    cpuMs: cpuSince(before, usageOfTree(checkout.pid)),
    uploadedPerSecond: (objects * 1_000) / uploadedMs,
    drainedPerSecond: (objects * 1_000) / drainedMs,
  };
}

async function checkRows(checkout: RunningCheckout, objects: number): Promise<void> {
  for (const table of ['UploadMetadataTableName', 'ProcessedFilesTableName']) {
    const rows = await checkout.countRows(table);
    if (rows !== objects) {
      throw new Error(`of ${objects} uploads there are ${rows} rows in ${checkout.output(table)}`);
    }
  }
}

/** `median 7.41 ms (7.20-7.80, n=5): runtime 2.10, dynalite 1.90, …`, the parts by their medians */
function cpuText(rounds: readonly Round[], objects: number): string {
  const totals = rounds.map(({ cpuMs }) => [...cpuMs.values()].reduce((sum, ms) => sum + ms, 0) / objects);
  const parts = [...rounds[0]!.cpuMs.keys()].map((name) => {
    const times = rounds.map(({ cpuMs }) => (cpuMs.get(name) ?? 0) / objects);
    return `${name} ${quantile(times, 0.5).toFixed(2)}`;
  });
  return `${spread(totals, 'ms', 2)}: ${parts.join(', ')}`;
}
