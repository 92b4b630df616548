import { compareUtf8 } from '../objects/utf8-order.ts';

/** What two ordered streams hold of one key; one of the two may be absent, never both. */
export interface Pair<Left, Right> {
  readonly key: string;
  readonly left: Left | undefined;
  readonly right: Right | undefined;
}

/**
 * Joins two streams by their keys, one element of each in memory at a time.
 *
 * @throws RangeError when a stream is not in UTF-8 order, or repeats a key: the join would be wrong
 */
export async function* merge<Left extends { readonly key: string }, Right extends { readonly key: string }>(
  lefts: AsyncIterable<Left>,
  rights: AsyncIterable<Right>,
): AsyncGenerator<Pair<Left, Right>> {
  const [left, right] = [new Cursor(lefts), new Cursor(rights)];
  try {
    await Promise.all([left.next(), right.next()]);
    for (;;) {
      const [one, other] = [left.current, right.current];
      const key = one === undefined ? other?.key : other === undefined ? one.key : least(one.key, other.key);
      if (key === undefined) return;
      const [isLeft, isRight] = [one?.key === key, other?.key === key];
      yield { key, left: isLeft ? one : undefined, right: isRight ? other : undefined };
      // mostly both are in memory already
      if (isLeft) await left.next();
      if (isRight) await right.next();
    }
  } finally {
    await Promise.all([left.close(), right.close()]);
  }
}

const least = (left: string, right: string): string => (compareUtf8(left, right) <= 0 ? left : right);

class Cursor<Item extends { readonly key: string }> {
  current: Item | undefined;
  readonly #iterator: AsyncIterator<Item>;

  constructor(items: AsyncIterable<Item>) {
    this.#iterator = items[Symbol.asyncIterator]();
  }

  async next(): Promise<void> {
    const before = this.current;
    const result = await this.#iterator.next();
    this.current = result.done === true ? undefined : result.value;
    if (
      before !== undefined &&
      this.current !== undefined &&
      compareUtf8(before.key, this.current.key) >= 0
    ) {
      throw new RangeError(
        `${JSON.stringify(this.current.key)} came after ${JSON.stringify(before.key)}: the listing is not in the order of its keys' bytes`,
      );
    }
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}
