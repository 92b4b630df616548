/** Windows to choose from, shortest first. */
export const WINDOWS = [
  { window: '5m', words: '5 minutes', seconds: 300 },
  { window: '15m', words: '15 minutes', seconds: 900 },
  { window: '1h', words: '1 hour', seconds: 3_600 },
  { window: '6h', words: '6 hours', seconds: 21_600 },
  { window: '1d', words: '1 day', seconds: 86_400 },
  { window: '3d', words: '3 days', seconds: 259_200 },
  { window: '7d', words: '7 days', seconds: 604_800 },
  { window: '14d', words: '14 days', seconds: 1_209_600 },
] as const;

const USUAL_WINDOW = '1h';

/** Which window the page's address asks for: one of its length until now, or from one moment to another. */
export interface ChartWindow {
  readonly window: string;
  readonly since?: string;
  readonly until?: string;
}

/** `?window=6h`, `?since=2026-11-20T07:00Z&until=2026-11-20T08:00Z` */
export function windowIn(query: URLSearchParams): ChartWindow {
  const since = query.get('since') ?? undefined;
  const until = query.get('until') ?? undefined;
  return {
    window: query.get('window') ?? USUAL_WINDOW,
    ...(since !== undefined && { since, ...(until !== undefined && { until }) }),
  };
}

/** What asks for it. */
export const metricsArgs = ({ window, since, until }: ChartWindow): readonly string[] =>
  since === undefined
    ? ['metrics', `--window=${window}`]
    : ['metrics', `--since=${since}`, ...(until === undefined ? [] : [`--until=${until}`])];

const SHORT_SECONDS = 3_600;

/** How often the window is asked for again: a short one moves before one's eyes. Undefined where it stands still. */
export function askEveryMs({ window, until }: ChartWindow, isLocal: boolean): number | undefined {
  if (until !== undefined) return undefined;
  // CloudWatch has nothing newer than its last minute
  if (!isLocal) return 60_000;
  const known = WINDOWS.find((one) => one.window === window);
  return known !== undefined && known.seconds <= SHORT_SECONDS ? 2_000 : 15_000;
}

/** In AWS: what it costs to look again and again, an hour. */
export const costPerHour = (costUsd: number, everyMs: number): number => (costUsd * 3_600_000) / everyMs;

const two = (number: number): string => String(number).padStart(2, '0');

/** A moment under a chart, in the reader's own time: `12:14:46`, `12:14`, `20 Nov 12:00`, as exact as ticks are apart. */
export function tickTime(seconds: number, apartSeconds: number): string {
  const moment = new Date(seconds * 1_000);
  const time = `${two(moment.getHours())}:${two(moment.getMinutes())}`;
  if (apartSeconds < 60) return `${time}:${two(moment.getSeconds())}`;
  if (apartSeconds < 21_600) return time;
  const day = moment.toLocaleDateString('en', { day: 'numeric', month: 'short' });
  return apartSeconds < 86_400 && time !== '00:00' ? `${day} ${time}` : day;
}
