import type { RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import { useWidth } from '../parts/use-width.ts';
import { readTime } from './chart-cursor.ts';
import { tickTime } from './chart-window.ts';
import type { Chart } from './charts-in.ts';
import { linePath, timeTicks, valueTicks } from './plot-scale.ts';
import { tickText } from './quantities.ts';
import { colourClass, dashOf } from './series-style.ts';

const HEIGHT = 180;
/** The same for all, so that one time stands in one line. */
const EDGE = { left: 62, right: 10, top: 10, bottom: 24 };
const TICK_APART = { wide: 80, high: 40 };

/** The lines of a chart. All charts show the time that is pointed at in one of them. */
export function LinePlot({
  chart,
  times,
  svg,
}: {
  readonly chart: Chart;
  /** Seconds since 1970, evenly apart. */
  readonly times: readonly number[];
  readonly svg: RefObject<SVGSVGElement | null>;
}) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [inner, high] = [Math.max(1, width - EDGE.left - EDGE.right), HEIGHT - EDGE.top - EDGE.bottom];
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  const most = Math.max(0, ...chart.series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const top = most > 0 ? most * 1.08 : 1;
  const xOf = (time: number): number => EDGE.left + ((time - first) / Math.max(1, last - first)) * inner;
  const yOf = (value: number): number => EDGE.top + high - (value / top) * high;
  const ticks = timeTicks(first, last, Math.max(2, Math.floor(inner / TICK_APART.wide)));
  const point = (event: PointerEvent): void => {
    const left = event.clientX - box.current!.getBoundingClientRect().left - EDGE.left;
    const at = Math.round((left / inner) * (times.length - 1));
    readTime.value = times[Math.min(times.length - 1, Math.max(0, at))];
  };
  return (
    <div
      ref={box}
      class="chart-plot"
      onPointerMove={point}
      onPointerDown={point}
      onPointerLeave={() => {
        readTime.value = undefined;
      }}
    >
      <svg ref={svg} width={width} height={HEIGHT} aria-hidden="true">
        {valueTicks(top, Math.floor(high / TICK_APART.high)).map((value) => (
          <g key={value}>
            <path class="plot-grid" d={`M${EDGE.left} ${yOf(value)}h${inner}`} />
            <text class="plot-text" x={EDGE.left - 8} y={yOf(value) + 4} text-anchor="end">
              {tickText(chart.quantity, value)}
            </text>
          </g>
        ))}
        {ticks.times.map((time) => (
          <g key={time}>
            <path class="plot-grid" d={`M${xOf(time)} ${EDGE.top}v${high}`} />
            <text class="plot-text" x={xOf(time)} y={HEIGHT - 6} text-anchor="middle">
              {tickTime(time, ticks.apartSeconds)}
            </text>
          </g>
        ))}
        {chart.series.map(({ label, style, values }) => {
          const { lines, points } = linePath(values, (at) => xOf(times[at] ?? first), yOf);
          return (
            <g key={label} class={colourClass(style)}>
              <path class="plot-line" stroke-dasharray={dashOf(style).join(' ')} d={lines} />
              <path class="plot-points" d={points} />
            </g>
          );
        })}
        <Cursor chart={chart} times={times} xOf={xOf} yOf={yOf} />
      </svg>
    </div>
  );
}

/** The time that is read, drawn by itself: the lines stay as they are while it moves. */
function Cursor({
  chart,
  times,
  xOf,
  yOf,
}: {
  readonly chart: Chart;
  readonly times: readonly number[];
  readonly xOf: (time: number) => number;
  readonly yOf: (value: number) => number;
}) {
  const at = readTime.value === undefined ? -1 : times.indexOf(readTime.value);
  if (at === -1) return null;
  const x = xOf(times[at]!);
  return (
    <g class="plot-cursor">
      <path d={`M${x} ${EDGE.top}V${HEIGHT - EDGE.bottom}`} />
      {chart.series.map(({ label, style, values }) =>
        typeof values[at] === 'number' ? (
          <circle key={label} class={colourClass(style)} cx={x} cy={yOf(values[at])} r="3.5" />
        ) : null,
      )}
    </g>
  );
}
