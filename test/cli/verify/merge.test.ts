import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { merge } from '../../../cli/verify/merge.ts';
import { compareUtf8 } from '../../../cli/objects/utf8-order.ts';

/** Keys in which the order of UTF-16 and that of UTF-8 differ, and keys that begin one another. */
const key = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }),
  fc.string({
    unit: fc.constantFrom('a', '/', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'),
    maxLength: 4,
  }),
);

const byBytes = (left: string, right: string): number =>
  Buffer.compare(Buffer.from(left), Buffer.from(right));

describe('compareUtf8', () => {
  test('orders as the bytes do', () => {
    fc.assert(
      fc.property(key, key, (left, right) => {
        expect(Math.sign(compareUtf8(left, right))).toBe(byBytes(left, right));
      }),
      { numRuns: 2_000 },
    );
  });
});

async function* stream(keys: readonly string[]): AsyncGenerator<{ key: string }> {
  for (const one of keys) yield { key: one };
}

describe('merge', () => {
  test('pairs what two streams hold of each key, once, in order', async () => {
    const keys = fc.uniqueArray(key, { maxLength: 20 }).map((list) => list.toSorted(byBytes));
    await fc.assert(
      fc.asyncProperty(keys, keys, async (lefts, rights) => {
        const pairs = await Array.fromAsync(merge(stream(lefts), stream(rights)));

        expect(pairs.map((pair) => pair.key)).toEqual([...new Set([...lefts, ...rights])].toSorted(byBytes));
        for (const pair of pairs) {
          expect(pair.left?.key).toBe(lefts.includes(pair.key) ? pair.key : undefined);
          expect(pair.right?.key).toBe(rights.includes(pair.key) ? pair.key : undefined);
        }
      }),
    );
  });

  test.each([
    [['b', 'a'], []],
    [[], ['a', 'a']],
    // in the order of UTF-16, which is not that of a listing
    [['\u{10000}', '\uffff'], []],
  ])('refuses streams that are out of order: %j %j', async (lefts, rights) => {
    await expect(Array.fromAsync(merge(stream(lefts), stream(rights)))).rejects.toThrow('not in the order');
  });

  test('lets go of both streams when nobody wants more', async () => {
    let open = 2;
    async function* endless() {
      try {
        for (let n = 0; ; n++) yield { key: String.fromCodePoint(0x4e00 + n) };
      } finally {
        open--;
      }
    }

    for await (const pair of merge(endless(), endless())) if (pair.key > '一丁') break;

    expect(open).toBe(0);
  });
});
