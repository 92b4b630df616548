import { DEPLOYED_COUNTER } from './deployed-counter.ts';
import { CORE_MB, leastMemoryMb, secondsPerGb, usdPerTb, type Work } from './lambda-cost.ts';
import { quantile } from './statistics.ts';
import type { BlockFacts } from './tls-server.ts';

/** One contestant's rounds on one kind of body; empty where it did not count it right. */
export interface Result {
  readonly block: BlockFacts;
  /** `twin`, `other kernel` */
  readonly contestant: string;
  /** For each gigabyte of CSV. */
  readonly cpuSeconds: number[];
  readonly peakBytes: number[];
}

const MEGABYTE = 1024 * 1024;
const { memoryMb: DEPLOYED_MB, timeout: TIMEOUT } = DEPLOYED_COUNTER;

/** What was measured of each kind of body, and what follows from it for Lambda. */
export function tlsReport(results: readonly Result[]): string[] {
  const lines = [
    'CPU seconds per GB of CSV, median (least-most), the most memory; what Lambda would need to keep up with its wire, and $ per TB of CSV',
  ];
  for (const [block, ofBlock] of Map.groupBy(results, (result) => result.block)) {
    const share = block.storedBytes / block.decodedBytes;
    lines.push(
      `${block.name}${share < 1 ? `, ${(1 / share).toFixed(1)} : 1` : ''}: ${ofBlock.map(measured).join('; ')}`,
    );
    const of = (name: string): readonly number[] =>
      ofBlock.find(({ contestant }) => contestant === name)?.cpuSeconds ?? [];
    const [twin, kernel] = [of('twin'), of('kernel')];
    if (twin.length > 0 && kernel.length > 0) {
      lines.push(
        `  ${priced({ cpuSeconds: median(twin), storedShare: share }, { cpuSeconds: median(kernel), storedShare: share })}`,
      );
    }
  }
  const plain = results.filter(({ block }) => block.storedBytes === block.decodedBytes);
  const [ours, theirs] = [sums(plain, 'kernel'), sums(plain, 'other kernel')];
  if (theirs.length > 0) {
    const ratios = ours.map((sum, round) => sum / theirs[round]!);
    lines.push(`the kernel to the other's, kinds that are not compressed together: ${spreadOf(ratios)} ×`);
  }
  return lines;
}

/** Of each round, over all kinds: single ones are at the mercy of what else the machine does. */
function sums(results: readonly Result[], name: string): number[] {
  const own = results.filter(({ contestant }) => contestant === name);
  return (own[0]?.cpuSeconds ?? []).map((_, round) =>
    own.reduce((sum, { cpuSeconds }) => sum + (cpuSeconds[round] ?? Number.NaN), 0),
  );
}

function measured({ contestant, cpuSeconds, peakBytes }: Result): string {
  return cpuSeconds.length === 0
    ? `${contestant} cannot count it`
    : `${contestant} ${spreadOf(cpuSeconds)}, ${Math.round(Math.max(...peakBytes) / MEGABYTE)} MiB`;
}

function priced(twin: Work, kernel: Work): string {
  const [ofTwin, ofKernel] = [twin, kernel].map((work) => {
    const least = leastMemoryMb(work);
    return {
      usd: usdPerTb(work, least ?? CORE_MB),
      text: least === undefined ? 'bound by the core' : `${least} MB`,
    };
  }) as [{ usd: number; text: string }, { usd: number; text: string }];
  const less = Math.round((1 - ofKernel.usd / ofTwin.usd) * 100);
  const seconds = secondsPerGb(kernel, DEPLOYED_MB);
  const reach = TIMEOUT.toSeconds() / seconds;
  const stored = kernel.storedShare < 1 ? `, ${(reach * kernel.storedShare).toFixed(0)} GB of it stored` : '';
  return (
    `twin ${ofTwin.text}, $${ofTwin.usd.toFixed(3)}; kernel ${ofKernel.text}, $${ofKernel.usd.toFixed(3)}: ${less} % less; ` +
    `as deployed, with ${DEPLOYED_MB} MB, $${usdPerTb(kernel, DEPLOYED_MB).toFixed(3)}, ${seconds.toFixed(1)} s/GB: ` +
    `${reach.toFixed(0)} GB in ${TIMEOUT.toMinutes()} minutes${stored}`
  );
}

const median = (values: readonly number[]): number => quantile(values, 0.5);

const spreadOf = (values: readonly number[]): string =>
  `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)}-${Math.max(...values).toFixed(2)})`;
