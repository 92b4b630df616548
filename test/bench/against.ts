import { resolve } from 'node:path';
import { waitFor } from '../support/wait-for.ts';
import { usageOfTree } from './processes.ts';
import { RunningCheckout } from './running-checkout.ts';
import { quantile, spread } from './statistics.ts';
import { cpuSince, putAll } from './throughput.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');
const LOOK_AGAIN_MS = 200;
const PATIENCE_MS = 600_000;

/** Of one round. */
interface Round {
  readonly cpuMs: ReadonlyMap<string, number>;
  readonly uploadedPerSecond: number;
  readonly drainedPerSecond: number;
}

/**
 * What throughput measures, of this checkout and of another, both running: a round of one, then a round of the other, who is first
 * in turn too. The first round warms up and does not count, so that what is compared is the work and not the compiling.
 */
export async function throughputAgainst(against: string, objects: number, rounds: number): Promise<string[]> {
  await using ours = await RunningCheckout.start(PROJECT_DIR);
  await using other = await RunningCheckout.start(resolve(against));
  const results = new Map<RunningCheckout, Round[]>([
    [ours, []],
    [other, []],
  ]);
  for (let round = 0; round <= rounds; round++) {
    for (const checkout of round % 2 === 0 ? [other, ours] : [ours, other]) {
      const measured = await oneRound(checkout, objects, `csv/bench/${round}`);
      if (round > 0) results.get(checkout)!.push(measured);
    }
  }
  for (const checkout of [ours, other]) await checkRows(checkout, objects * (rounds + 1));
  const [mine, theirs] = [results.get(ours)!, results.get(other)!];
  const each = (measure: (one: Round) => number) =>
    mine.map((one, index) => measure(one) / measure(theirs[index]!));
  const cpu = ({ cpuMs }: Round): number => [...cpuMs.values()].reduce((sum, ms) => sum + ms, 0) / objects;
  return [
    `${objects} objects a round; CPU per event: ${cpuText(mine, objects)}; the other ${cpuText(theirs, objects)}`,
    `CPU per event to the other's, round by round: ${spread(each(cpu), '×', 2)}`,
    `uploads answered: ${spread(
      mine.map((one) => one.uploadedPerSecond),
      '/s',
    )}; the other ${spread(
      theirs.map((one) => one.uploadedPerSecond),
      '/s',
    )}: ${spread(
      each((one) => one.uploadedPerSecond),
      '×',
      2,
    )}`,
    `drained: ${spread(
      mine.map((one) => one.drainedPerSecond),
      'events/s',
    )}; the other ${spread(
      theirs.map((one) => one.drainedPerSecond),
      'events/s',
    )}: ${spread(
      each((one) => one.drainedPerSecond),
      '×',
      2,
    )}`,
  ];
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
  const names = [...rounds[0]!.cpuMs.keys()];
  const of = (name: string) => rounds.map(({ cpuMs }) => (cpuMs.get(name) ?? 0) / objects);
  const totals = rounds.map(({ cpuMs }) => [...cpuMs.values()].reduce((sum, ms) => sum + ms, 0) / objects);
  const parts = names.map((name) => `${name} ${quantile(of(name), 0.5).toFixed(2)}`);
  return `${spread(totals, 'ms', 2)}: ${parts.join(', ')}`;
}
