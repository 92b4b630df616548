import { effect, signal } from '@preact/signals';
import { theme } from '../theme.ts';

/** Told apart without colour too. In pixels: drawn, left out, drawn … */
const DASHES: readonly (readonly number[])[] = [
  [],
  [7, 4],
  [2, 3],
  [12, 4, 2, 4],
  [4, 2],
  [14, 3],
  [2, 6],
  [8, 3, 2, 3, 2, 3],
];

const COLOURS = 8;

/** As many as there are colours; a ninth consumer has the first one's colour with another dash. */
export const dashOf = (style: number): readonly number[] =>
  DASHES[(style + Math.floor(style / COLOURS)) % DASHES.length]!;

/** Its colour stands in charts.css, for both themes. */
export const colourClass = (style: number): string => `series-${style % COLOURS}`;

/** What a canvas is drawn with: it knows no variables of the page. */
export interface PlotColours {
  readonly series: readonly string[];
  readonly text: string;
  readonly line: string;
  readonly surface: string;
}

const dark = matchMedia('(prefers-color-scheme: dark)');
const read = (): PlotColours => ({
  series: Array.from({ length: COLOURS }, (_, at) => colourOf(`series-${at}`)),
  text: colourOf('plot-text'),
  line: colourOf('plot-line'),
  surface: colourOf('plot-surface'),
});

/** The theme's, as they are now. */
export const plotColours = signal<PlotColours | undefined>(undefined);

effect(() => {
  // read for its change alone: the page is painted with it already
  if (theme.value !== undefined) plotColours.value = read();
});
dark.addEventListener('change', () => {
  plotColours.value = read();
});

function colourOf(className: string): string {
  const probe = document.createElement('span');
  probe.className = className;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
