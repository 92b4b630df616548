import { countLines, isNotCounted, rowsText } from './count-lines.ts';
import type { ConsumerFate } from './fate.ts';

/** What a stored row says of a count, in words: as `sluice status KEY` prints it. Nothing of a row that says none. */
export function toldRow({ stored = {} }: Pick<ConsumerFate, 'stored'>): Pick<ConsumerFate, 'told'> {
  const rows = rowsText(stored);
  const notCounted = isNotCounted(stored);
  if (rows === undefined && !notCounted) return {};
  return {
    told: {
      isNotCounted: notCounted,
      ...(rows !== undefined && !notCounted && { rows }),
      lines: [...countLines(stored)],
    },
  };
}
