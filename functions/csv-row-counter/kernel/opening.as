/* Where the quoted field began that is still open: looked for once in a scan, and not kept while it lasts. */

/**
 * Its first byte; -1 where it began in another scan. Going back, every quote is the second half of a doubled one, until
 * one has no quote before it.
 *
 * @param end where it has not ended; or its last quote, which may have closed it
 * @param isHalfBefore whether the scan before ended with a quote that may be half of a doubled one
 */
export function openingBefore(end: i32, isHalfBefore: bool, quote: i32, quotes: v128): i32 {
  let at = end;
  while (at > 0) {
    if (at >= 16 && !v128.any_true(i8x16.eq(v128.load(at - 16), quotes))) {
      at -= 16;
      continue;
    }
    at--;
    if (load<u8>(at) == quote) {
      // the halves of a doubled one may be of two scans
      if (at == 0) return isHalfBefore ? -1 : 0;
      if (load<u8>(at - 1) != quote) return at;
      at--;
    }
  }
  return -1;
}

/** Line ends from this quote on, to the end of a block. */
export function lineEndsFrom(quoteAt: i32, end: i32, lfs: v128, crs: v128): i32 {
  let count = 0;
  let afterCr = 0;
  let fromQuote = -1 << (quoteAt & 15);
  for (let at = quoteAt & -16; at < end; at += 16) {
    const bytes = v128.load(at);
    const lf = i8x16.bitmask(i8x16.eq(bytes, lfs)) & fromQuote;
    const cr = i8x16.bitmask(i8x16.eq(bytes, crs)) & fromQuote;
    count += popcnt(cr | (lf & ~((cr << 1) | afterCr)));
    afterCr = cr >> 15;
    fromQuote = -1;
  }
  return count;
}
