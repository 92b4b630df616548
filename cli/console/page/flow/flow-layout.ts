import type { FlowGraph } from './flow-graph.ts';

/** In pixels, from the left and from the top. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An edge as it is drawn. */
export interface EdgeLine {
  readonly id: string;
  /** All of it: `M 92 40 H 112 V 160 H 150` */
  readonly path: string;
  /** Its last stretch, which no other edge shares: what moves, moves here. */
  readonly stretch: string;
  /** Where its number stands: the middle of the bottom of the text. */
  readonly label: { readonly x: number; readonly y: number };
  /** Where its arrow ends. */
  readonly end: { readonly x: number; readonly y: number; readonly isDown: boolean };
}

export interface FlowLayout {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<string, Box>;
  readonly lines: readonly EdgeLine[];
  /** A consumer's ground, with its name in the first line. */
  readonly lanes: readonly (Box & { readonly name: string })[];
  /** Whether a number and its unit need a line each. */
  readonly isTight: boolean;
}

/** A narrower page shows a list. */
export const LEAST_WIDTH = 744;

const COLUMNS = 6;
/** Part of the gap between the bus and the rules that all edges share. */
const TRUNK = 16;
const LANE = { padding: 10, title: 30, between: 12 };
const TIGHT_BELOW = 124;

/**
 * The pipeline in columns: what all share on the left, and a lane for each consumer.
 *
 * @param width of the page; less than LEAST_WIDTH counts as that
 */
export function layoutFlow({ head, lanes }: FlowGraph, width: number): FlowLayout {
  const all = Math.max(LEAST_WIDTH, Math.floor(width));
  const gap = Math.min(84, Math.max(44, Math.floor(all * 0.058)));
  const fan = gap + TRUNK + LANE.padding;
  const box = Math.floor((all - LANE.padding - (COLUMNS - 2) * gap - fan) / COLUMNS);
  const isTight = box < TIGHT_BELOW;
  const height = isTight ? 82 : 66;
  const at = (column: number): number => column * (box + gap) + (column > 1 ? fan - gap : 0);
  const pitch = LANE.title + height + LANE.padding + LANE.between;
  const top = (lane: number): number => lane * pitch + LANE.title;
  const size = { width: box, height };
  const boxes = new Map<string, Box>();
  for (const { id, column, kind } of head.parts) {
    boxes.set(id, { x: at(column), y: kind === 'archive' ? top(0) + height + gap : top(0), ...size });
  }
  for (const [lane, { parts }] of lanes.entries()) {
    for (const { id, column } of parts) boxes.set(id, { x: at(column), y: top(lane), ...size });
  }
  const begin = at(2) - LANE.padding;
  const bottom = Math.max(...[...boxes.values()].map((one) => one.y + one.height));
  return {
    width: all,
    height: bottom + LANE.padding,
    boxes,
    lines: [...head.edges, ...lanes.flatMap(({ edges }) => edges)].map(({ id, from, to, kind }) => ({
      id,
      ...(kind === 'archive' ? lineDown : kind === 'rule' ? lineToLane : lineAcross)(
        boxes.get(from)!,
        boxes.get(to)!,
      ),
    })),
    lanes: lanes.map(({ name }, lane) => ({
      name,
      x: begin,
      y: lane * pitch,
      width: all - begin,
      height: pitch - LANE.between,
    })),
    isTight,
  };
}

const ARROW = 6;
/** From the line to the number above it. */
const ABOVE = 6;

type Line = Omit<EdgeLine, 'id'>;

const middle = ({ y, height }: Box): number => y + height / 2;

function lineDown(from: Box, to: Box): Line {
  const x = from.x + from.width / 2;
  const begin = from.y + from.height;
  const path = `M ${x} ${begin} V ${to.y - ARROW}`;
  return {
    path,
    stretch: path,
    label: { x: x + 22, y: (begin + to.y) / 2 + 4 },
    end: { x, y: to.y, isDown: true },
  };
}

function lineAcross(from: Box, to: Box): Line {
  const [begin, y] = [from.x + from.width, middle(to)];
  const path = `M ${begin} ${y} H ${to.x - ARROW}`;
  return {
    path,
    stretch: path,
    label: { x: (begin + to.x) / 2, y: y - ABOVE },
    end: { x: to.x, y, isDown: false },
  };
}

/** From the bus: first down the trunk that all lanes share. */
function lineToLane(from: Box, to: Box): Line {
  const [begin, y] = [from.x + from.width, middle(to)];
  const turn = begin + TRUNK;
  return {
    path: `M ${begin} ${middle(from)} H ${turn} V ${y} H ${to.x - ARROW}`,
    stretch: `M ${turn} ${y} H ${to.x - ARROW}`,
    label: { x: (turn + to.x - LANE.padding) / 2, y: y - ABOVE },
    end: { x: to.x, y, isDown: false },
  };
}
