import type { AcceptedEvent } from './accounting/accepted-event.ts';
import { CONSUMERS, fateOf, latestOf } from './accounting/fates.ts';

/** `put 44, copy 9`, the most first. */
export function countsText(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].toSorted(([, left], [, right]) => right - left);
  return sorted.map(([name, count]) => `${name} ${count}`).join(', ') || 'none';
}

export function addTo(counts: Map<string, number>, name: string, count = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}

/** What became of the accepted events at each consumer, where nothing was found to be wrong. */
export function fateLines(accepted: Iterable<AcceptedEvent>): string[] {
  const events = [...accepted];
  return CONSUMERS.map((consumer) => {
    const latest = latestOf(consumer, events);
    const counts = new Map<string, number>();
    for (const event of events) addTo(counts, fateOf(consumer, event, latest));
    return `${consumer.padEnd(16)} ${countsText(counts)}`;
  });
}

/** `0x00c0ffee` */
export const seedText = (seed: number): string => `0x${(seed >>> 0).toString(16).padStart(8, '0')}`;
