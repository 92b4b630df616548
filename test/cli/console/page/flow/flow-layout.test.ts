import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flowGraph, partsOf, type KnownConsumer } from '../../../../../cli/console/page/flow/flow-graph.ts';
import { layoutFlow, LEAST_WIDTH, type Box } from '../../../../../cli/console/page/flow/flow-layout.ts';
import { consumerStatus, statusDocument } from './flow-samples.ts';

const TARGETS = ['function', 'queue', 'bus', 'state-machine'] as const;
const KEPT = ['rows', 'lines', 'objects', 'nothing'] as const;

/** Any list of consumers, and any page that is wide enough. */
const drawn = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom(...TARGETS), fc.constantFrom(...KEPT)), { maxLength: 40 }),
    fc.integer({ min: LEAST_WIDTH, max: 4_000 }),
  )
  .map(([kinds, width]) => {
    const consumers = kinds.map(([target, kind], index) =>
      consumerStatus({ name: `c${index}`, target, keeps: { kind, place: `p${index}` } }),
    );
    const graph = flowGraph(consumers, statusDocument({ consumers }));
    return { graph, width, layout: layoutFlow(graph, width) };
  });

const isApart = (one: Box, other: Box): boolean =>
  one.x + one.width < other.x ||
  other.x + other.width < one.x ||
  one.y + one.height < other.y ||
  other.y + other.height < one.y;

const isWithin = (box: Box, around: Pick<Box, 'width' | 'height'>): boolean =>
  box.x >= 0 && box.y >= 0 && box.x + box.width <= around.width && box.y + box.height <= around.height;

/** The longest number on an edge is `1.2k/s`. */
const labelBox = ({ x, y }: { readonly x: number; readonly y: number }, isDown: boolean): Box => ({
  x: isDown ? x : x - 19,
  y: y - 10,
  width: 38,
  height: 10,
});

describe('the picture of a pipeline', () => {
  test('has every part of it once, inside, and none over another', () => {
    fc.assert(
      fc.property(drawn, ({ graph, layout }) => {
        const parts = partsOf(graph);
        const boxes = parts.map(({ id }) => layout.boxes.get(id)!);
        expect(layout.boxes.size).toBe(parts.length);
        expect(boxes.filter((box) => !isWithin(box, layout))).toEqual([]);
        expect(boxes.filter((box, at) => !boxes.slice(at + 1).every((other) => isApart(box, other)))).toEqual(
          [],
        );
      }),
    );
  });

  test('is as wide as its page, and each part wide enough for its words', () => {
    fc.assert(
      fc.property(drawn, ({ layout, width }) => {
        expect(layout.width).toBe(width);
        expect([...layout.boxes.values()].filter((box) => box.width < 80)).toEqual([]);
      }),
    );
  });

  test('has each consumer’s parts in its own lane, from left to right', () => {
    fc.assert(
      fc.property(drawn, ({ graph, layout }) => {
        for (const { name, parts } of graph.lanes) {
          const lane = layout.lanes.find((one) => one.name === name)!;
          const boxes = parts.map(({ id }) => layout.boxes.get(id)!);
          expect(boxes.every((box) => !isApart(box, lane))).toBe(true);
          expect(boxes.map(({ x }) => x)).toEqual(
            boxes.map(({ x }) => x).toSorted((one, other) => one - other),
          );
        }
        expect(
          layout.lanes.every((lane, at) => layout.lanes.slice(at + 1).every((other) => isApart(lane, other))),
        ).toBe(true);
      }),
    );
  });

  test('has a line for each edge, whose number stands on no part', () => {
    fc.assert(
      fc.property(drawn, ({ graph, layout }) => {
        const edges = [...graph.head.edges, ...graph.lanes.flatMap((lane) => lane.edges)];
        expect(layout.lines.map(({ id }) => id)).toEqual(edges.map(({ id }) => id));
        const boxes = [...layout.boxes.values()];
        const hidden = layout.lines.filter(({ label, end }) =>
          boxes.some((box) => !isApart(labelBox(label, end.isDown), box)),
        );
        expect(hidden).toEqual([]);
      }),
    );
  });

  test('leaves what was drawn where it is when a consumer is added at the end', () => {
    const known: KnownConsumer[] = [
      { name: 'a', target: 'function' },
      { name: 'b', target: 'queue' },
    ];
    const before = layoutFlow(flowGraph(known, undefined), 1_300);
    const after = layoutFlow(flowGraph([...known, { name: 'c', target: 'bus' }], undefined), 1_300);

    expect([...after.boxes].slice(0, before.boxes.size)).toEqual([...before.boxes]);
  });
});
