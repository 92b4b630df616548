import { describe, expect, test } from 'vitest';
import { KEY_SHAPES, splitForHeat, SPLITTING } from './split-for-heat.ts';

const SEED = 0x51ce;
const [unordered, customers, growing] = KEY_SHAPES.map((shape) => splitForHeat(shape, 5_000, 40, SEED));

describe('a bucket’s rows under more writes than a partition takes', () => {
  test.each([
    ['whose keys have no order', unordered],
    ['of customers, of which few send most', customers],
  ])('%s are split until all are let in', (_, minutes) => {
    expect(minutes?.[0]?.writesPerSecond).toBeCloseTo(1_000, 6);
    expect(minutes?.at(-1)?.writesPerSecond).toBeGreaterThan(4_800);
    expect(minutes?.at(-1)?.partitions).toBeGreaterThanOrEqual(5);
  });

  test('whose keys grow with time are not split, and stay at a thousand a second', () => {
    expect(growing?.map(({ partitions }) => partitions)).toEqual(Array(40).fill(1));
    for (const { writesPerSecond } of growing ?? []) expect(writesPerSecond).toBeCloseTo(1_000, 6);
  });

  test('are never let in beyond a thousand a second each', () => {
    for (const { writesPerSecond, partitions } of [unordered, customers].flatMap(
      (minutes) => minutes ?? [],
    )) {
      expect(writesPerSecond).toBeLessThanOrEqual(partitions * SPLITTING.writesPerSecond + 1e-6);
    }
  });

  test('come to the same again from the same seed', () => {
    expect(splitForHeat(KEY_SHAPES[1]!, 5_000, 40, SEED)).toEqual(customers);
  });
});
