import { describe, expect, test } from 'vitest';
import type { CapacityConsumer } from '../../cli/capacity/capacity-template.ts';
import { backoffSeconds } from '../../functions/batch/backoff.ts';
import { backlogOf, FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS, type BacklogOptions } from './backlog.ts';

const consumer: CapacityConsumer = {
  id: 'Indexer',
  keeps: 'nothing',
  readsObjects: false,
  readsRows: false,
  batchSize: 10,
  windowSeconds: 0,
  memoryMb: 256,
  isTraced: false,
  loggedCounts: [],
  loggedSuccesses: 1,
  maximumConcurrency: 50,
  maxReceiveCount: 14,
};

const AN_HOUR: BacklogOptions = { outage: 'paused', perSecond: 1_000, outageSeconds: 3_600, batchMs: 100 };

describe('a backlog', () => {
  test('of a pause is all that came, and is drained by what is left over of the consumer’s rate', () => {
    const { waiting, drainedAfter, letters } = backlogOf(consumer, AN_HOUR);

    expect(waiting[3_599]).toBe(3_600_000);
    expect(letters).toBe(0);
    // 50 batches of ten in a tenth of a second are 5,000 a second: 4,000 more than come; the pollers' ramp takes nine seconds
    expect(drainedAfter).toBeGreaterThanOrEqual(900);
    expect(drainedAfter).toBeLessThan(920);
  });

  test.each(['paused', 'refused'] as const)(
    'of what is %s loses nothing: done, a letter or waiting',
    (outage) => {
      const { waiting, done, letters } = backlogOf(
        { ...consumer, maxReceiveCount: 5 },
        { ...AN_HOUR, outage },
      );

      expect(done + letters + waiting.at(-1)!).toBeCloseTo(waiting.length * 1_000, 3);
    },
  );

  test('of refusals makes letters where a queue allows few receives, and none where it allows an hour of them', () => {
    const refused = { ...AN_HOUR, outage: 'refused' } as const;

    expect(backlogOf(consumer, refused).letters).toBe(0);
    expect(backlogOf({ ...consumer, maxReceiveCount: 5 }, refused).letters).toBeGreaterThan(100_000);
  });

  test('waits for a try as long as the functions let a message wait', () => {
    expect(backoffSeconds(1, 0.999_999)).toBe(FIRST_DELAY_SECONDS);
    expect(backoffSeconds(99, 0.999_999)).toBe(LONGEST_DELAY_SECONDS);
    expect(backoffSeconds(2, 0.999_999)).toBe(2 * FIRST_DELAY_SECONDS);
  });
});
