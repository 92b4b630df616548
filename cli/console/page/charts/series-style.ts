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
