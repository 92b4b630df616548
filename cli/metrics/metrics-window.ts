import { usageError } from '../cli-error.ts';
import { parseDuration, parseMoment } from '../terminal/time.ts';
import { durationText } from '../terminal/units.ts';

export interface MetricsWindowFlags {
  readonly window?: string;
  readonly since?: string;
  readonly until?: string;
}

/** Which periods are asked for: the first begins at or before `since`, the last before `until`. */
export interface MetricsWindow {
  readonly since: Date;
  readonly until: Date;
  readonly periodSeconds: number;
}

const DAY_MS = 86_400_000;
const SHORTEST_MS = 5 * 60_000;
const LONGEST_MS = 14 * DAY_MS;
/** More points than these no chart shows side by side. */
const MOST_PERIODS = 400;
const PERIODS_S = [10, 60, 300, 900, 3_600];

/** So old a period is at most that CloudWatch still has in its length, in seconds. Longer ones it has for 455 days. */
const KEPT_BY_CLOUDWATCH = [
  { periodSeconds: 60, ageMs: 15 * DAY_MS },
  { periodSeconds: 300, ageMs: 63 * DAY_MS },
] as const;

/**
 * The window that the flags name, in the shortest periods of which it has at most 400.
 *
 * @param now on the pipeline's clock @param isAws CloudWatch has periods of a minute, and longer ones of what is older
 * @throws CliError, usage, unless it is from 5 minutes to 14 days long
 */
export function metricsWindow(flags: MetricsWindowFlags, now: Date, isAws: boolean): MetricsWindow {
  const until = flags.until === undefined ? now : parseMoment(flags.until, '--until', now);
  const since =
    flags.since === undefined
      ? new Date(until.getTime() - parseDuration(flags.window ?? '1h', '--window'))
      : parseMoment(flags.since, '--since', now);
  const lengthMs = until.getTime() - since.getTime();
  if (lengthMs < SHORTEST_MS || lengthMs > LONGEST_MS) {
    const length = lengthMs < 0 ? 'ends before it begins' : `is ${durationText(lengthMs)} long`;
    throw usageError(`the window ${length}`, 'ask for 5 minutes to 14 days: --window 5m, 1h, 1d, 14d');
  }
  const ageMs = now.getTime() - since.getTime();
  const least = isAws ? (KEPT_BY_CLOUDWATCH.find((kept) => ageMs < kept.ageMs)?.periodSeconds ?? 3_600) : 0;
  const fits = (seconds: number) => seconds >= least && lengthMs <= MOST_PERIODS * seconds * 1_000;
  return { since, until, periodSeconds: PERIODS_S.find(fits) ?? 3_600 };
}
