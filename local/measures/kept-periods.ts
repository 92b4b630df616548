import type { Clock } from '../clock.ts';
import { log } from '../log.ts';
import { Tally } from '../storage/tally.ts';
import type { Store } from '../store.ts';
import { PeriodRecord } from './period-record.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The finest period: what is measured is written down in records of so many seconds. */
export const FINEST_S = 10;

/** For how much running time a period of so many seconds is kept before it is merged into the next longer one. */
const ROLLED_UP = [
  { seconds: FINEST_S, keptMs: 70 * MINUTE_MS, into: 60 },
  { seconds: 60, keptMs: 8 * HOUR_MS, into: 900 },
] as const;

/** The longest periods, which are kept for 14 days of running time, and then dropped a day at a time. */
export const LONGEST_S = 900;
const KEPT_MS = 14 * DAY_MS;
const DROPPED_AFTER_MS = 15 * DAY_MS;

/** A period as it is kept. */
export interface KeptPeriod {
  readonly seconds: number;
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
  readonly record: PeriodRecord;
}

interface PeriodRow {
  readonly seconds: number;
  readonly started_at: number;
  readonly measured_running: number;
  readonly record: string;
}

/** The measured periods of two weeks, over the store: the newer, the finer. */
export class KeptPeriods {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #tally: Tally;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#tally = new Tally(store);
  }

  /** Adds what was measured to what is kept of its period. Inside a transaction. */
  add(startedAtMs: number, record: PeriodRecord): void {
    this.#merge(FINEST_S, startedAtMs, record, this.#clock.runningMs());
  }

  /** The periods of every length that begin in the span, the second moment excluded. */
  between(sinceMs: number, untilMs: number): readonly KeptPeriod[] {
    const rows = this.#store
      .prepare('SELECT * FROM measure_period WHERE started_at >= ? AND started_at < ? ORDER BY started_at')
      .all(sinceMs, untilMs) as unknown as readonly PeriodRow[];
    return rows.map(({ seconds, started_at, record }) => ({
      seconds,
      startedAtMs: started_at,
      record: PeriodRecord.parse(record),
    }));
  }

  /** Merges what is old enough into longer periods, and drops what is older than all of them. */
  rollUp(): void {
    const runningMs = this.#clock.runningMs();
    this.#store.repeatableTransaction(() => {
      for (const { seconds, keptMs, into } of ROLLED_UP) {
        const old = this.#store
          .prepare('DELETE FROM measure_period WHERE seconds = ? AND measured_running <= ? RETURNING *')
          .all(seconds, runningMs - keptMs) as unknown as readonly PeriodRow[];
        for (const { started_at, record, measured_running } of old) {
          this.#merge(into, startOf(started_at, into), PeriodRecord.parse(record), measured_running);
        }
      }
      this.#drop(runningMs);
    });
  }

  #drop(runningMs: number): void {
    const { oldest } = this.#store
      .prepare('SELECT min(measured_running) AS oldest FROM measure_period WHERE seconds = ?')
      .get(LONGEST_S) as { oldest: number | null };
    if (oldest === null || oldest > runningMs - DROPPED_AFTER_MS) return;
    const { changes } = this.#store
      .prepare('DELETE FROM measure_period WHERE seconds = ? AND measured_running <= ?')
      .run(LONGEST_S, runningMs - KEPT_MS);
    this.#tally.add('expired-measures', Number(changes));
    this.#store.afterCommit(() =>
      log('the oldest measures are gone', { periods: Number(changes), kept_days: KEPT_MS / DAY_MS }),
    );
  }

  #merge(seconds: number, startedAtMs: number, record: PeriodRecord, runningMs: number): void {
    const row = this.#store
      .prepare('SELECT * FROM measure_period WHERE seconds = ? AND started_at = ?')
      .get(seconds, startedAtMs) as PeriodRow | undefined;
    const merged = row === undefined ? new PeriodRecord() : PeriodRecord.parse(row.record);
    merged.merge(record);
    this.#store
      .prepare('INSERT OR REPLACE INTO measure_period VALUES (?, ?, ?, ?)')
      .run(seconds, startedAtMs, Math.max(runningMs, row?.measured_running ?? 0), merged.toText());
  }
}

/** When the period begins that a moment is in. @returns milliseconds since 1970 */
export const startOf = (ms: number, seconds: number): number =>
  Math.floor(ms / (seconds * 1_000)) * seconds * 1_000;
