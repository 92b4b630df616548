import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PeriodRecord, type Subject } from '../../../local/measures/period-record.ts';

type Change = readonly [kind: 'count' | 'peak' | 'spread', subject: Subject, name: string, value: number];

const change: fc.Arbitrary<Change> = fc.tuple(
  fc.constantFrom('count', 'peak', 'spread'),
  fc.constantFrom<Subject>('bus', 'queue one', 'queue two', 'function one'),
  fc.constantFrom('deleted', 'waiting', '__proto__', 'constructor', 'counted Rows "x"'),
  fc.nat(1_000_000),
);

function recordOf(changes: readonly Change[]): PeriodRecord {
  const record = new PeriodRecord();
  for (const [kind, subject, name, value] of changes) record[kind](subject, name, value);
  return record;
}

/** As an object: the order of names means nothing. */
const asData = (record: PeriodRecord): unknown => JSON.parse(record.toText());

describe('the record of a period', () => {
  test('is the same however it was split, reordered and merged, as text too', () => {
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 60 }),
        fc.array(fc.nat(3), { maxLength: 60 }),
        (all, places) => {
          const parts = Map.groupBy(all, (_, index) => places[index] ?? 0);
          const merged = new PeriodRecord();
          for (const part of [...parts.values()].toReversed()) {
            merged.merge(PeriodRecord.parse(recordOf(part.toReversed()).toText()));
          }

          expect(asData(merged)).toEqual(asData(recordOf(all)));
        },
      ),
    );
  });

  test('names what it was measured of', () => {
    const record = recordOf([
      ['count', 'bus', 'published', 3],
      ['count', 'queue one', 'deleted', 2],
      ['peak', 'queue two', 'waiting', 7],
      ['peak', 'queue two', 'waiting', 5],
      ['spread', 'function one', 'duration-ms', 10],
    ]);

    expect([record.namesOf('queue'), record.namesOf('function')]).toEqual([['one', 'two'], ['one']]);
    expect(record.of('queue two')?.peaks.get('waiting')).toBe(7);
    expect(record.of('queue three')).toBeUndefined();
  });
});
