import { PRICES } from '../../cli/cost/price-table.ts';

/** Lambda gives a whole core at so many megabytes, and below it a share. */
export const CORE_MB = 1_769;
/** What Lambda's network gives, whatever the memory: 625 Mbit/s. */
const WIRE_GB_PER_SECOND = 0.078;
const LEAST_MB = 128;

/** What a gigabyte of CSV takes, measured. */
export interface Work {
  readonly cpuSeconds: number;
  /** Gigabytes that come over the wire for it: 1, and less when they are compressed. */
  readonly storedShare: number;
}

/**
 * The smallest memory whose share of a core keeps up with the wire; whether the process has room in it is another question.
 * Undefined where even a whole core does not: then every memory up to that costs the same.
 */
export function leastMemoryMb({ cpuSeconds, storedShare }: Work): number | undefined {
  const memoryMb = Math.ceil((CORE_MB * cpuSeconds * WIRE_GB_PER_SECOND) / storedShare);
  return memoryMb > CORE_MB ? undefined : Math.max(LEAST_MB, memoryMb);
}

/** For a gigabyte of CSV: the wire or the share of a core decides, whichever is slower. */
export function secondsPerGb({ cpuSeconds, storedShare }: Work, memoryMb: number): number {
  return Math.max(storedShare / WIRE_GB_PER_SECOND, cpuSeconds / Math.min(1, memoryMb / CORE_MB));
}

/** For a terabyte of CSV. */
export function usdPerTb(work: Work, memoryMb: number): number {
  return 1_000 * secondsPerGb(work, memoryMb) * (memoryMb / 1_024) * PRICES.lambdaGbSecond;
}
