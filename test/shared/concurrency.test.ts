import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concurrently } from '../../shared/concurrency.ts';

describe('concurrently', () => {
  test('does every item once, in order of start, and never more than the limit at a time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 12 }),
        async (turns, limit) => {
          const started: number[] = [];
          let [running, most] = [0, 0];
          await concurrently([...turns.keys()], limit, async (index) => {
            started.push(index);
            most = Math.max(most, (running += 1));
            for (let turn = 0; turn < turns[index]!; turn += 1) {
              await Promise.resolve();
            }
            running -= 1;
          });

          expect(started).toEqual([...turns.keys()]);
          expect(running).toBe(0);
          expect(most).toBe(Math.min(limit, turns.length));
        },
      ),
    );
  });
});
