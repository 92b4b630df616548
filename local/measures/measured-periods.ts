import type { FunctionSeries, MeasuredPeriods, Percentiles, QueueSeries } from '../../shared/measures.ts';
import { startOf, type KeptPeriod } from './kept-periods.ts';
import type { PeriodRecord, Subject } from './period-record.ts';

/** Which periods, from when until when, in milliseconds since 1970; the second moment is excluded. */
export interface MeasuresWindow {
  readonly sinceMs: number;
  readonly untilMs: number;
  /** At least: what is kept in longer ones only is told in those. */
  readonly periodSeconds: number;
}

/** So many periods are told at most: a year of ten seconds each would take all memory. */
export const MOST_PERIODS = 2_000;

const COUNTED = 'counted ';

type Series = (number | null)[];

/** Periods of any lengths as periods of one length, the longest of them, each subject with a number for every one. */
export function measuredPeriods(kept: readonly KeptPeriod[], window: MeasuresWindow): MeasuredPeriods {
  const periodSeconds = kept.reduce((most, { seconds }) => Math.max(most, seconds), window.periodSeconds);
  const starts: number[] = [];
  for (let at = startOf(window.sinceMs, periodSeconds); at < window.untilMs; at += periodSeconds * 1_000) {
    starts.push(at);
  }
  const merged = new Map<number, PeriodRecord>();
  for (const { startedAtMs, record } of kept) {
    const startedAt = startOf(startedAtMs, periodSeconds);
    const before = merged.get(startedAt);
    if (before === undefined) merged.set(startedAt, record);
    else before.merge(record);
  }
  const records = starts.map((start) => merged.get(start));
  const names = (kind: 'queue' | 'function') => [
    ...new Set(records.flatMap((record) => record?.namesOf(kind) ?? [])),
  ];
  return {
    since: new Date(window.sinceMs).toISOString(),
    until: new Date(window.untilMs).toISOString(),
    periodSeconds,
    times: starts.map((start) => new Date(start).toISOString()),
    isMeasured: records.map((record) => record !== undefined),
    queues: Object.fromEntries(names('queue').map((name) => [name, queueSeries(records, `queue ${name}`)])),
    functions: Object.fromEntries(
      names('function').map((name) => [name, functionSeries(records, `function ${name}`)]),
    ),
  };
}

type Records = readonly (PeriodRecord | undefined)[];

function queueSeries(records: Records, subject: Subject): QueueSeries {
  return {
    done: counts(records, subject, 'deleted'),
    failed: counts(records, subject, 'failed'),
    ageMs: percentiles(records, subject, 'age-ms'),
    waiting: peaks(records, subject, 'waiting', 0),
    oldestAgeSeconds: peaks(records, subject, 'oldest-age-s', 0),
  };
}

function functionSeries(records: Records, subject: Subject): FunctionSeries {
  const counted = new Set(
    records
      .flatMap((record) => [...(record?.of(subject)?.counts.keys() ?? [])])
      .filter((name) => name.startsWith(COUNTED)),
  );
  return {
    errors: counts(records, subject, 'errors'),
    durationMs: percentiles(records, subject, 'duration-ms'),
    memoryMb: peaks(records, subject, 'memory-mb', null),
    counted: Object.fromEntries(
      [...counted].map((name) => [name.slice(COUNTED.length), counts(records, subject, name)]),
    ),
  };
}

/** Null where the runtime was off. */
const counts = (records: Records, subject: Subject, name: string): Series =>
  records.map((record) => (record === undefined ? null : (record.of(subject)?.counts.get(name) ?? 0)));

const peaks = (records: Records, subject: Subject, name: string, otherwise: number | null): Series =>
  records.map((record) => (record === undefined ? null : (record.of(subject)?.peaks.get(name) ?? otherwise)));

/** Null where there was nothing to measure. */
function percentiles(records: Records, subject: Subject, name: string): Percentiles {
  const spreads = records.map((record) => record?.of(subject)?.spreads.get(name));
  const at = (share: number): Series => spreads.map((spread) => rounded(spread?.quantile(share)));
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

/** To four digits, which is finer than what is known. */
const rounded = (value: number | undefined): number | null =>
  value === undefined ? null : Number(value.toPrecision(4));
