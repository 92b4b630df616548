import type { metricsDocument } from '../../../metrics/metrics-document.ts';
import type { DocumentOf } from '../../../terminal/document.ts';
import { quantitiesIn, valuesOf, type Percentile, type Quantity } from './quantities.ts';

export type MetricsDocument = DocumentOf<typeof metricsDocument>;

/** How charts are laid out: one for each quantity with the consumers in it, or some for each consumer. */
type ChartsBy = 'quantity' | 'consumer';

interface ChartSeries {
  readonly label: string;
  /** Which colour and dash it has: the same consumer has the same everywhere. */
  readonly style: number;
  /** One for each time; null where nothing was measured. */
  readonly values: readonly (number | null)[];
}

export interface Chart {
  readonly id: string;
  readonly title: string;
  /** The consumer, where charts are by consumer. */
  readonly consumer?: string;
  readonly quantity: Pick<Quantity, 'unit' | 'isSum'>;
  readonly series: readonly ChartSeries[];
}

export interface ChartsView {
  readonly by: ChartsBy;
  /** Which one charts by quantity show of ages and durations. */
  readonly percentile: Percentile;
  /** Which consumers; none chosen is all. */
  readonly consumers: readonly string[];
}

type Measured = MetricsDocument['consumers'][number];

const seriesOf = ({ series }: Measured, name: string): readonly (number | null)[] | undefined =>
  (series as Readonly<Record<string, readonly (number | null)[]>>)[name];

const isMeasured = (values: readonly (number | null)[]): boolean => values.some((value) => value !== null);

/** The consumers of a document that are shown. */
export const shownConsumers = (
  document: MetricsDocument,
  { consumers }: Pick<ChartsView, 'consumers'>,
): readonly Measured[] =>
  document.consumers.filter(({ consumer }) => consumers.length === 0 || consumers.includes(consumer));

const quantitiesOf = (consumers: readonly Measured[]): readonly Quantity[] =>
  quantitiesIn(consumers.flatMap(({ series }) => Object.keys(series)));

/** The charts of a document. A series of which nothing was measured stands in none. */
export function chartsIn(document: MetricsDocument, view: ChartsView): readonly Chart[] {
  const shown = shownConsumers(document, view);
  const quantities = quantitiesOf(shown);
  const { periodSeconds } = document;
  const drawn = (one: Measured, quantity: Quantity, label: string, style: number): readonly ChartSeries[] => {
    const numbers = seriesOf(one, quantity.series);
    if (numbers === undefined || !isMeasured(numbers)) return [];
    return [{ label, style, values: valuesOf(quantity, numbers, periodSeconds) }];
  };
  if (view.by === 'quantity') {
    return quantities
      .filter(({ percentile }) => percentile === undefined || percentile === view.percentile)
      .map((quantity) => ({
        id: quantity.series,
        title: quantity.title,
        quantity,
        series: shown.flatMap((one) => drawn(one, quantity, one.consumer, document.consumers.indexOf(one))),
      }));
  }
  return shown.flatMap((one) =>
    [...Map.groupBy(quantities, ({ family }) => family)].map(([family, members]) => ({
      id: `${one.consumer} ${family}`,
      title: family,
      consumer: one.consumer,
      quantity: members[0]!,
      series: members.flatMap((quantity, at) => drawn(one, quantity, quantity.short, at)),
    })),
  );
}

/** The newest period that is over: one that goes on still has counted only a part. */
export function latestPeriod({ times, until, periodSeconds }: MetricsDocument): number {
  const end = Date.parse(until);
  const last = times.findLastIndex((time) => Date.parse(time) + periodSeconds * 1_000 <= end);
  return last === -1 ? times.length - 1 : last;
}

/** A line of the table of all values: a quantity, and each consumer's value. */
export interface ReadingRow {
  readonly quantity: Quantity;
  readonly values: readonly (number | null)[];
}

/** Every value of one period. */
export function readingAt(
  document: MetricsDocument,
  view: ChartsView,
  period: number,
): readonly ReadingRow[] {
  const shown = shownConsumers(document, view);
  return quantitiesOf(shown).map((quantity) => ({
    quantity,
    values: shown.map((one) => {
      const numbers = seriesOf(one, quantity.series) ?? [];
      return valuesOf(quantity, [numbers[period] ?? null], document.periodSeconds)[0] ?? null;
    }),
  }));
}
