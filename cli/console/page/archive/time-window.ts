/** A time from a moment to another, in milliseconds since 1970; the last one is not in it. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** From the earlier one to the later one. */
export const between = (oneMs: number, otherMs: number): TimeWindow => ({
  fromMs: Math.min(oneMs, otherMs),
  toMs: Math.max(oneMs, otherMs),
});

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

/** Where in a window a moment is, from 0 to 1; before it 0, after it 1. */
export const shareOf = (ms: number, { fromMs, toMs }: TimeWindow): number =>
  clamp((ms - fromMs) / (toMs - fromMs), 0, 1);

/** The other way round. @param share from 0 to 1; what lies beyond is taken for the border */
export const momentAt = (share: number, { fromMs, toMs }: TimeWindow): number =>
  Math.round(fromMs + clamp(share, 0, 1) * (toMs - fromMs));

/**
 * A window that begins and ends where periods do, and holds at least one of them.
 *
 * @param view in which it must lie; it begins and ends where periods do
 */
export function inPeriods({ fromMs, toMs }: TimeWindow, periodMs: number, view: TimeWindow): TimeWindow {
  const from = clamp(Math.floor(fromMs / periodMs) * periodMs, view.fromMs, view.toMs - periodMs);
  const to = clamp(Math.ceil(toMs / periodMs) * periodMs, from + periodMs, view.toMs);
  return { fromMs: from, toMs: to };
}

/** Three times as wide about the same middle, and not beyond now. */
export function zoomedOut({ fromMs, toMs }: TimeWindow, nowMs: number): TimeWindow {
  const widthMs = toMs - fromMs;
  return { fromMs: fromMs - widthMs, toMs: Math.max(fromMs, Math.min(toMs + widthMs, nowMs)) };
}

/** `2026-11-20T19:02:11Z`: as the command line takes it; in whole seconds, as events have them. */
export const secondText = (ms: number): string =>
  new Date(Math.floor(ms / 1_000) * 1_000).toISOString().replace('.000Z', 'Z');

/** @returns undefined where one of them is no moment, or they are not in order */
export function windowOf(since: string | null, until: string | null): TimeWindow | undefined {
  const [fromMs, toMs] = [Date.parse(since ?? ''), Date.parse(until ?? '')];
  return fromMs < toMs ? { fromMs, toMs } : undefined;
}
