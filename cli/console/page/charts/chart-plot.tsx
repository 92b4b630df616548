import { useLayoutEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Chart } from './charts-in.ts';
import { readTime } from './chart-cursor.ts';
import { tickTime } from './chart-window.ts';
import { tickText } from './quantities.ts';
import { dashOf, plotColours, type PlotColours } from './series-style.ts';

const HEIGHT = 160;
/** The same for all, so that one time stands in one line. */
const AXIS_WIDTH = 62;

/** The lines of a chart. All charts show the time that is pointed at in one of them. */
export function ChartPlot({
  chart,
  times,
  onPlot,
}: {
  readonly chart: Chart;
  /** Seconds since 1970. */
  readonly times: readonly number[];
  readonly onPlot: (plot: uPlot | undefined) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const colours = plotColours.value;
  const shape = JSON.stringify(chart.series.map(({ label, style }) => [label, style]));
  const data = [times, ...chart.series.map(({ values }) => values)] as uPlot.AlignedData;
  useLayoutEffect(() => {
    const element = box.current!;
    if (colours === undefined) return undefined;
    const made = new uPlot(options(chart, element.clientWidth, colours), data, element);
    plot.current = made;
    onPlot(made);
    const observer = new ResizeObserver(() => {
      const width = element.clientWidth;
      if (width > 0 && width !== made.width) made.setSize({ width, height: HEIGHT });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      onPlot(undefined);
    };
  }, [shape, colours]);
  useLayoutEffect(() => {
    plot.current?.setData(data);
  }, [chart, times]);
  return <div ref={box} class="chart-plot" style={{ height: `${HEIGHT}px` }} />;
}

function options({ quantity, series }: Chart, width: number, colours: PlotColours): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: colours.text,
    grid: { stroke: colours.line, width: 1 },
    ticks: { show: false },
    font: '12px system-ui, sans-serif',
  };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    padding: [10, 10, 0, 0],
    cursor: {
      drag: { x: false, y: false },
      sync: { key: 'charts', setSeries: false },
      y: false,
      points: { size: 7 },
    },
    scales: { y: { range: (_, __, most) => [0, most > 0 ? most * 1.08 : 1] } },
    axes: [
      {
        ...axis,
        space: 70,
        size: 26,
        values: (_, splits, __, ___, apart) => splits.map((at) => tickTime(at, apart)),
      },
      { ...axis, size: AXIS_WIDTH, values: (_, splits) => splits.map((value) => tickText(quantity, value)) },
    ],
    series: [
      {},
      ...series.map(({ label, style }) => ({
        label,
        stroke: colours.series[style % colours.series.length]!,
        width: 2,
        dash: [...dashOf(style)],
        spanGaps: false,
        // a line needs two: what was measured between gaps is a point
        points: { size: 5, filter: alone },
      })),
    ],
    hooks: {
      setCursor: [
        ({ cursor: { idx }, data: [times] }) => {
          readTime.value = typeof idx === 'number' ? times[idx] : undefined;
        },
      ],
    },
  };
}

/** Moves the line of the time that is read, in all charts; undefined takes it away. @param left in pixels */
export function moveCursor(plot: uPlot | undefined, left: number | undefined): void {
  // its types do not tell of the last argument, which moves those of the other charts too
  const move = plot?.setCursor as
    | ((at: { left: number; top: number }, fires: boolean, isShared: boolean) => void)
    | undefined;
  move?.({ left: left ?? OUTSIDE, top: left === undefined ? OUTSIDE : 0 }, true, true);
}

const OUTSIDE = -10;

/** Which values have no neighbour to draw a line to. */
function alone(self: uPlot, at: number): number[] {
  const values = self.data[at]!;
  const isThere = (index: number): boolean => typeof values[index] === 'number';
  return Array.from(values.keys()).filter(
    (index) => isThere(index) && !isThere(index - 1) && !isThere(index + 1),
  );
}
