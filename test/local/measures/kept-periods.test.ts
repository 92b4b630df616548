import * as fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { RuntimeClock } from '../../../local/clock.ts';
import { KeptPeriods, startOf } from '../../../local/measures/kept-periods.ts';
import { PeriodRecord } from '../../../local/measures/period-record.ts';
import { Tally } from '../../../local/storage/tally.ts';
import { Store } from '../../../local/store.ts';
import { FakeMachine } from '../fake-machine.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const opened: Store[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const store of opened.splice(0)) store.close();
});

function newStore(): Store {
  const store = new Store(temporaryFolder('measures'));
  opened.push(store);
  return store;
}

function keptPeriods(store = newStore()) {
  const clock = new RuntimeClock({ source: new FakeMachine().source });
  return { store, clock, kept: new KeptPeriods(store, clock) };
}

const deleted = (count: number): PeriodRecord => {
  const record = new PeriodRecord();
  record.count('queue one', 'deleted', count);
  record.spread('queue one', 'age-ms', count);
  return record;
};

/** Adds so many deletions in the period of now. */
const add = ({ kept, clock }: ReturnType<typeof keptPeriods>, count: number): void =>
  kept.add(startOf(clock.now(), 10), deleted(count));

const lengths = (kept: KeptPeriods): readonly number[] => kept.between(0, 1e15).map(({ seconds }) => seconds);

const total = (kept: KeptPeriods): number =>
  kept
    .between(0, 1e15)
    .reduce((sum, { record }) => sum + (record.of('queue one')?.counts.get('deleted') ?? 0), 0);

/** Each period with what was measured in it. */
const told = (kept: KeptPeriods) =>
  kept
    .between(0, 1e15)
    .map(({ startedAtMs, record }): [number, unknown] => [startedAtMs, JSON.parse(record.toText())]);

describe('kept periods', () => {
  test('grow longer with age: 10 s for 70 minutes, a minute for 8 hours, then a quarter of an hour', () => {
    const under = keptPeriods();
    add(under, 1);
    const young = lengths(under.kept);
    under.clock.advance(71 * MINUTE_MS);
    under.kept.rollUp();
    const older = lengths(under.kept);
    under.clock.advance(8 * HOUR_MS);
    under.kept.rollUp();

    expect([young, older, lengths(under.kept)]).toEqual([[10], [60], [900]]);
  });

  test('hold the same together, however often and in whichever steps they were merged', () => {
    const stores = [newStore(), newStore()];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(40 * MINUTE_MS), fc.integer({ min: 1, max: 9 }), fc.boolean()), {
          maxLength: 25,
        }),
        (steps) => {
          const [often, once] = stores.map((store) => {
            store.db.exec('DELETE FROM measure_period');
            return keptPeriods(store);
          }) as [ReturnType<typeof keptPeriods>, ReturnType<typeof keptPeriods>];
          for (const [ms, count, isRolled] of steps) {
            for (const under of [often, once]) {
              add(under, count);
              under.clock.advance(ms);
            }
            if (isRolled) often.kept.rollUp();
          }
          for (const under of [often, once]) {
            under.clock.advance(9 * HOUR_MS);
            under.kept.rollUp();
            under.kept.rollUp();
          }

          expect(told(often.kept)).toEqual(told(once.kept));
          expect(total(often.kept)).toBe(steps.reduce((sum, [, count]) => sum + count, 0));
        },
      ),
      { numRuns: 25 },
    );
  });

  test('go after 14 days of running time, a day at a time, with a line and a count', () => {
    const lines: string[] = [];
    vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line));
    const under = keptPeriods();
    for (let day = 0; day < 16; day++) {
      add(under, 1);
      under.clock.advance(DAY_MS);
      under.kept.rollUp();
    }

    expect(lengths(under.kept)).toHaveLength(14);
    expect(new Tally(under.store).counts()).toEqual({ 'expired-measures': 2 });
    expect(lines).toEqual([expect.stringContaining('the oldest measures are gone')]);
  });

  test('have not grown older while the runtime was off for a year', () => {
    const machine = new FakeMachine();
    const store = newStore();
    const before = new RuntimeClock({ source: machine.source });
    new KeptPeriods(store, before).add(startOf(before.now(), 10), deleted(1));
    const saved = { offsetMs: 0, runningMs: before.runningMs(), beatAtMs: before.now() };
    machine.leap(365 * DAY_MS);
    const kept = new KeptPeriods(store, new RuntimeClock({ source: machine.source, saved }));
    kept.rollUp();

    expect(lengths(kept)).toEqual([10]);
  });
});
