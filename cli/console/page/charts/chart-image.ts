import type uPlot from 'uplot';
import type { Chart } from './charts-in.ts';
import { saveFile } from './save-file.ts';
import { dashOf, plotColours } from './series-style.ts';

export interface ChartImage {
  /** What stands above it. */
  readonly name: string;
  /** `Sluice-dev, 2026-11-20 12:00 to 13:00` */
  readonly windowText: string;
  readonly chart: Chart;
  readonly plot: uPlot | undefined;
}

const LINE = 20;
const EDGE = 14;

/** Saves the chart as it is seen, with its title, its window and its legend. */
export async function saveChart({ name, windowText, chart, plot }: ChartImage): Promise<void> {
  const colours = plotColours.value;
  if (plot === undefined || colours === undefined) return;
  const ratio = plot.ctx.canvas.width / plot.width;
  const head = EDGE + 2 * LINE;
  const canvas = document.createElement('canvas');
  canvas.width = plot.ctx.canvas.width + 2 * EDGE * ratio;
  canvas.height = plot.ctx.canvas.height + (head + chart.series.length * LINE + EDGE) * ratio;
  const context = canvas.getContext('2d')!;
  context.fillStyle = colours.surface;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(plot.ctx.canvas, EDGE * ratio, head * ratio);
  context.scale(ratio, ratio);
  context.fillStyle = colours.text;
  context.font = '600 15px system-ui, sans-serif';
  context.fillText(name, EDGE, EDGE + 12);
  context.font = '12px system-ui, sans-serif';
  context.fillText(windowText, EDGE, EDGE + 12 + LINE);
  context.lineWidth = 2;
  for (const [at, { label, style }] of chart.series.entries()) {
    const y = head + plot.height + at * LINE + LINE / 2;
    context.strokeStyle = colours.series[style % colours.series.length]!;
    context.setLineDash([...dashOf(style)]);
    context.beginPath();
    context.moveTo(EDGE, y);
    context.lineTo(EDGE + 34, y);
    context.stroke();
    context.fillText(label, EDGE + 42, y + 4);
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob !== null) saveFile(`${name.replaceAll(/[^\w.-]+/g, '-')}.png`, blob);
}
