import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Place } from './check.ts';
import { CLIENTS, outcomesOf, startPlace } from './place.ts';

/** Of one check, which starts a program a few times: on a busy machine the slowest was seen to take 35 s. */
const PATIENCE_MS = 300_000;

describe.each([
  ['an ordinary client', []],
  ['an ordinary client of a private pipeline', ['--private']],
])('%s', (_, more) => {
  let place: Place;
  beforeAll(async () => {
    place = await startPlace(...more);
  });
  afterAll(() => place?.[Symbol.asyncDispose]());

  describe.each(CLIENTS)('$name', (client) => {
    const isHere = client.isHere();

    test.for(client.checks)('$what', { timeout: PATIENCE_MS }, async (check, { skip }) => {
      if (!isHere) skip(`${client.name} is not on this machine`);
      await expect(check.run(place)).resolves.toBeUndefined();
    });

    test(
      'and the pipeline has reacted once to each change, rightly',
      { timeout: PATIENCE_MS },
      async ({ skip }) => {
        if (!isHere) skip(`${client.name} is not on this machine`);
        expect(await outcomesOf(client, place)).toEqual(client.outcomes);
      },
    );
  });
});
