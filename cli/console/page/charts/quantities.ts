import { bytesText, countText, durationText } from '../../../terminal/units.ts';

/** What a chart's axis is in. */
export type Unit = 'per second' | 'ms' | 's' | 'messages' | 'MB' | 'bytes' | 'count';

/** Something that is measured of a consumer, as a chart shows it. */
export interface Quantity {
  /** Its name in the document of `sluice metrics`: `ageP95Ms` */
  readonly series: string;
  readonly title: string;
  /** Where several stand in one chart. */
  readonly short: string;
  readonly unit: Unit;
  /** Its numbers are sums over a period. */
  readonly isSum: boolean;
  /** Quantities of one family stand in one chart of a consumer. */
  readonly family: string;
  /** Which one of its family it is. */
  readonly percentile?: Percentile;
}

export const PERCENTILES = ['p50', 'p95', 'p99'] as const;
export type Percentile = (typeof PERCENTILES)[number];

const sum = (series: string, title: string, short: string): Quantity => ({
  series,
  title,
  short,
  unit: 'per second',
  isSum: true,
  family: 'Events, and what failed',
});

const percentiles = (prefix: string, title: string): readonly Quantity[] =>
  PERCENTILES.map((percentile) => ({
    series: `${prefix}${percentile.toUpperCase()}Ms`,
    title: `${title}, ${percentile}`,
    short: percentile,
    unit: 'ms',
    isSum: false,
    family: title,
    percentile,
  }));

const one = (series: string, title: string, unit: Unit): Quantity => ({
  series,
  title,
  short: title,
  unit,
  isSum: false,
  family: title,
});

/** In the order in which they are shown. */
const KNOWN: readonly Quantity[] = [
  sum('events', 'Events done with', 'done with'),
  sum('failed', 'Tried in vain', 'in vain'),
  sum('functionErrors', 'Whole invocations failed', 'invocations failed'),
  ...percentiles('age', 'Age when done with'),
  one('waiting', 'Waiting in the queue', 'messages'),
  one('oldestAgeSeconds', 'Oldest message', 's'),
  ...percentiles('duration', 'Duration of an invocation'),
  one('memoryMb', 'Memory', 'MB'),
];

/** Every quantity that a document has series of: the known ones, then what functions count by themselves. */
export function quantitiesIn(names: Iterable<string>): readonly Quantity[] {
  const present = new Set(names);
  const known = new Set(KNOWN.map(({ series }) => series));
  return [
    ...KNOWN.filter(({ series }) => present.has(series)),
    ...[...present]
      .filter((name) => !known.has(name))
      .toSorted()
      .map(counted),
  ];
}

/** `RowsCounted` → Rows counted */
function counted(series: string): Quantity {
  const words = series.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, ' ').toLowerCase();
  const title = words.charAt(0).toUpperCase() + words.slice(1);
  const unit = words.startsWith('bytes') ? 'bytes' : 'count';
  return { series, title, short: title, unit, isSum: true, family: title };
}

/** A sum becomes a rate, so that windows with other periods compare; what is not known stays so. */
export function valuesOf(
  { isSum }: Quantity,
  numbers: readonly (number | null)[],
  periodSeconds: number,
): readonly (number | null)[] {
  return isSum ? numbers.map((sum) => (sum === null ? null : sum / periodSeconds)) : numbers;
}

/** A value with its unit, for the table and the legend. `–` where nothing was measured. */
export function valueText(
  { unit, isSum }: Pick<Quantity, 'unit' | 'isSum'>,
  value: number | null | undefined,
): string {
  if (value === null || value === undefined) return '–';
  const text = unitText(unit, value);
  return isSum && unit !== 'per second' ? `${text}/s` : text;
}

function unitText(unit: Unit, value: number): string {
  switch (unit) {
    case 'per second':
      return `${numberText(value)}/s`;
    case 'ms':
      return value < 10 ? `${numberText(value)} ms` : durationText(value);
    case 's':
      return value === 0 ? '0 s' : durationText(value * 1_000);
    case 'MB':
      return `${countText(Math.round(value))} MB`;
    case 'bytes':
      return bytesText(Math.round(value));
    case 'messages':
    case 'count':
    default:
      return numberText(value);
  }
}

/** Three figures are enough to read: `0.123`, `12.3`, `1,234`. */
function numberText(value: number): string {
  if (value === 0 || value >= 100) return countText(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

/** What stands at an axis: the values of `valueText`, without a unit where the axis names it. */
export const tickText = (quantity: Pick<Quantity, 'unit' | 'isSum'>, value: number): string =>
  value === 0
    ? '0'
    : valueText(quantity, value).replace(/ (ms|MB)$|\/s$/, quantity.unit === 'ms' ? ' ms' : '');

/** What an axis is in, where its ticks do not say it: `MB`, `a second`. */
export function unitWords({ unit, isSum }: Pick<Quantity, 'unit' | 'isSum'>): string {
  if (unit === 'ms' || unit === 's') return '';
  if (unit === 'messages' || unit === 'MB') return unit;
  return isSum ? 'a second' : '';
}
