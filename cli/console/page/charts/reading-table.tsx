import { localTime } from '../parts/shown.tsx';
import { useShown } from '../flow/use-shown.ts';
import { readPeriod, readTime } from './chart-cursor.ts';
import { readingAt, shownConsumers, type ChartsView, type MetricsDocument } from './charts-in.ts';
import { valueText } from './quantities.ts';

/** Every value of the time that is read: of the newest period while nobody points at a chart. */
export function ReadingTable({
  document,
  view,
  times,
  latest,
}: {
  readonly document: MetricsDocument;
  readonly view: ChartsView;
  readonly times: readonly number[];
  readonly latest: number;
}) {
  const period = useShown(() => readPeriod(times, readTime.value, latest), [times, latest]);
  const isLatest = useShown(() => readTime.value === undefined, []);
  const rows = readingAt(document, view, period);
  const moment = new Date((times[period] ?? 0) * 1_000);
  return (
    <section class="reading" aria-label="Values">
      <h2>
        At {localTime(moment, new Date())} <span class="quiet">{isLatest ? 'the latest' : ''}</span>
      </h2>
      <div class="table-box" tabIndex={0} role="region" aria-label="Values of all series">
        <table class="reading-table">
          <thead>
            <tr>
              <th scope="col">Measure</th>
              {shownConsumers(document, view).map(({ consumer }) => (
                <th key={consumer} scope="col" class="number">
                  {consumer}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ quantity, values }) => (
              <tr key={quantity.series}>
                <th scope="row">{quantity.title}</th>
                {values.map((value) => (
                  <td class="number">{valueText(quantity, value)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
