import { between, inPeriods, type TimeWindow } from './time-window.ts';

/** What is drawn, and in what steps a time can be chosen in it. */
export interface BrushGround {
  /** From the first period's beginning to the last one's end. */
  readonly view: TimeWindow;
  readonly periodMs: number;
  /** Nothing after it can have happened: the last period may not be over. */
  readonly endMs: number;
}

/** A drag: one end stays where it is, the other follows the pointer. */
export interface Drag {
  readonly anchorMs: number;
}

/**
 * Where a drag begins: near an end of what is chosen it moves that end, elsewhere it chooses anew.
 *
 * @param reachMs so near is near
 */
export function beginDrag(atMs: number, chosen: TimeWindow | undefined, reachMs: number): Drag {
  if (chosen === undefined) return { anchorMs: atMs };
  const { fromMs, toMs } = chosen;
  const [toFrom, toTo] = [Math.abs(atMs - fromMs), Math.abs(atMs - toMs)];
  if (Math.min(toFrom, toTo) > reachMs) return { anchorMs: atMs };
  // one step inside, so that the end that stays does not take one period more
  return { anchorMs: toFrom < toTo ? toMs - 1 : fromMs };
}

/** What is chosen while the pointer is there: whole periods, at least one. */
export const dragged = ({ anchorMs }: Drag, atMs: number, ground: BrushGround): TimeWindow =>
  whole(between(anchorMs, atMs), ground);

function whole(window: TimeWindow, { view, periodMs, endMs }: BrushGround): TimeWindow {
  const { fromMs, toMs } = inPeriods(window, periodMs, view);
  return { fromMs, toMs: Math.max(fromMs + 1_000, Math.min(toMs, endMs)) };
}

/** How many borders between periods there are, less one: sliders go from 0 to this. */
export const lastBorder = ({ view, periodMs }: BrushGround): number =>
  Math.round((view.toMs - view.fromMs) / periodMs);

/** Where a slider stands: at the border on the outer side of a time that begins or ends within a period. */
export function borderOf(ms: number, end: 'from' | 'to', ground: BrushGround): number {
  const at = (ms - ground.view.fromMs) / ground.periodMs;
  return Math.min(lastBorder(ground), Math.max(0, end === 'from' ? Math.floor(at) : Math.ceil(at)));
}

/** What is chosen when one end is moved to a border by keys; the other end stays, one period away at least. */
export function movedEnd(
  chosen: TimeWindow | undefined,
  end: 'from' | 'to',
  border: number,
  ground: BrushGround,
): TimeWindow {
  const last = lastBorder(ground);
  const { fromMs, toMs } = chosen ?? ground.view;
  const [from, to] = [borderOf(fromMs, 'from', ground), borderOf(toMs, 'to', ground)];
  const [left, right] = end === 'from' ? [Math.min(border, to - 1), to] : [from, Math.max(border, from + 1)];
  const msOf = (at: number): number => ground.view.fromMs + at * ground.periodMs;
  return whole({ fromMs: msOf(Math.max(0, left)), toMs: msOf(Math.min(last, right)) }, ground);
}
