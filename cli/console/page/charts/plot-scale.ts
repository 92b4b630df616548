/** Round numbers from 0 on, at most `count` steps of them up to `top`: `valueTicks(9.3, 4)` is 0, 2.5, 5, 7.5. */
export function valueTicks(top: number, count: number): readonly number[] {
  if (!(top > 0)) return [0];
  const rough = top / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (ROUND.find((one) => one * power >= rough) ?? 10);
  return Array.from({ length: Math.floor(top / step + 1e-9) + 1 }, (_, at) => at * step);
}

const ROUND = [1, 2, 2.5, 5, 10];

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;
/** What ticks of time may be apart, in seconds. */
const APART = Object.entries({
  1: [1, 2, 5, 10, 15, 30],
  [MINUTE]: [1, 2, 5, 10, 15, 30],
  [HOUR]: [1, 2, 3, 6, 12],
  [DAY]: [1, 2, 7, 14],
}).flatMap(([unit, counts]) => counts.map((count) => count * Number(unit)));

/** Where a time axis is labelled. */
export interface TimeTicks {
  /** Seconds since 1970, at round times of the reader's own day. */
  readonly times: readonly number[];
  readonly apartSeconds: number;
}

/** At most `count` and one round times from `first` to `last`, both in seconds since 1970. */
export function timeTicks(first: number, last: number, count: number): TimeTicks {
  const apartSeconds = APART.find((one) => (last - first) / one <= count) ?? APART.at(-1)!;
  const offset = new Date(first * 1_000).getTimezoneOffset() * MINUTE;
  const begin = Math.ceil((first - offset) / apartSeconds) * apartSeconds + offset;
  const length = Math.max(0, Math.floor((last - begin) / apartSeconds) + 1);
  return { times: Array.from({ length }, (_, at) => begin + at * apartSeconds), apartSeconds };
}

/**
 * The line through the values, as the path of an SVG; a gap where there is none: `M0 5L1 6M3 2L4 1`. A value without a
 * neighbour is a line of no length (`M1 4h0`): where the ends are round, a point.
 */
export function linePath(
  values: readonly (number | null)[],
  x: (at: number) => number,
  y: (value: number) => number,
): { readonly lines: string; readonly points: string } {
  const [lines, points] = [[] as string[], [] as string[]];
  const isGap = (at: number): boolean => (values[at] ?? null) === null;
  for (const [at, value] of values.entries()) {
    if (value === null) continue;
    const place = `${round(x(at))} ${round(y(value))}`;
    if (isGap(at - 1) && isGap(at + 1)) points.push(`M${place}h0`);
    else lines.push(`${isGap(at - 1) ? 'M' : 'L'}${place}`);
  }
  return { lines: lines.join(''), points: points.join('') };
}

/** A tenth of a pixel is enough. */
const round = (pixels: number): number => Math.round(pixels * 10) / 10;
