import type { styleText } from 'node:util';
import { terminalText } from '../../shared/terminal-text.ts';
import { timeText } from './time.ts';
import { bytesText, countText, durationText } from './units.ts';

/**
 * What a column holds, from which follows how a cell is shown and where the column stands.
 *
 * - `key`: an object's key or location, of any length; it stands last
 * - `name`, `id`: what a person types or copies; `state`: one word of a few
 * - `time`: ISO 8601, shown as `12:14:46`, with its date only when it is another day's
 * - `count`, `size` (bytes), `duration` (milliseconds): a number, to the right
 * - `tick`: one sign; its heading, a name, stands over it like a stair
 * - `text`: prose, wrapped between its words
 * - `below`: an error, a remark or a command, on a line of its own below the row
 */
type Kind =
  | 'key'
  | 'name'
  | 'id'
  | 'state'
  | 'time'
  | 'count'
  | 'size'
  | 'duration'
  | 'tick'
  | 'text'
  | 'below';

export interface Column {
  readonly heading: string;
  readonly kind: Kind;
}

/** As another program wants it: a time as ISO 8601, a size in bytes. A text stands for itself in a column of any kind: `–`. */
type Value = string | number | undefined;

interface StyledCell {
  readonly value: Value;
  readonly style?: Style;
}

export type Cell = Value | StyledCell;
export type TableLine = readonly Cell[];
type Style = Parameters<typeof styleText>[0];

/** A cell as it goes onto a screen. */
export interface ShownCell {
  readonly text: string;
  readonly style?: Style;
}

/** For a person. @param now times of its day are shown without a date */
export function cellText(cell: Cell, { kind }: Column, now: Date): ShownCell {
  const { value, style } = typeof cell === 'object' ? cell : { value: cell, style: STYLES[kind] };
  return { text: valueText(value, kind, now), ...(style !== undefined && { style }) };
}

/** For another program: a line of such fields, with tabs between them. */
export function fieldText(cell: Cell): string {
  return terminalText(String((typeof cell === 'object' ? cell.value : cell) ?? ''));
}

export const isRight = ({ kind }: Column): boolean =>
  kind === 'count' || kind === 'size' || kind === 'duration';

const STYLES: Readonly<Partial<Record<Kind, Style>>> = { below: 'dim' };

function valueText(value: Value, kind: Kind, now: Date): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return kind === 'time' ? timeText(value, now) : terminalText(value);
  if (kind === 'size') return bytesText(value);
  return kind === 'duration' ? durationText(value) : countText(value);
}
