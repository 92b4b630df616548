const HEIGHTS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/**
 * A series as small bars: `▁▁▃█▂· ▁`. Neighbours are added up until it fits the width. A blank is nothing, a dot is not
 * measured; whatever is more than nothing has a bar.
 */
export function bars(series: readonly (number | null)[], width: number): string {
  const perBar = Math.max(1, Math.ceil(series.length / width));
  const sums = Array.from({ length: Math.ceil(series.length / perBar) }, (_, index) =>
    sumOf(series.slice(index * perBar, (index + 1) * perBar)),
  );
  const most = sums.reduce<number>((highest, one) => Math.max(highest, one ?? 0), 0);
  return sums
    .map((sum) => {
      if (sum === null) return '·';
      if (sum === 0) return ' ';
      return HEIGHTS[Math.min(HEIGHTS.length - 1, Math.ceil((sum / most) * HEIGHTS.length) - 1)]!;
    })
    .join('');
}

/** Null where nothing was measured at all. */
export function sumOf(series: readonly (number | null)[]): number | null {
  return series.reduce((sum, one) => (one === null ? sum : (sum ?? 0) + one), null);
}

/** The highest; null where nothing was measured at all. */
export function mostOf(series: readonly (number | null)[]): number | null {
  return series.reduce((most, one) => (one === null ? most : Math.max(most ?? 0, one)), null);
}
