import { LogHistogram } from './log-histogram.ts';

/** What something is measured of. `runtime` is the runtime itself. */
export type Subject = 'runtime' | 'bus' | `rule ${string}` | `queue ${string}` | `function ${string}`;

/** What was measured of one subject in one period, by name. */
export interface Measured {
  /** Added up. */
  readonly counts: Map<string, number>;
  /** The highest that was seen. */
  readonly peaks: Map<string, number>;
  /** How the values were spread. */
  readonly spreads: Map<string, LogHistogram>;
}

interface MeasuredText {
  readonly counts?: Readonly<Record<string, number>>;
  readonly peaks?: Readonly<Record<string, number>>;
  readonly spreads?: Readonly<Record<string, string>>;
}

/**
 * What was measured in one period. As text:
 *
 *     {"bus":{"counts":{"published":12}},
 *      "queue Sluice-dev-one-consumer":{"counts":{"deleted":12},"peaks":{"waiting":7},"spreads":{"age-ms":"180x3 1x9"}}}
 *
 * Periods can be merged in any order and any number of steps, always with the same result.
 */
export class PeriodRecord {
  readonly #subjects = new Map<string, Measured>();

  count(subject: Subject, name: string, count: number): void {
    const { counts } = this.#of(subject);
    counts.set(name, (counts.get(name) ?? 0) + count);
  }

  peak(subject: Subject, name: string, value: number): void {
    const { peaks } = this.#of(subject);
    peaks.set(name, Math.max(peaks.get(name) ?? 0, value));
  }

  /** @param value 0 or more */
  spread(subject: Subject, name: string, value: number): void {
    this.#spreadOf(this.#of(subject), name).add(value);
  }

  merge(other: PeriodRecord): void {
    for (const [subject, { counts, peaks, spreads }] of other.#subjects) {
      for (const [name, count] of counts) this.count(subject as Subject, name, count);
      for (const [name, value] of peaks) this.peak(subject as Subject, name, value);
      const own = this.#of(subject);
      for (const [name, spread] of spreads) this.#spreadOf(own, name).merge(spread);
    }
  }

  of(subject: Subject): Measured | undefined {
    return this.#subjects.get(subject);
  }

  /** The names of all that was measured of a kind: `subjectsOf('queue')`. */
  namesOf(kind: 'queue' | 'function'): readonly string[] {
    return [...this.#subjects.keys()]
      .filter((subject) => subject.startsWith(`${kind} `))
      .map((subject) => subject.slice(kind.length + 1));
  }

  toText(): string {
    return JSON.stringify(
      Object.fromEntries(
        [...this.#subjects].map(([subject, { counts, peaks, spreads }]): [string, MeasuredText] => [
          subject,
          {
            ...(counts.size > 0 && { counts: Object.fromEntries(counts) }),
            ...(peaks.size > 0 && { peaks: Object.fromEntries(peaks) }),
            ...(spreads.size > 0 && {
              spreads: Object.fromEntries([...spreads].map(([name, one]) => [name, one.toText()])),
            }),
          },
        ]),
      ),
    );
  }

  /** @param text as `toText` gives it */
  static parse(text: string): PeriodRecord {
    const record = new PeriodRecord();
    const subjects = JSON.parse(text) as Readonly<Record<string, MeasuredText>>;
    for (const [subject, { counts = {}, peaks = {}, spreads = {} }] of Object.entries(subjects)) {
      record.#subjects.set(subject, {
        counts: new Map(Object.entries(counts)),
        peaks: new Map(Object.entries(peaks)),
        spreads: new Map(Object.entries(spreads).map(([name, one]) => [name, LogHistogram.parse(one)])),
      });
    }
    return record;
  }

  #of(subject: string): Measured {
    let measured = this.#subjects.get(subject);
    if (measured === undefined) {
      measured = { counts: new Map(), peaks: new Map(), spreads: new Map() };
      this.#subjects.set(subject, measured);
    }
    return measured;
  }

  #spreadOf({ spreads }: Measured, name: string): LogHistogram {
    let spread = spreads.get(name);
    if (spread === undefined) {
      spread = new LogHistogram();
      spreads.set(name, spread);
    }
    return spread;
  }
}
