import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  agrees,
  countedByFlow,
  LookAgain,
  SETTLED_MS,
  type LetterCounts,
} from '../../../../../cli/console/page/letters/look-again.ts';
import type { DeadLetters } from '../../../../../cli/console/page/letters/shown-letters.ts';

function found(counts: Readonly<Record<string, number>>, inHand = 0): DeadLetters {
  const letters = Object.entries(counts).flatMap(([consumer, count]) =>
    Array.from({ length: count }, (_, at) => ({
      consumer,
      kind: 'queue' as const,
      messageId: `${consumer}${at}`,
      reason: 'expired',
      sentAt: '2026-11-20T12:00:00.000Z',
      keys: [],
    })),
  );
  return { letters, inHand, groups: [] } as unknown as DeadLetters;
}

const counted = (counts: Readonly<Record<string, number>>): LetterCounts =>
  Object.entries(counts).map(([consumer, count]) => [consumer, 'queue', count]);

describe('what the flow counts', () => {
  test('is letters of queues and rules, where somebody knows', () => {
    const consumer = { name: 'one', deadLetters: 2, ruleDeadLetters: null };
    expect(countedByFlow({ consumers: [consumer] as never })).toEqual([['one', 'queue', 2]]);
  });

  test('agrees with a look that found as many of each consumer', () => {
    expect(agrees(counted({ one: 1, two: 2 }), found({ one: 1, two: 2 }))).toBe(true);
    expect(agrees(counted({ one: 2, two: 1 }), found({ one: 1, two: 2 }))).toBe(false);
    expect(agrees(counted({ one: 2, two: 1 }), found({ one: 1, two: 0 }, 2))).toBe(true);
  });
});

describe('letters', () => {
  test('are looked at again once, when their counts have changed and stand still', () => {
    const decides = new LookAgain();
    const before = found({ one: 1 });
    const due = (count: number, atMs: number, isBusy = false): boolean =>
      decides.isDue(counted({ one: count }), before, atMs, isBusy);

    expect(due(1, 0)).toBe(false);
    expect(due(2, 5_000)).toBe(false);
    expect(due(3, 5_000 + SETTLED_MS - 1)).toBe(false);
    expect(due(3, 5_000 + 2 * SETTLED_MS - 2)).toBe(false);
    expect(due(3, 5_000 + 2 * SETTLED_MS)).toBe(true);
    // nobody knows why they do not agree: it is not looked at for ever
    expect(due(3, 60_000)).toBe(false);
  });

  test('are left alone by the look itself, which takes them in hand for a moment', () => {
    const decides = new LookAgain();
    const looks = [3, 0, 0, 3].map((count, at) =>
      decides.isDue(counted({ one: count }), found({ one: 3 }), (at * SETTLED_MS) / 4, false),
    );

    expect(looks).toEqual([false, false, false, false]);
  });

  test('are left alone while something is done to them, and looked at then', () => {
    const decides = new LookAgain();
    const due = (atMs: number, isBusy: boolean): boolean =>
      decides.isDue(counted({ one: 0 }), found({ one: 1 }), atMs, isBusy);

    expect([due(0, true), due(9_000, true), due(9_001, false)]).toEqual([false, false, true]);
  });

  test('are looked at once at most for each change, however the counts go', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 60 }), (counts) => {
        const decides = new LookAgain();
        const looks = counts.filter((count, at) =>
          decides.isDue(counted({ one: count }), found({ one: 9 }), at * 400, false),
        );
        const changes = counts.filter((count, at) => count !== counts[at - 1]);
        expect(looks.length).toBeLessThanOrEqual(changes.length);
      }),
    );
  });
});
