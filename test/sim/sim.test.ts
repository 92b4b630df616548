import { beforeAll, describe, expect, test } from 'vitest';
import type { BreakageName } from './breakage.ts';
import { Place } from './place.ts';
import { failureDetails, failureLine } from './report.ts';
import { runHistory } from './run-history.ts';
import { shrink } from './shrink.ts';
import { historyOf, simulate } from './simulate.ts';

/** Of all runs of the tests: a failure must not come and go. `npm run sim` draws another one each time. */
const SEED = 0x5_1c_0e;

/** Ten times what it takes on two busy cores. */
const MOST_MS = 900_000;

let place: Place;

beforeAll(async () => {
  place = await Place.load();
});

describe('the pipeline under simulation', () => {
  test(
    'violates no invariant, whatever goes wrong, and does the same again for the same seed',
    { timeout: MOST_MS },
    async () => {
      const simulation = await simulate(place, { seed: SEED, events: 10_000, rate: 1 });

      const { failed, figures } = simulation;
      const least = failed && (await shrink(place, historyOf(failed.seed, { rate: 1 }), { rate: 1 }, failed));
      const seed = failed?.seed ?? 0;
      expect(
        least && `${failureDetails(least)}\n${failureLine(least, { seed, rate: 1, breakage: undefined })}`,
      ).toBe(undefined);
      expect(simulation).toMatchObject({ mismatches: 0, repeated: 2 });
      expect(figures).toMatchObject({ lost: 0, duplicateEffects: 0, foreignEffects: 0 });
      expect(figures.events).toBeGreaterThanOrEqual(10_000);
    },
  );

  test.each<[BreakageName, string[]]>([
    ['condition-dropped', ['I3', 'I5']],
    ['condition-turned', ['I3', 'I5', 'I12']],
    ['condition-lets-repeats-through', ['I3']],
    ['failures-forgotten', ['I12']],
    ['letters-forgotten', ['I1', 'I12', 'I13']],
  ])(
    'is found broken by %s within 2,000 events, and six operations show it',
    async (breakage, invariants) => {
      const options = { seed: SEED, events: 2_000, rate: 1, breakage };
      const { failed } = await simulate(place, options);
      const least = await shrink(place, historyOf(failed!.seed, options), options, failed!);

      expect(invariants).toContain(failed!.violation?.invariant);
      expect(least.operations.length).toBeLessThanOrEqual(6);
      const { operations, only } = least;
      const again = await runHistory(
        place,
        { ...historyOf(failed!.seed, { rate: 1 }), operations },
        { ...options, only },
      );
      expect(again.violation).toEqual(least.outcome.violation);
      expect(failureLine(least, { seed: failed!.seed, rate: 1, breakage })).toContain(`--break ${breakage}`);
    },
  );
});
