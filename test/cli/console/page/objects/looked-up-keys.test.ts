import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareUtf8 } from '../../../../../cli/objects/utf8-order.ts';
import { justBefore, lookUpKeys } from '../../../../../cli/console/page/objects/looked-up-keys.ts';

/** A bucket of these keys that lists so many at a time, and counts how often it was asked. */
function bucketOf(keys: readonly string[], limit: number) {
  const sorted = [...new Set(keys)].toSorted(compareUtf8);
  const bucket = {
    asked: 0,
    ask: async (after: string | undefined) => {
      bucket.asked += 1;
      const behind = sorted.filter((key) => after === undefined || compareUtf8(key, after) > 0);
      const page = behind.slice(0, limit);
      return {
        objects: page.map((key) => ({ key, lastModified: '', consumers: [] })),
        ...(behind.length > limit && { next: page.at(-1)! }),
      };
    },
  };
  return bucket;
}

const key = fc.string({
  unit: fc.constantFrom('a', 'b', '\0', '\u{1F600}', '\uFB01', '/'),
  minLength: 1,
  maxLength: 4,
});

describe('keys that are looked up', () => {
  test('are found where the bucket holds them, and no others', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(key, { maxLength: 40 }),
        fc.array(key, { maxLength: 20 }),
        fc.integer({ min: 1, max: 7 }),
        async (held, wanted, limit) => {
          const found: string[] = [];
          await lookUpKeys(wanted, bucketOf(held, limit).ask, (object) => found.push(object.key));

          const expected = [...new Set(wanted)].filter((one) => held.includes(one));
          expect(found.toSorted(compareUtf8)).toEqual(expected.toSorted(compareUtf8));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('cost no more than a page for each, however many the bucket holds between them', async () => {
    const bucket = bucketOf(
      Array.from({ length: 5_000 }, (_, index) => `csv/${String(index).padStart(5, '0')}`),
      100,
    );
    const found: string[] = [];

    await lookUpKeys(['csv/00000', 'csv/02500', 'csv/04990'], bucket.ask, ({ key }) => found.push(key));

    expect(found).toEqual(['csv/00000', 'csv/02500', 'csv/04990']);
    expect(bucket.asked).toBe(3);
  });

  test('are asked for from just before the first of them', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.constantFrom('\0', 'a', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'), {
            minLength: 1,
            maxLength: 3,
          })
          .map((all) => all.join('')),
        (text) => {
          const before = justBefore(text);

          expect(before === undefined || (before.isWellFormed() && compareUtf8(before, text) < 0)).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  });
});
