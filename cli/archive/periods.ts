/** Equal periods without a gap that cover a time. */
export interface Periods {
  readonly seconds: number;
  /** When each begins, oldest first; the first at or before the time that is covered. */
  readonly starts: readonly Date[];
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const times = (unit: number, numbers: readonly number[]) => numbers.map((number) => number * unit);

/** Lengths that a clock or a calendar shows; in UTC each begins where its multiples do. */
const LENGTHS: readonly number[] = [
  times(1, [1, 2, 5, 10, 15, 30]),
  times(MINUTE, [1, 2, 5, 10, 15, 30]),
  times(HOUR, [1, 2, 3, 6, 12]),
  times(DAY, [1, 2, 7, 14, 28, 91, 182, 364]),
].flat();

export interface PeriodsOptions {
  readonly since: Date;
  /** Not included. */
  readonly until: Date;
  /** At most so many. */
  readonly most: number;
  /** No period is shorter. @default 1 */
  readonly leastSeconds?: number;
}

/**
 * The shortest round periods, of which at most so many cover the time: an hour in at most 30 is 30 of two minutes. Where
 * even years are too many, they become two years, four, eight …
 */
export function periodsOf({ since, until, most, leastSeconds = 1 }: PeriodsOptions): Periods {
  const first = (seconds: number) => Math.floor(since.getTime() / (seconds * 1_000));
  const count = (seconds: number) => Math.ceil(until.getTime() / (seconds * 1_000)) - first(seconds);
  let seconds = LENGTHS.find((one) => one >= leastSeconds && count(one) <= most) ?? LENGTHS.at(-1)!;
  // one period always begins, and ends, somewhere
  while (count(seconds) > Math.max(most, 2)) seconds *= 2;
  const starts = Array.from(
    { length: count(seconds) },
    (_, index) => new Date((first(seconds) + index) * seconds * 1_000),
  );
  return { seconds, starts };
}
