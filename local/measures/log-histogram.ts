/** Each bucket reaches 2 % further than the one before: its middle is within 1 % of all that is in it. */
const GROWTH = 1.02;
const INVERSE_LOG = 1 / Math.log(GROWTH);

/** What is smaller counts as 0. */
const LEAST = 0.01;
/** The bucket of 0, before all others. */
const ZERO = Math.floor(Math.log(LEAST) * INVERSE_LOG) - 1;

/**
 * How often which value came, told by buckets whose width grows with the value: a few hundred at most, whatever the number
 * of values. Merged from parts, in any order, it is the same as made at once.
 */
export class LogHistogram {
  readonly #counts = new Map<number, number>();

  /** @param value 0 or more; anything under 0.01 counts as 0 @throws RangeError for a value that is no such number */
  add(value: number): void {
    if (!(value >= 0 && value < Infinity)) throw new RangeError(`a histogram takes no ${value}`);
    this.#addTo(value < LEAST ? ZERO : Math.ceil(Math.log(value) * INVERSE_LOG), 1);
  }

  merge(other: LogHistogram): void {
    for (const [bucket, count] of other.#counts) this.#addTo(bucket, count);
  }

  /**
   * The value that this share of all values does not exceed, within 1 %; undefined where there are none.
   *
   * @param share 0.95 for the 95th percentile: of 20 values the 19th
   */
  quantile(share: number): number | undefined {
    const total = this.#sorted().reduce((sum, [, count]) => sum + count, 0);
    let left = Math.max(1, Math.ceil(share * total));
    for (const [bucket, count] of this.#sorted()) {
      left -= count;
      if (left <= 0) return middleOf(bucket);
    }
    return undefined;
  }

  /** `-234x4 412 1x2`: each bucket as its distance from the one before, and how many values are in it where it is not one. */
  toText(): string {
    let before = 0;
    const parts: string[] = [];
    for (const [bucket, count] of this.#sorted()) {
      parts.push(count === 1 ? `${bucket - before}` : `${bucket - before}x${count}`);
      before = bucket;
    }
    return parts.join(' ');
  }

  /** @param text as `toText` gives it */
  static parse(text: string): LogHistogram {
    const histogram = new LogHistogram();
    let bucket = 0;
    for (const part of text.split(' ')) {
      if (part === '') continue;
      const [distance, count = '1'] = part.split('x');
      bucket += Number(distance);
      histogram.#addTo(bucket, Number(count));
    }
    return histogram;
  }

  #addTo(bucket: number, count: number): void {
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
  }

  #sorted(): readonly (readonly [bucket: number, count: number])[] {
    return [...this.#counts].toSorted(([left], [right]) => left - right);
  }
}

/** As far from the lowest as from the highest value of the bucket, in proportion. */
const middleOf = (bucket: number): number => (bucket === ZERO ? 0 : (2 * GROWTH ** bucket) / (GROWTH + 1));
