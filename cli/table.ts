import { stripVTControlCharacters, styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** A cell: its text, and how it looks. Text from outside goes through `terminalText` first. */
export interface Cell {
  readonly text: string;
  readonly style?: Style;
  readonly right?: boolean;
}

const GAP = '  ';
const NARROWEST = 8;

/**
 * Columns under dim headings. Where the table is wider than the terminal, its widest columns are cut with an ellipsis;
 * where even that is too wide, each row is a list. Without a width it is never cut.
 */
export function table(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  width = Infinity,
): string {
  const room = width - GAP.length * (headings.length - 1);
  const widths = fitted(
    headings.map((heading, column) =>
      Math.max(columns(heading), ...rows.map((row) => columns(row[column]?.text ?? ''))),
    ),
    room,
  );
  if (sum(widths) > room) return list(headings, rows);
  const line = (cells: readonly Cell[]) =>
    cells
      .map(({ text, style, right }, column) => {
        const shown = cut(text, widths[column] ?? 0);
        const padding = ' '.repeat(Math.max(0, (widths[column] ?? 0) - columns(shown)));
        const styled = style === undefined ? shown : styleText(style, shown);
        return right === true ? padding + styled : styled + padding;
      })
      .join(GAP)
      .trimEnd();
  const heading = line(headings.map((text): Cell => ({ text, style: 'dim' })));
  const rule = styleText('dim', '─'.repeat(sum(widths) + GAP.length * (widths.length - 1)));
  return [heading, rule, ...rows.map(line)].join('\n');
}

/** A line for each cell, and an empty one between the rows. */
function list(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const labelled = (row: readonly Cell[]) =>
    row.map(({ text, style }, column) => {
      const value = style === undefined ? text : styleText(style, text);
      return `${styleText('dim', headings[column] ?? '')} ${value}`.trimEnd();
    });
  return rows.map((row) => labelled(row).join('\n')).join('\n\n');
}

/** The widest line of a text, without its colours. */
export function widthOf(text: string): number {
  return Math.max(...stripVTControlCharacters(text).split('\n').map(columns));
}

/** Takes from the widest column until all fit, or none can give any more. */
function fitted(widths: readonly number[], room: number): number[] {
  const fitted = [...widths];
  while (sum(fitted) > room) {
    const widest = Math.max(...fitted);
    if (widest <= NARROWEST) break;
    fitted[fitted.lastIndexOf(widest)] = widest - 1;
  }
  return fitted;
}

/** From the middle, since both ends of an object key say which one it is. */
function cut(text: string, width: number): string {
  const characters = graphemes(text);
  if (characters.length <= width) return text;
  const head = Math.floor((width - 1) / 2);
  return [
    ...characters.slice(0, head),
    '…',
    ...characters.slice(characters.length - (width - 1 - head)),
  ].join('');
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
// printable ASCII, which needs no segmenting: most of it
const PLAIN = /^[ -~]*$/;
const graphemes = (text: string): readonly string[] =>
  PLAIN.test(text) ? text.split('') : [...segmenter.segment(text)].map(({ segment }) => segment);

/** Columns that a text takes in a terminal: combining marks take none. */
const columns = (text: string): number => graphemes(text).length;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
