import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  beginDrag,
  borderOf,
  dragged,
  lastBorder,
  movedEnd,
  type BrushGround,
} from '../../../../../cli/console/page/archive/brush.ts';
import type { TimeWindow } from '../../../../../cli/console/page/archive/time-window.ts';

const MINUTE = 60_000;

/** Ten minutes, of which the last is half over. */
const ground: BrushGround = {
  view: { fromMs: 100 * MINUTE, toMs: 110 * MINUTE },
  periodMs: MINUTE,
  endMs: 109.5 * MINUTE,
};

const minutes = ({ fromMs, toMs }: TimeWindow): readonly number[] => [fromMs / MINUTE, toMs / MINUTE];

describe('a drag over the histogram', () => {
  test('chooses the periods that it touches, to the left and to the right', () => {
    const drag = beginDrag(102.4 * MINUTE, undefined, MINUTE);

    expect(minutes(dragged(drag, 104.1 * MINUTE, ground))).toEqual([102, 105]);
    expect(minutes(dragged(drag, 100.9 * MINUTE, ground))).toEqual([100, 103]);
    expect(minutes(dragged(drag, 102.4 * MINUTE, ground))).toEqual([102, 103]);
  });

  test('chooses nothing that has not happened', () => {
    expect(minutes(dragged({ anchorMs: 108 * MINUTE }, 200 * MINUTE, ground))).toEqual([108, 109.5]);
  });

  test('moves the end near which it begins, and leaves the other', () => {
    const chosen = { fromMs: 102 * MINUTE, toMs: 105 * MINUTE };
    const [atBegin, atEnd] = [102.1, 104.9].map((at) => beginDrag(at * MINUTE, chosen, 0.2 * MINUTE));

    expect(minutes(dragged(atBegin!, 101.5 * MINUTE, ground))).toEqual([101, 105]);
    expect(minutes(dragged(atEnd!, 107.5 * MINUTE, ground))).toEqual([102, 108]);
    expect(minutes(dragged(beginDrag(103.5 * MINUTE, chosen, 0.2 * MINUTE), 103.5 * MINUTE, ground))).toEqual(
      [103, 104],
    );
  });
});

const anyGround = fc
  .record({
    periodS: fc.constantFrom(1, 5, 60, 3_600, 86_400),
    first: fc.integer({ min: 0, max: 1_000 }),
    count: fc.integer({ min: 1, max: 60 }),
    over: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ periodS, first, count, over }): BrushGround => {
    const periodMs = periodS * 1_000;
    const fromMs = first * periodMs;
    const lastMs = fromMs + (count - 1) * periodMs;
    const endMs = Math.ceil((lastMs + over * periodMs + 1) / 1_000) * 1_000;
    return { periodMs, view: { fromMs, toMs: lastMs + periodMs }, endMs };
  });
const anyShare = fc.double({ min: -0.5, max: 1.5, noNaN: true });
const msAt = ({ view }: BrushGround, share: number) =>
  Math.round(view.fromMs + share * (view.toMs - view.fromMs));

/** In what a window is not made of whole periods of what is drawn. */
const faults = ({ fromMs, toMs }: TimeWindow, { view, periodMs, endMs }: BrushGround): readonly string[] => [
  ...(fromMs < view.fromMs || toMs > view.toMs ? ['it goes beyond the view'] : []),
  ...(fromMs >= toMs ? ['it is empty'] : []),
  ...((fromMs - view.fromMs) % periodMs === 0 ? [] : ['it begins within a period']),
  ...(toMs === endMs || (toMs - view.fromMs) % periodMs === 0 ? [] : ['it ends within a period']),
];

describe('what is chosen', () => {
  test('is in whole periods of what is drawn, wherever the pointer goes', () => {
    fc.assert(
      fc.property(anyGround, anyShare, anyShare, (ground, from, to) => {
        expect(faults(dragged({ anchorMs: msAt(ground, from) }, msAt(ground, to), ground), ground)).toEqual(
          [],
        );
      }),
    );
  });

  test('is the same from left to right and from right to left', () => {
    fc.assert(
      fc.property(anyGround, anyShare, anyShare, (ground, from, to) => {
        const [one, other] = [msAt(ground, from), msAt(ground, to)];
        expect(dragged({ anchorMs: one }, other, ground)).toEqual(dragged({ anchorMs: other }, one, ground));
      }),
    );
  });

  test('stays in whole periods when its ends are moved by keys, and each key moves one end alone', () => {
    const moves = fc.array(
      fc.record({
        end: fc.constantFrom('from' as const, 'to' as const),
        border: fc.integer({ min: 0, max: 60 }),
      }),
    );
    fc.assert(
      fc.property(anyGround, moves, (ground, all) => {
        let chosen = movedEnd(undefined, 'from', 0, ground);
        for (const { end, border } of all) {
          const next = movedEnd(chosen, end, Math.min(border, lastBorder(ground)), ground);
          const other = end === 'from' ? 'toMs' : 'fromMs';
          expect(faults(next, ground)).toEqual([]);
          expect(next[other]).toBe(chosen[other]);
          chosen = next;
        }
      }),
    );
  });

  test('stands on the sliders where it was put', () => {
    fc.assert(
      fc.property(anyGround, fc.nat(60), fc.nat(60), (ground, one, other) => {
        const last = lastBorder(ground);
        const [from, to] = [Math.min(one, other, last - 1), Math.min(Math.max(one, other) + 1, last)];
        const chosen = movedEnd(movedEnd(undefined, 'from', from, ground), 'to', to, ground);
        expect([borderOf(chosen.fromMs, 'from', ground), borderOf(chosen.toMs, 'to', ground)]).toEqual([
          from,
          to,
        ]);
      }),
    );
  });
});
