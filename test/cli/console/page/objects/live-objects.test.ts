import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { rowsOf, type AnsweredPage } from '../../../../../cli/console/page/objects/listed-pages.ts';
import { LiveObjects, PAGE } from '../../../../../cli/console/page/objects/live-objects.ts';
import type { Stretch } from '../../../../../cli/console/page/objects/stretch.ts';

/** A bucket that lists what changed last first, after a while; it keeps what it was asked. */
function bucketOf(count: number) {
  const keys = Array.from({ length: count }, (_, index) => `k${index}`);
  const bucket = {
    asked: [] as Stretch[],
    tookMs: 10,
    fails: false,
    /** Outcomes of the objects, by key. */
    outcomes: new Map<string, string>(),
    put: (key: string) => keys.push(key),
    ask: async (stretch: Stretch, signal: AbortSignal): Promise<AnsweredPage> => {
      bucket.asked.push(stretch);
      await new Promise((resolve) => {
        setTimeout(resolve, bucket.tookMs);
      });
      signal.throwIfAborted();
      if (bucket.fails) throw Object.assign(new Error('no answer'), { nextStep: 'wait' });
      const newest = keys.map((key, place) => ({ key, place })).toReversed();
      const behind = newest.filter(
        ({ place }) => stretch.after === undefined || place < Number(stretch.after),
      );
      const page = behind.slice(0, stretch.limit);
      return {
        objects: page.map(({ key, place }) => ({
          key,
          lastModified: String(place).padStart(8, '0'),
          versionId: `v${place}`,
          consumers: ['c'],
          outcomes: { c: bucket.outcomes.get(key) ?? 'waiting' },
        })),
        ...(behind.length > page.length && { next: String(page.at(-1)!.place) }),
      };
    },
  };
  return bucket;
}

const keysIn = ({ list }: LiveObjects<AnsweredPage>) =>
  rowsOf(list.value ?? { order: 'newest', pages: [], next: undefined }).map(({ object }) => object?.key);

async function listOf(bucket: ReturnType<typeof bucketOf>) {
  const objects = new LiveObjects('newest', bucket.ask, async () => {});
  objects.start();
  await vi.advanceTimersByTimeAsync(100);
  objects.see(0, 20);
  return objects;
}

/** Scrolls to the end of a list, again and again. */
async function scrollThrough(objects: LiveObjects<AnsweredPage>) {
  for (let rounds = 0; objects.list.value?.next !== undefined && rounds < 1_000; rounds++) {
    const count = keysIn(objects).length;
    objects.see(count - 20, count);
    objects.more();
    await vi.advanceTimersByTimeAsync(100);
  }
}

describe('the list of objects on the page', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test('asks for a page at a time, and holds a few of a hundred', async () => {
    const bucket = bucketOf(20_000);
    const objects = await listOf(bucket);

    expect(keysIn(objects)).toHaveLength(PAGE);

    await scrollThrough(objects);

    const keys = keysIn(objects);
    expect(keys).toHaveLength(20_000);
    expect(bucket.asked).toHaveLength(20_000 / PAGE);
    expect(keys.filter((key) => key !== undefined).length).toBeLessThan(3_000);
    expect(keys.at(-1)).toBe('k0');
  });

  test('brings back what was dropped when it comes into sight, at the same place', async () => {
    const bucket = bucketOf(20_000);
    const objects = await listOf(bucket);
    await scrollThrough(objects);
    objects.see(5_000, 5_020);
    await vi.advanceTimersByTimeAsync(100);

    expect(keysIn(objects).slice(5_000, 5_020)).toEqual(
      Array.from({ length: 20 }, (_, index) => `k${19_999 - 5_000 - index}`),
    );
    expect(keysIn(objects)).toHaveLength(20_000);
  });

  test('shows what comes at once to who is at its beginning', async () => {
    const bucket = bucketOf(3);
    const objects = await listOf(bucket);
    bucket.put('new');
    objects.changed();
    await vi.advanceTimersByTimeAsync(100);

    expect(keysIn(objects)).toEqual(['new', 'k2', 'k1', 'k0']);
    expect(objects.held.value).toBe(0);
  });

  test('holds back what comes from who reads further down, and shows it when asked', async () => {
    const bucket = bucketOf(1_000);
    const objects = await listOf(bucket);
    objects.see(50, 70);
    for (let index = 0; index < 12; index++) bucket.put(`new${index}`);
    bucket.outcomes.set('k940', 'recorded');
    objects.changed();
    await vi.advanceTimersByTimeAsync(100);

    expect(objects.held.value).toBe(12);
    expect(keysIn(objects)[0]).toBe('k999');
    expect(objects.list.value?.pages[0]?.objects?.find(({ key }) => key === 'k940')?.outcomes).toEqual({
      c: 'recorded',
    });

    objects.show();
    await vi.advanceTimersByTimeAsync(100);

    expect(keysIn(objects).slice(0, 13)).toEqual([
      ...Array.from({ length: 12 }, (_, index) => `new${11 - index}`),
      'k999',
    ]);
    expect(objects.held.value).toBe(0);
  });

  test.each([
    [10, 1_000],
    [500, 9_500],
  ])('looks again after changes no more often than its looks of %i ms allow', async (tookMs, restMs) => {
    const bucket = bucketOf(3);
    const objects = await listOf(bucket);
    bucket.tookMs = tookMs;
    const before = bucket.asked.length;
    for (let at = 0; at < 20_000; at += 100) {
      objects.changed();
      await vi.advanceTimersByTimeAsync(100);
    }

    const looks = bucket.asked.length - before;
    expect(looks).toBeLessThanOrEqual(Math.floor(20_000 / (restMs + tookMs)) + 1);
    expect(looks).toBeGreaterThanOrEqual(Math.floor(20_000 / (restMs + tookMs + 200)));
  });

  test('says why it knows nothing newer, keeps what it knows, and goes on when it is asked again', async () => {
    const bucket = bucketOf(3);
    const objects = await listOf(bucket);
    bucket.fails = true;
    objects.changed();
    await vi.advanceTimersByTimeAsync(100);

    expect(objects.trouble.value).toEqual({ message: 'no answer', nextStep: 'wait' });
    expect(keysIn(objects)).toEqual(['k2', 'k1', 'k0']);

    bucket.fails = false;
    bucket.put('new');
    objects.again();
    await vi.advanceTimersByTimeAsync(100);

    expect(objects.trouble.value).toBeUndefined();
    expect(keysIn(objects)[0]).toBe('new');
  });

  test('asks nothing while nobody looks, and goes on where it was', async () => {
    const bucket = bucketOf(500);
    const objects = await listOf(bucket);
    objects.see(100, 120);
    objects.stop();
    const before = bucket.asked.length;
    objects.changed();
    await vi.advanceTimersByTimeAsync(60_000);

    expect(bucket.asked).toHaveLength(before);

    bucket.put('new');
    objects.start();
    await vi.advanceTimersByTimeAsync(100);

    expect(objects.held.value).toBe(1);
    expect(keysIn(objects)).toHaveLength(PAGE);
  });
});
