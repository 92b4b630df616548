import { styleText } from 'node:util';
import stringWidth from 'string-width';
import { cellText, isRight, type Column, type TableLine, type ShownCell } from './cell.ts';

const GAP = '  ';
/** As much of a key stands in its column before it is let run over the end of the line. */
const KEY_LEAST = 20;

export interface TableOptions {
  /** Columns of the terminal. @default as many as it takes */
  readonly width?: number;
  /** Times of this day are shown without their date. @default now */
  readonly now?: Date;
}

/**
 * Rows under dim headings, for a terminal. Nothing is ever cut. The key, which may be of any length, stands last, and
 * runs over the end of the line: the terminal wraps it, and copies it whole. Ticks stand first; the
 * heading of each stands a line below the one before it. Errors and remarks stand on a line of their own below their row. Where there is no room, headings are wrapped,
 * then text, and where even that is too wide each row is a list.
 *
 *     one-consumer
 *     │  another
 *     │  │    size  modified UTC  key
 *     ──────────────────────────────────────────
 *     ✔  ✔  9.1 MB  12:14:46      csv/orders.csv
 */
export function table(
  asked: readonly Column[],
  rows: readonly TableLine[],
  { width = Infinity, now = new Date() }: TableOptions = {},
): string {
  const columns = asked.map((column) =>
    column.kind === 'time' ? { ...column, heading: `${column.heading} UTC` } : column,
  );
  const shown = rows.map((row) =>
    columns.map((column, index): ShownCell => cellText(row[index], column, now)),
  );
  const measured = arranged(columns).map((index) => measure(columns[index]!, index, shown));
  const widths = fitted(measured, width - GAP.length * (measured.length - 1));
  const below = columns.flatMap(({ kind }, index) => (kind === 'below' ? [index] : []));
  if (widths === undefined || !hasRoomForTickHeadings(measured, width)) return list(columns, shown);
  const whole = Math.min(width, sum(widths) + GAP.length * (widths.length - 1));
  return [
    ...headings(measured, widths),
    styleText('dim', '─'.repeat(whole)),
    ...shown.flatMap((row) => [
      ...line(
        measured.map(({ index }) => row[index]!),
        measured,
        widths,
      ),
      ...below.map((index) => row[index]!).flatMap((cell) => (cell.text === '' ? [] : [`  ${styled(cell)}`])),
    ]),
  ].join('\n');
}

/** The widest line of a text, without its colours, as a terminal counts. */
export function widthOf(text: string): number {
  return Math.max(...text.split('\n').map((line) => stringWidth(line)));
}

interface Measured extends Column {
  readonly index: number;
  /** How wide its widest cell is. */
  readonly cells: number;
  /** How wide the longest word in its cells is. */
  readonly words: number;
}

const place = ({ kind }: Column): number => (kind === 'tick' ? 0 : kind === 'key' ? 2 : 1);

/** Ticks first, a key last; what goes below has no column. */
function arranged(columns: readonly Column[]): number[] {
  return columns
    .map((_, index) => index)
    .filter((index) => columns[index]!.kind !== 'below')
    .toSorted((left, right) => place(columns[left]!) - place(columns[right]!));
}

function measure(column: Column, index: number, rows: readonly (readonly ShownCell[])[]): Measured {
  const texts = rows.map((row) => row[index]!.text);
  return {
    ...column,
    index,
    cells: most(texts.map((text) => stringWidth(text))),
    words:
      column.kind === 'text'
        ? most(texts.flatMap((text) => text.split(' ').map((word) => stringWidth(word))))
        : 0,
  };
}

/** The width of each column, each step giving up a little more; undefined when there is no room for a table. */
function fitted(columns: readonly Measured[], room: number): number[] | undefined {
  const headingWords = ({ kind, heading }: Measured) =>
    kind === 'tick' ? 0 : Math.max(...heading.split(' ').map((word) => stringWidth(word)));
  const wrappedHeading = (one: Measured) => Math.max(one.cells, headingWords(one));
  const wrappedText = (one: Measured) =>
    one.kind === 'text' ? Math.max(one.words, headingWords(one)) : wrappedHeading(one);
  const overrun = (one: Measured, index: number) =>
    one.kind === 'key' && index === columns.length - 1
      ? Math.min(wrappedHeading(one), Math.max(KEY_LEAST, headingWords(one)))
      : wrappedText(one);
  const widths = columns.map((one) =>
    one.kind === 'tick' ? one.cells : Math.max(one.cells, stringWidth(one.heading)),
  );
  for (const least of [wrappedHeading, wrappedText, overrun]) {
    const lowest = columns.map(least);
    while (sum(widths) > room) {
      const givers = widths.filter((width, index) => width > lowest[index]!);
      if (givers.length === 0) break;
      const widest = Math.max(...givers);
      const giver = widths.findLastIndex((width, index) => width === widest && width > lowest[index]!);
      // a key of a kilobyte gives what it must in one step
      widths[giver] = Math.max(lowest[giver]!, widest - Math.max(1, sum(widths) - room - 1));
    }
  }
  return sum(widths) <= room ? widths : undefined;
}

const isTick = ({ kind }: Column): boolean => kind === 'tick';

/** The heading of a tick begins above it, and goes on over its neighbours. */
function hasRoomForTickHeadings(columns: readonly Measured[], width: number): boolean {
  return columns
    .filter(isTick)
    .every(({ heading }, step) => step * (1 + GAP.length) + stringWidth(heading) <= width);
}

function headings(columns: readonly Measured[], widths: readonly number[]): string[] {
  const ticks = columns.filter(isTick);
  const tickHeadings = ticks.map(({ heading }, step) =>
    styleText('dim', `${`│${GAP}`.repeat(step)}${heading}`),
  );
  const cells = columns.map((column): ShownCell => ({
    text: isTick(column) ? '│' : column.heading,
    style: 'dim',
  }));
  return [...tickHeadings, ...line(cells, columns, widths, true)];
}

/** The lines of a row: more than one where a text is wrapped. */
function line(
  cells: readonly ShownCell[],
  columns: readonly Measured[],
  widths: readonly number[],
  isHeading = false,
): string[] {
  const wrapped = cells.map(({ text }, index) =>
    isHeading || columns[index]!.kind === 'text' ? wrap(text, widths[index]!) : [text],
  );
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, at) =>
    cells
      .map((cell, index) => {
        const column = columns[index]!;
        const repeats = isHeading && isTick(column);
        const text = repeats ? cell.text : (wrapped[index]![at] ?? '');
        const padding = ' '.repeat(Math.max(0, widths[index]! - stringWidth(text)));
        const shown = text === '' ? '' : styled({ ...cell, text });
        return isRight(column) ? padding + shown : shown + padding;
      })
      .join(GAP)
      .trimEnd(),
  );
}

/** At spaces; a word is never broken. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && stringWidth(`${last} ${word}`) <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

/** A line for each cell, and an empty one between the rows. */
function list(columns: readonly Column[], rows: readonly (readonly ShownCell[])[]): string {
  const label = Math.max(...columns.map(({ heading }) => stringWidth(heading)));
  return rows
    .map((row) =>
      row
        .map((cell, index) => {
          const { heading } = columns[index]!;
          const padded = heading + ' '.repeat(label - stringWidth(heading));
          return cell.text === '' ? '' : `${styleText('dim', padded)}  ${styled(cell)}`;
        })
        .filter((text) => text !== '')
        .join('\n'),
    )
    .join('\n\n');
}

const styled = ({ text, style }: ShownCell): string => (style === undefined ? text : styleText(style, text));

const most = (widths: readonly number[]): number => widths.reduce((widest, one) => Math.max(widest, one), 1);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
