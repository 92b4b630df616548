import type { Chart } from './charts-in.ts';
import { saveFile } from './save-file.ts';

export interface ChartImage {
  /** What stands above it. */
  readonly name: string;
  /** `Sluice-dev, 2026-11-20 12:00 to 13:00` */
  readonly windowText: string;
  readonly chart: Chart;
  readonly svg: SVGSVGElement;
}

const LINE = 20;
const EDGE = 14;
/** What a picture by itself does not have from the page's styles. */
const STYLES = ['fill', 'stroke', 'stroke-width', 'stroke-linecap', 'font-size', 'font-family'] as const;

/** Saves the chart as it is seen, with its title, its window and its legend. */
export async function saveChart({ name, windowText, chart, svg }: ChartImage): Promise<void> {
  const { width, height } = svg.getBoundingClientRect();
  const picture = await pictureOf(svg);
  const ratio = devicePixelRatio;
  const head = EDGE + 2 * LINE;
  const canvas = document.createElement('canvas');
  canvas.width = (width + 2 * EDGE) * ratio;
  canvas.height = (head + height + chart.series.length * LINE + EDGE) * ratio;
  const context = canvas.getContext('2d')!;
  context.scale(ratio, ratio);
  context.fillStyle = getComputedStyle(svg.closest('.card')!).backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, EDGE, head, width, height);
  context.fillStyle = getComputedStyle(svg).color;
  context.font = '600 15px system-ui, sans-serif';
  context.fillText(name, EDGE, EDGE + 12);
  context.font = '12px system-ui, sans-serif';
  context.fillText(windowText, EDGE, EDGE + 12 + LINE);
  context.lineWidth = 2;
  const lines = svg.querySelectorAll('.plot-line');
  for (const [at, { label }] of chart.series.entries()) {
    const y = head + height + at * LINE + LINE / 2;
    context.strokeStyle = getComputedStyle(lines[at]!).stroke;
    context.setLineDash(
      (lines[at]!.getAttribute('stroke-dasharray') ?? '').split(' ').filter(Boolean).map(Number),
    );
    context.beginPath();
    context.moveTo(EDGE, y);
    context.lineTo(EDGE + 34, y);
    context.stroke();
    context.fillText(label, EDGE + 42, y + 4);
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob !== null) saveFile(`${name.replaceAll(/[^\w.-]+/g, '-')}.png`, blob);
}

/** The drawing as a picture, with the colours that it has now. */
async function pictureOf(svg: SVGSVGElement): Promise<HTMLImageElement> {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.querySelector('.plot-cursor')?.remove();
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  const shown = [...svg.querySelectorAll(':not(.plot-cursor, .plot-cursor *)')];
  for (const [at, element] of [...copy.querySelectorAll('*')].entries()) {
    const styles = getComputedStyle(shown[at]!);
    for (const name of STYLES) element.setAttribute(name, styles.getPropertyValue(name));
  }
  const url = URL.createObjectURL(
    new Blob([new XMLSerializer().serializeToString(copy)], { type: 'image/svg+xml' }),
  );
  try {
    const picture = new Image();
    picture.src = url;
    await picture.decode();
    return picture;
  } finally {
    URL.revokeObjectURL(url);
  }
}
