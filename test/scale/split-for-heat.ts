import { seeded } from '../support/random.ts';

/** How the keys of uploads lie: 0 is before every key, 1 behind every key. */
export interface KeyShape {
  readonly name: string;
  readonly example: string;
  /** @param now seconds since the start, of `seconds` @param random in [0, 1) */
  readonly place: (now: number, seconds: number, random: () => number) => number;
}

const CUSTOMERS = 1_000;

export const KEY_SHAPES: readonly KeyShape[] = [
  { name: 'no order', example: '`3f9a…/orders.csv`', place: (_, __, random) => random() },
  {
    name: 'a thousand customers, of which few send most',
    example: '`customer-0042/orders.csv`',
    // of two halves the first takes two thirds, and so on: the busiest tenth sends half of all
    place: (_, __, random) => (Math.floor(random() ** 3 * CUSTOMERS) + random()) / CUSTOMERS,
  },
  {
    name: 'growing with time',
    example: '`logs/2026/11/26/12-34-56.csv`',
    place: (now, seconds, random) => (now + random()) / seconds,
  },
];

/** What the simulation takes for granted; how DynamoDB decides is not published. */
export const SPLITTING = {
  writesPerSecond: 1_000,
  /** It is split when it has been nearly full for so long: *believed*, minutes are what others saw. */
  afterSeconds: 300,
  isFullAt: 0.95,
  /** Keys of which the newest are looked at, to find where to split. */
  remembered: 400,
} as const;

interface Part {
  readonly from: number;
  readonly to: number;
  /** Seconds; each that it is not full takes one back. */
  fullFor: number;
  /** In the order in which they came. */
  readonly recent: number[];
}

export interface Minute {
  readonly writesPerSecond: number;
  readonly partitions: number;
}

/**
 * One bucket's rows, all under one partition key, at a steady demand: each minute's writes that were let in, and the partitions. A partition
 * lets in a thousand a second; one that stays full is split where its newest keys have their middle, unless these keys grow: what comes
 * next would go to one half only, and AWS says that it does not split then.
 *
 * @see https://aws.amazon.com/blogs/database/part-3-scaling-dynamodb-how-partitions-hot-keys-and-split-for-heat-impact-performance/
 */
export function splitForHeat(
  shape: KeyShape,
  demand: number,
  minutes: number,
  seed: number,
): readonly Minute[] {
  const draw = seeded(seed);
  const random = () => draw(2 ** 32) / 2 ** 32;
  const seconds = minutes * 60;
  let parts: Part[] = [{ from: 0, to: 1, fullFor: 0, recent: [] }];
  const seen: Minute[] = [];
  let letIn = 0;
  const samples = 400;
  for (let now = 0; now < seconds; now++) {
    const asked = new Map<Part, number>();
    for (let sample = 0; sample < samples; sample++) {
      const place = shape.place(now, seconds, random);
      const part = parts.find(({ to }) => place < to)!;
      asked.set(part, (asked.get(part) ?? 0) + demand / samples);
      // one in ten, so that they are of ten seconds
      if (sample % 10 === 0) part.recent.push(place);
      if (part.recent.length > SPLITTING.remembered) part.recent.shift();
    }
    for (const part of parts) {
      const writes = Math.min(asked.get(part) ?? 0, SPLITTING.writesPerSecond);
      letIn += writes;
      const isFull = writes >= SPLITTING.writesPerSecond * SPLITTING.isFullAt;
      part.fullFor = Math.max(0, part.fullFor + (isFull ? 1 : -1));
    }
    parts = parts.flatMap(split);
    if ((now + 1) % 60 !== 0) continue;
    seen.push({ writesPerSecond: letIn / 60, partitions: parts.length });
    letIn = 0;
  }
  return seen;
}

function split(part: Part): Part[] {
  if (part.fullFor < SPLITTING.afterSeconds || isGrowing(part.recent)) return [part];
  const middle = part.recent.toSorted((left, right) => left - right)[Math.floor(part.recent.length / 2)]!;
  if (middle <= part.from) return [part];
  return [
    { from: part.from, to: middle, fullFor: 0, recent: [] },
    { from: middle, to: part.to, fullFor: 0, recent: [] },
  ];
}

/** Whether the last third of the keys lies behind the first. */
function isGrowing(keys: readonly number[]): boolean {
  const third = Math.floor(keys.length / 3);
  return Math.min(...keys.slice(-third)) >= Math.max(...keys.slice(0, third));
}
