import { signal } from '@preact/signals';

/** The time that all charts are read at, in seconds since 1970; undefined while nobody points at one. */
export const readTime = signal<number | undefined>(undefined);

/** The period that is read: the one whose time is read, else the newest that is over. */
export function readPeriod(times: readonly number[], time: number | undefined, latest: number): number {
  if (time === undefined) return latest;
  const at = times.indexOf(time);
  return at === -1 ? latest : at;
}

/** Which period a key leads to from another one; undefined where it leads nowhere. */
export function periodAfter(key: string, period: number, count: number): number | undefined {
  const step = STEPS[key];
  if (step === undefined || count === 0) return undefined;
  return Math.min(count - 1, Math.max(0, period + step));
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowDown: -1,
  ArrowUp: 1,
  PageDown: -10,
  PageUp: 10,
  Home: -Infinity,
  End: Infinity,
};
