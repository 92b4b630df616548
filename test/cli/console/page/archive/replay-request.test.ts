import { describe, expect, test } from 'vitest';
import {
  defaultName,
  previewArgs,
  reachesLastMinutes,
  startArgs,
} from '../../../../../cli/console/page/archive/replay-request.ts';
import { isMoving, leftText } from '../../../../../cli/console/page/archive/replay-words.ts';

const window = {
  fromMs: Date.parse('2026-11-20T07:00:00Z'),
  toMs: Date.parse('2026-11-20T08:00:00Z'),
};

describe('a replay from the page', () => {
  const request = { window, consumers: ['one', 'two'], name: 'a-name', isForced: true };

  test('is started by the command line that it shows, and not waited for', () => {
    expect(startArgs(request).join(' ')).toBe(
      'replay --since 2026-11-20T07:00:00Z --until 2026-11-20T08:00:00Z --consumer one --consumer two --force --name=a-name --no-wait',
    );
  });

  test('is rehearsed without its name', () => {
    expect(previewArgs({ ...request, consumers: [], isForced: false }).join(' ')).toBe(
      'replay --since 2026-11-20T07:00:00Z --until 2026-11-20T08:00:00Z --dry-run',
    );
  });

  test('has a name of its time', () => {
    expect(defaultName(window.fromMs)).toBe('console-20261120T070000');
  });

  test('reaches the last ten minutes when it ends in them', () => {
    expect(reachesLastMinutes(window, window.toMs + 10 * 60_000)).toBe(false);
    expect(reachesLastMinutes(window, window.toMs + 10 * 60_000 - 1)).toBe(true);
  });
});

const left = (consumers: object[], countedBy = 'replay') => ({
  outcomes: [
    {
      consumer: 'one',
      recomputed: 0,
      alreadyThere: 0,
      skipped: 0,
      duplicates: 0,
      failed: 2,
      lastError: 'a\u202eb',
    },
  ],
  left: { countedBy, consumers } as never,
});

describe('what is left of a replay', () => {
  test('is nothing when nothing waits', () => {
    const shown = left([{ consumer: 'one', target: 'function', waiting: 0, retried: 0, letters: 0 }]);
    expect([leftText(shown), isMoving(shown)]).toEqual([[], false]);
  });

  test('is said of each consumer, with its last error', () => {
    const shown = left([{ consumer: 'one', target: 'function', waiting: 1_000, retried: 2, letters: 3 }]);
    expect(leftText(shown)).toEqual([
      'one: of its events 1,000 wait, 2 in hand or to be tried again',
      String.raw`one: the last error: a\u202eb`,
      'one: 3 of its events became dead letters',
    ]);
    expect(isMoving(shown)).toBe(true);
  });

  test('is not waited for where somebody else drains the queue, and not seen behind a bus', () => {
    const shown = left(
      [
        { consumer: 'two', target: 'queue', waiting: 2, retried: 0, letters: null },
        { consumer: 'three', target: 'bus', waiting: 0, retried: 0, letters: 0 },
      ],
      'queues',
    );
    expect(leftText(shown)).toEqual([
      'two: in its queue, of this replay or not, 2 wait for whoever drains it',
      'three: sent on; what becomes of its events there is not seen here',
    ]);
    expect(isMoving(shown)).toBe(false);
  });
});
