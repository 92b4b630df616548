import { useRef } from 'preact/hooks';
import { localTime } from '../parts/shown.tsx';
import { Button } from '../parts/button.tsx';
import { useShown } from '../flow/use-shown.ts';
import { periodAfter, readPeriod, readTime } from './chart-cursor.ts';
import { saveChart } from './chart-image.ts';
import type { Chart } from './charts-in.ts';
import { LinePlot } from './line-plot.tsx';
import { unitWords, valueText } from './quantities.ts';
import { SeriesSign } from './series-sign.tsx';

export interface ChartCardProps {
  readonly chart: Chart;
  /** Seconds since 1970. */
  readonly times: readonly number[];
  /** The newest period that is over. */
  readonly latest: number;
  /** Which pipeline and which window, in words. */
  readonly windowText: string;
}

/** A chart, its legend with the values of the time that is read, and its picture to keep. */
export function ChartCard({ chart, times, latest, windowText }: ChartCardProps) {
  const svg = useRef<SVGSVGElement>(null);
  const { title, consumer, quantity, series } = chart;
  const period = useShown(() => readPeriod(times, readTime.value, latest), [times, latest]);
  const moment = new Date((times[period] ?? 0) * 1_000);
  const name = consumer === undefined ? title : `${consumer}: ${title}`;
  const said = series
    .map(({ label, values }) => `${label} ${valueText(quantity, values[period])}`)
    .join(', ');
  const move = (event: KeyboardEvent): void => {
    const next = periodAfter(event.key, period, times.length);
    if (next !== undefined) event.preventDefault();
    if (next !== undefined || event.key === 'Escape') readTime.value = times[next ?? -1];
  };
  return (
    <section class="card chart-card" aria-label={name}>
      <header class="row">
        <h3>{title}</h3>
        <span class="quiet chart-unit">{unitWords(quantity)}</span>
        {series.length === 0 ? null : (
          <Button
            kind="bare"
            isSmall
            label={`PNG: save ${name} as a picture`}
            onClick={() => {
              if (svg.current !== null) void saveChart({ name, windowText, chart, svg: svg.current });
            }}
          >
            PNG
          </Button>
        )}
      </header>
      {series.length === 0 ? (
        <p class="quiet chart-nothing">Nothing was measured in this window.</p>
      ) : (
        <div
          class="chart-focus"
          role="slider"
          tabIndex={0}
          aria-label={`${name}: the time that is read`}
          aria-valuemin={0}
          aria-valuemax={Math.max(0, times.length - 1)}
          aria-valuenow={period}
          aria-valuetext={`${localTime(moment, new Date())}: ${said}`}
          onKeyDown={move}
          onBlur={() => {
            readTime.value = undefined;
          }}
        >
          <LinePlot chart={chart} times={times} svg={svg} />
        </div>
      )}
      <ul class="row chart-legend">
        {series.map(({ label, style, values }) => (
          <li key={label}>
            <SeriesSign style={style} /> {label}{' '}
            <span class="number">{valueText(quantity, values[period])}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
