import { shownConsumers, type ChartsView, type MetricsDocument } from './charts-in.ts';
import { quantitiesIn } from './quantities.ts';

/**
 * What is shown of the document as a CSV: a line for each period and consumer, with the numbers as they are, sums as sums. What was not
 * measured is an empty cell.
 *
 *     time,consumer,period_seconds,events,failed,…
 *     2026-11-20T19:02:10.000Z,one-consumer,10,12,0,…
 */
export function chartsCsv(document: MetricsDocument, view: Pick<ChartsView, 'consumers'>): string {
  const { times, periodSeconds } = document;
  const consumers = shownConsumers(document, view);
  const names = quantitiesIn(consumers.flatMap(({ series }) => Object.keys(series))).map(
    ({ series }) => series,
  );
  const lines = times.flatMap((time, at) =>
    consumers.map(({ consumer, series }) => [
      time,
      consumer,
      periodSeconds,
      ...names.map((name) => (series as Readonly<Record<string, readonly (number | null)[]>>)[name]?.[at]),
    ]),
  );
  return [['time', 'consumer', 'period_seconds', ...names], ...lines]
    .map((cells) => `${cells.map(cell).join(',')}\r\n`)
    .join('');
}

/** What a spreadsheet would take for a formula is told to be text by the quote before it. */
function cell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
