/** FNV-1a over the text's code units, mixed at the end: quick, and the same on every machine. */
export function hashOf(text: string, seed = 0): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * All chance of one history. Each answer depends on the seed and on its question alone, not on what was asked before: when
 * shrinking takes an operation away, the others meet the same faults and the same delays as before.
 */
export class Chance {
  readonly #seed: number;
  readonly #asked = new Map<string, number>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** In [0, 1), the same each time for the same question. */
  of(question: string): number {
    return hashOf(question, this.#seed) / 2 ** 32;
  }

  /** In [0, 1), another one each time that the question is asked. */
  next(question: string): number {
    const times = this.#asked.get(question) ?? 0;
    this.#asked.set(question, times + 1);
    return this.of(`${question}#${times}`);
  }

  /** A whole number from 0 to below `below`. */
  below(question: string, below: number): number {
    return Math.floor(this.next(question) * below);
  }

  pick<Item>(question: string, items: readonly Item[]): Item {
    return items[this.below(question, items.length)]!;
  }
}
