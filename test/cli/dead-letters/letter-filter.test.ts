import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grouped, isMeant } from '../../../cli/dead-letters/letter-filter.ts';
import { letterOf, type Letter } from '../../../cli/dead-letters/letter.ts';
import { sourcesOf } from '../../../cli/dead-letters/letters.ts';
import { pipelineInAws } from '../../support/mocked-aws.ts';

const [source] = sourcesOf(pipelineInAws().consumersNamed(['metadata-writer']));

function letter(reason: string, sentAt: string, errorMessage?: string): Letter {
  const whole = letterOf(source!, { MessageId: 'm', Body: '', Attributes: { SentTimestamp: '0' } });
  return { ...whole, reason, sentAt, ...(errorMessage !== undefined && { errorMessage }) };
}

describe('a filter of letters', () => {
  const expired = letter('expired', '2026-11-20T12:00:00.000Z');

  test.each([
    [{ reasons: [] }, true],
    [{ reasons: ['expired', 'malformed-event'] }, true],
    [{ reasons: ['malformed-event'] }, false],
    [{ reasons: [], sentBefore: new Date('2026-11-20T12:00:00.001Z') }, true],
    [{ reasons: [], sentBefore: new Date('2026-11-20T12:00:00.000Z') }, false],
    [{ reasons: ['malformed-event'], sentBefore: new Date('2026-11-21') }, false],
    [{ reasons: [], messageIds: ['l', 'm'] }, true],
    [{ reasons: [], messageIds: ['l'] }, false],
    [{ reasons: ['malformed-event'], messageIds: ['m'] }, false],
  ])('%j means a letter that expired at noon: %s', (filter, isIt) => {
    expect(isMeant(filter, expired)).toBe(isIt);
  });
});

describe('a group of letters', () => {
  test('has the oldest, when it is dropped, and the newest error', () => {
    const letters = [
      letter('expired', '2026-11-21T00:00:00.000Z', 'second'),
      letter('expired', '2026-11-20T00:00:00.000Z', 'first'),
      letter('malformed-event', '2026-11-22T00:00:00.000Z'),
    ];

    expect(grouped(letters, 14 * 86_400_000)).toEqual([
      {
        consumer: 'metadata-writer',
        kind: 'queue',
        reason: 'expired',
        count: 2,
        oldest: '2026-11-20T00:00:00.000Z',
        expires: '2026-12-04T00:00:00.000Z',
        lastError: 'second',
      },
      {
        consumer: 'metadata-writer',
        kind: 'queue',
        reason: 'malformed-event',
        count: 1,
        oldest: '2026-11-22T00:00:00.000Z',
        expires: '2026-12-06T00:00:00.000Z',
      },
    ]);
  });

  test('is the same in whatever order its letters come, and every letter is in one', () => {
    const days = fc.uniqueArray(fc.integer({ min: 10, max: 28 }), { minLength: 1 });
    const reasons = fc.constantFrom('expired', 'malformed-event', 'function-failed');
    fc.assert(
      fc.property(
        days.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        reasons,
        ([inOrder, shuffled], reason) => {
          const letters = (all: readonly number[]) =>
            all.map((day) =>
              letter(day % 2 === 0 ? reason : 'expired', `2026-11-${day}T00:00:00.000Z`, `${day}`),
            );
          const byReason = (all: readonly number[]) =>
            grouped(letters(all), 0).toSorted((left, right) => (left.reason < right.reason ? -1 : 1));

          expect(byReason(shuffled)).toEqual(byReason(inOrder));
          expect(byReason(shuffled).reduce((sum, { count }) => sum + count, 0)).toBe(inOrder.length);
        },
      ),
    );
  });
});
