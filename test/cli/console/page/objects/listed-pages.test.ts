import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareUtf8 } from '../../../../../cli/objects/utf8-order.ts';
import {
  firstPage,
  newerThan,
  pagesWithin,
  refreshed,
  rowsOf,
  withHead,
  withMore,
  withoutFar,
  withPage,
  type AnsweredPage,
  type ListedObject,
  type ListedPages,
  type ListOrder,
} from '../../../../../cli/console/page/objects/listed-pages.ts';

const LIMIT = 5;

/** A bucket as the verb lists it: each key once, by key or with what changed last first. Several changes share a second. */
class Bucket {
  readonly #held = new Map<string, { readonly place: number; readonly object: ListedObject }>();
  #changes = 0;

  put(key: string): void {
    this.#changes += 1;
    const second = String(Math.floor(this.#changes / 3)).padStart(6, '0');
    this.#held.set(key, {
      place: this.#changes,
      object: { key, lastModified: second, versionId: `v${this.#changes}`, consumers: [] },
    });
  }

  remove(key: string): void {
    this.#held.delete(key);
  }

  list(order: ListOrder): readonly ListedObject[] {
    return this.#sorted(order).map(({ object }) => object);
  }

  ask(order: ListOrder, after?: string, limit = LIMIT): AnsweredPage {
    const behind = this.#sorted(order).filter(
      ({ place, object }) =>
        after === undefined || (order === 'key' ? compareUtf8(object.key, after) > 0 : place < Number(after)),
    );
    const page = behind.slice(0, limit);
    const last = page.at(-1);
    const next = order === 'key' ? last?.object.key : String(last?.place);
    return {
      objects: page.map(({ object }) => object),
      ...(behind.length > page.length && next !== undefined && { next }),
    };
  }

  #sorted(order: ListOrder) {
    const all = [...this.#held.values()];
    return order === 'key'
      ? all.toSorted((left, right) => compareUtf8(left.object.key, right.object.key))
      : all.toSorted((left, right) => right.place - left.place);
  }
}

function bucketOf(...keys: readonly string[]): Bucket {
  const bucket = new Bucket();
  for (const one of keys) bucket.put(one);
  return bucket;
}

/** Asks for what is not there, and for what follows, until nothing does. */
function wholeList(bucket: Bucket, list: ListedPages): ListedPages {
  let whole = list;
  for (let rounds = 0; rounds < 1_000; rounds++) {
    const index = whole.pages.findIndex(({ objects }) => objects === undefined);
    if (index !== -1) whole = reload(bucket, whole, index);
    else if (whole.next !== undefined) whole = withMore(whole, bucket.ask(whole.order, whole.next));
    else return whole;
  }
  throw new Error('the list has no end');
}

function reload(bucket: Bucket, list: ListedPages, index: number): ListedPages {
  const { after, rows } = list.pages[index]!;
  return withPage(list, index, bucket.ask(list.order, after, Math.max(1, rows)));
}

const keysShown = (list: ListedPages) =>
  rowsOf(list).flatMap(({ object }) => (object === undefined ? [] : [object.key]));

/** The how manieth change of the bucket brought it. */
const changeOf = ({ versionId }: ListedObject): number => Number(versionId?.slice(1));

const key = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'.split(''), '\u{1F600}', '\uFB01', '__proto__');
const order = fc.constantFrom<ListOrder>('newest', 'key');
const at = fc.nat({ max: 40 });
const step = fc.oneof(
  fc.record({ does: fc.constant('put' as const), key }),
  fc.record({ does: fc.constant('remove' as const), key }),
  fc.record({ does: fc.constantFrom('more', 'head', 'reload', 'refresh', 'drop', 'count'), at }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

function take(bucket: Bucket, list: ListedPages, one: Step): ListedPages {
  switch (one.does) {
    case 'put':
      bucket.put(one.key);
      return list;
    case 'remove':
      bucket.remove(one.key);
      return list;
    case 'more':
      return list.next === undefined ? list : withMore(list, bucket.ask(list.order, list.next));
    case 'head':
      return withHead(list, bucket.ask(list.order));
    case 'reload': {
      const [index] = pagesWithin(list, one.at, one.at + 1);
      return index === undefined ? list : reload(bucket, list, index);
    }
    case 'refresh': {
      const [index] = pagesWithin(list, one.at, one.at + 1);
      if (index === undefined) return list;
      const { after, rows } = list.pages[index]!;
      return refreshed(list, index, bucket.ask(list.order, after, Math.max(1, rows))).list;
    }
    case 'drop':
    case 'count':
    default:
      return withoutFar(list, one.at, one.at + 3, 4);
  }
}

const lists = (steps: number) =>
  fc.tuple(order, fc.array(key, { maxLength: 30 }), fc.array(step, { maxLength: steps }));

function lived([order, keys, steps]: [ListOrder, readonly string[], readonly Step[]]) {
  const bucket = new Bucket();
  for (const one of keys) bucket.put(one);
  let list = firstPage(order, bucket.ask(order));
  for (const one of steps) list = take(bucket, list, one);
  return { bucket, list, order };
}

describe('a list of objects, page by page', () => {
  test('shows no key twice, whatever was put, removed, dropped and asked again', () => {
    fc.assert(
      fc.property(lists(60), (life) => {
        const shown = keysShown(lived(life).list);

        expect(shown).toEqual([...new Set(shown)]);
      }),
      { numRuns: 500 },
    );
  });

  test('keeps the order of the verb, whatever was put, removed, dropped and asked again', () => {
    fc.assert(
      fc.property(lists(60), (life) => {
        const { list, order } = lived(life);
        const objects = rowsOf(list).flatMap(({ object }) => (object === undefined ? [] : [object]));

        expect(objects).toEqual(
          order === 'key'
            ? objects.toSorted((left, right) => compareUtf8(left.key, right.key))
            : objects.toSorted((left, right) => changeOf(right) - changeOf(left)),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('shows all there is, once everything was asked again', () => {
    fc.assert(
      fc.property(lists(60), (life) => {
        const { bucket, list, order } = lived(life);
        // what changed is at the beginning, or among what is asked again
        let whole = wholeList(bucket, order === 'newest' ? withHead(list, bucket.ask(order)) : list);
        for (let index = 0; index < whole.pages.length; index++) whole = reload(bucket, whole, index);
        whole = wholeList(bucket, whole);

        expect(keysShown(whole).toSorted()).toEqual(
          bucket
            .list(order)
            .map(({ key }) => key)
            .toSorted(),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('says how many are newer than its first row, also when that row is far away', () => {
    const bucket = bucketOf('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i');
    const list = firstPage('newest', bucket.ask('newest'));
    bucket.put('j');
    bucket.put('k');

    const head = bucket.ask('newest');

    expect(newerThan(list, head)).toBe(2);
    expect(newerThan(withoutFar(list, 100, 120, 10), head)).toBe(2);
  });

  test('leaves a row that is no more where it is read, and says so', () => {
    const bucket = bucketOf('a', 'b', 'c');
    const list = firstPage('newest', bucket.ask('newest'));
    bucket.put('b');

    const { list: now, held } = refreshed(list, 0, bucket.ask('newest'));

    expect(rowsOf(now).map(({ object }) => [object?.key, object?.isGone])).toEqual([
      ['c', undefined],
      ['b', true],
      ['a', undefined],
    ]);
    expect(held).toEqual([]);
  });

  test('holds back a key that has come between those that are read', () => {
    const bucket = bucketOf('a', 'c', 'e');
    const list = firstPage('key', bucket.ask('key'));
    bucket.put('b');
    const answer = bucket.ask('key');

    const { list: now, held } = refreshed(list, 0, answer);

    expect(keysShown(now)).toEqual(['a', 'c', 'e']);
    expect(held).toEqual(['b']);
    expect(keysShown(withPage(now, 0, answer))).toEqual(['a', 'b', 'c', 'e']);
  });

  test('keeps the place of rows that were dropped', () => {
    const bucket = bucketOf(...'abcdefghijklmnopqrstuvwxyz'.split(''));
    const list = wholeList(bucket, firstPage('key', bucket.ask('key')));

    const dropped = withoutFar(list, 20, 22, 3);

    expect(rowsOf(dropped)).toHaveLength(26);
    expect(rowsOf(dropped).map(({ object }) => object?.key)).toEqual([
      ...Array.from({ length: 15 }, () => undefined),
      ...'pqrstuvwxyz'.split(''),
    ]);
    expect(new Set(rowsOf(dropped).map(({ id }) => id)).size).toBe(26);
    expect(wholeList(bucket, dropped)).toEqual(list);
  });
});
