const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/**
 * A bar for a table: `██████▌` for 13 of 40 at a width of 20. Anything but nothing shows at least a sliver.
 *
 * @param most what a bar of the whole width stands for
 */
export function barText(amount: number, most: number, width: number): string {
  if (amount <= 0 || most <= 0) return '';
  const eighths = Math.max(1, Math.round((amount / most) * width * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}
