/** Bytes of an object, counted from 0: from one on, to another, which is one of them; or the last so many. */
export type ByteRange = { readonly from: number; readonly to?: number } | { readonly last: number };

/**
 * The range as HTTP writes it: `{ from: 0, to: 9 }` as `bytes=0-9`, `{ last: 100 }` as `bytes=-100`.
 *
 * @throws RangeError on what is no range: a fraction, a number below zero, an end before the beginning.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2
 */
export function rangeHeader(range: ByteRange): string {
  const isRange =
    'last' in range
      ? isWhole(range.last) && range.last > 0
      : isWhole(range.from) && isWhole(range.to) && (range.to ?? range.from) >= range.from;
  if (!isRange) {
    throw new RangeError(
      `${JSON.stringify(range)} is no range of bytes: say { from: 0, to: 9 } for the first ten, { from: 10 } for all behind them, or { last: 10 }`,
    );
  }
  return 'last' in range ? `bytes=-${range.last}` : `bytes=${range.from}-${range.to ?? ''}`;
}

function isWhole(number: number | undefined): boolean {
  return number === undefined || (Number.isSafeInteger(number) && number >= 0);
}

/** The bytes of the whole object, by the header of an answer with a part of it: 40 of `bytes 0-9/40`. */
export function wholeSize(contentRange: string | undefined): number | undefined {
  const [, size] = /\/(\d+)$/.exec(contentRange ?? '') ?? [];
  return size === undefined ? undefined : Number(size);
}
