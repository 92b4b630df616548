import type { CountAndRate } from '../../shared/measures.ts';
import type { Clock } from '../clock.ts';
import { log } from '../log.ts';
import type { Store } from '../store.ts';
import { AwsError } from '../protocols/aws-error.ts';
import { FINEST_S, KeptPeriods, LONGEST_S, startOf, type KeptPeriod } from './kept-periods.ts';
import { MOST_PERIODS, type MeasuresWindow } from './measured-periods.ts';
import { PeriodRecord, type Subject } from './period-record.ts';
import { RecentRates } from './recent-rates.ts';

/** In real time, as the beat of the clock: a timer of the runtime's clock would make it step through days that are skipped. */
const LOOK_EVERY_MS = 5_000;
const ROLL_UP_EVERY_MS = 60_000;

/** The total that says, in milliseconds since 1970, since when the totals count. */
const SINCE = ['runtime', 'counted-since'] as const;

/**
 * What the runtime measures of itself: in memory, and every five seconds in the store. The end of the runtime by `kill -9`
 * costs the last five seconds of it, and nothing else.
 */
export class Measures {
  readonly #periods: KeptPeriods;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #rates = new RecentRates();
  /** By subject and name; those that are not written down yet are named in `#unsaved`. */
  readonly #totals = new Map<string, number>();
  readonly #unsaved = new Set<string>();
  /** What is not written down yet, by the start of its period. */
  readonly #pending = new Map<number, PeriodRecord>();
  #look: () => void = () => {};
  #timer: NodeJS.Timeout | undefined;
  #rollUpTimer: NodeJS.Timeout | undefined;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#periods = new KeptPeriods(store, clock);
    const rows = store.prepare('SELECT subject, name, count FROM measure_total').all();
    for (const { subject, name, count } of rows as unknown as readonly TotalRow[]) {
      this.#totals.set(keyOf(subject, name), count);
    }
    if (this.#totals.has(keyOf(...SINCE))) return;
    this.#totals.set(keyOf(...SINCE), clock.now());
    this.#unsaved.add(keyOf(...SINCE));
  }

  /** When the totals began to count, in milliseconds since 1970. */
  get sinceMs(): number {
    return this.#totals.get(keyOf(...SINCE))!;
  }

  /** Once the transaction under way has committed: what never was is not counted. */
  count(subject: Subject, name: string, count = 1): void {
    this.#store.afterCommit(() => {
      const key = keyOf(subject, name);
      this.#totals.set(key, (this.#totals.get(key) ?? 0) + count);
      this.#unsaved.add(key);
      this.#rates.add(key, count, this.#clock.now());
      this.#current().count(subject, name, count);
    });
  }

  counted(subject: Subject, name: string): CountAndRate {
    const key = keyOf(subject, name);
    return {
      total: this.#totals.get(key) ?? 0,
      perSecond: this.#rates.perSecond(key, this.#clock.now()),
    };
  }

  /** Once the transaction under way has committed, as all that follow. @param count is added up in the period alone */
  add(subject: Subject, name: string, count: number): void {
    this.#store.afterCommit(() => this.#current().count(subject, name, count));
  }

  /** @param value of which the period keeps the highest */
  peak(subject: Subject, name: string, value: number): void {
    this.#store.afterCommit(() => this.#current().peak(subject, name, value));
  }

  /** @param value 0 or more, of which the period keeps how it is spread */
  spread(subject: Subject, name: string, value: number): void {
    this.#store.afterCommit(() => this.#current().spread(subject, name, value));
  }

  #current(): PeriodRecord {
    const startedAtMs = startOf(this.#clock.now(), FINEST_S);
    let record = this.#pending.get(startedAtMs);
    if (record === undefined) {
      record = new PeriodRecord();
      this.#pending.set(startedAtMs, record);
    }
    return record;
  }

  /**
   * The periods that have something of the window, what was measured a moment ago included.
   *
   * @throws AwsError `ValidationException` for a window of too many periods
   */
  between({ sinceMs, untilMs, periodSeconds }: MeasuresWindow): readonly KeptPeriod[] {
    const most = MOST_PERIODS * periodSeconds * 1_000;
    if (untilMs <= sinceMs || untilMs - sinceMs > most) {
      throw new AwsError(
        'ValidationException',
        `from since to until must be more than nothing and at most ${MOST_PERIODS} periods of ${periodSeconds} s`,
      );
    }
    this.#attempt(() => this.write());
    return this.#periods.between(startOf(sinceMs, Math.max(periodSeconds, LONGEST_S)), untilMs);
  }

  /** @param look measures what can be seen only by looking, as the depth of queues */
  start(look: () => void): void {
    this.#look = look;
    this.#timer = setInterval(() => this.#attempt(() => this.#lookAndWrite()), LOOK_EVERY_MS).unref();
    this.#rollUpTimer = setInterval(
      () => this.#attempt(() => this.#periods.rollUp()),
      ROLL_UP_EVERY_MS,
    ).unref();
    this.#attempt(() => this.#lookAndWrite());
  }

  stop(): void {
    clearInterval(this.#timer);
    clearInterval(this.#rollUpTimer);
    this.#attempt(() => this.write());
  }

  /** Writes down what is not written yet: all of it, or nothing, which is then written the next time. */
  write(): void {
    this.#store.repeatableTransaction(() => {
      const setTotal = this.#store.prepare('INSERT OR REPLACE INTO measure_total VALUES (?, ?, ?)');
      for (const key of this.#unsaved) {
        const [subject, name] = key.split('\n') as [string, string];
        setTotal.run(subject, name, this.#totals.get(key)!);
      }
      for (const [startedAtMs, record] of this.#pending) this.#periods.add(startedAtMs, record);
    });
    this.#unsaved.clear();
    this.#pending.clear();
  }

  #lookAndWrite(): void {
    this.add('runtime', 'looks', 1);
    this.#look();
    this.write();
  }

  /** A full disk, say, must not end the runtime. */
  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      log('what was measured cannot be kept now', { error });
    }
  }
}

interface TotalRow {
  readonly subject: Subject;
  readonly name: string;
  readonly count: number;
}

const keyOf = (subject: Subject, name: string): string => `${subject}\n${name}`;
