import { durationText } from '../terminal/units.ts';
import type { Cell, Column, TableLine } from '../terminal/cell.ts';
import { timeText } from '../terminal/time.ts';
import { bars, mostOf, sumOf } from './bars.ts';
import type { Measured } from './measured.ts';

const BARS_WIDTH = 24;

export const METRICS_COLUMNS: readonly Column[] = [
  { heading: 'consumer', kind: 'name' },
  { heading: 'over time', kind: 'name' },
  { heading: 'events', kind: 'count' },
  { heading: 'failed', kind: 'count' },
  { heading: 'function errors', kind: 'count' },
  { heading: 'age p50', kind: 'duration' },
  { heading: 'age p99', kind: 'duration' },
  { heading: 'took p50', kind: 'duration' },
  { heading: 'took p99', kind: 'duration' },
  { heading: 'waiting', kind: 'count' },
  { heading: 'oldest', kind: 'duration' },
  { heading: 'memory', kind: 'size' },
];

/** A row of the table: sums of what is counted, the highest of all else. */
export function metricsRow({ consumer, series }: Measured['consumers'][number]): TableLine {
  const oldestS = mostOf(series.oldestAgeSeconds);
  const memoryMb = mostOf(series.memoryMb);
  return [
    consumer,
    bars(series.events, BARS_WIDTH),
    sumOf(series.events) ?? '–',
    alarming(sumOf(series.failed), 'yellow'),
    alarming(sumOf(series.functionErrors), 'red'),
    mostOf(series.ageP50Ms) ?? '–',
    mostOf(series.ageP99Ms) ?? '–',
    mostOf(series.durationP50Ms) ?? '–',
    mostOf(series.durationP99Ms) ?? '–',
    mostOf(series.waiting) ?? '–',
    oldestS === null ? '–' : oldestS * 1_000,
    memoryMb === null ? '–' : memoryMb * 1_048_576,
  ];
}

/** What stands below the table. */
export function metricsNote({ since, until, periodSeconds, costUsd, countedBy }: Measured): string {
  const now = new Date(until);
  const how = countedBy === 'runtime' ? 'by the runtime' : `by CloudWatch, for $${costUsd.toFixed(4)}`;
  return `${timeText(since, now)} to ${timeText(until, now)} UTC in periods of ${durationText(periodSeconds * 1_000)}, ${how}; ages and times are those of the worst period`;
}

const alarming = (count: number | null, style: 'red' | 'yellow'): Cell =>
  count !== null && count > 0 ? { value: count, style } : (count ?? '–');
