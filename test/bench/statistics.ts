/** The value below which a share of the others lies. @param share 0 to 1 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** `median 412 (380-498, n=7)` */
export function spread(values: readonly number[], unit: string, digits = 0): string {
  const show = (value: number) => value.toFixed(digits);
  return `median ${show(quantile(values, 0.5))} ${unit} (${show(Math.min(...values))}-${show(Math.max(...values))}, n=${values.length})`;
}
