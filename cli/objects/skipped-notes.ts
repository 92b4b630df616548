import type { SkippedBy } from '../pipeline/skipped-name.ts';
import { terminalText } from '../../shared/terminal-text.ts';
import { plural } from '../terminal/units.ts';

/**
 * A line for each consumer and reason, so that a folder of many files has few:
 *
 *     – counter keeps nothing of csv/readme.txt: under csv/, but not named as a CSV
 *     – counter keeps nothing of 3 objects, csv/readme.txt among them: under csv/, but not named as a CSV
 */
export function skippedNotes(
  objects: readonly { readonly key: string; readonly skippedBy: readonly SkippedBy[] }[],
): readonly string[] {
  const each = objects.flatMap(({ key, skippedBy }) => skippedBy.map((one) => ({ key, ...one })));
  return [...Map.groupBy(each, ({ consumer, why }) => `${consumer}\n${why}`).values()].map((alike) => {
    const { consumer, why, key } = alike[0]!;
    const what =
      alike.length === 1
        ? terminalText(key)
        : `${plural(alike.length, 'object')}, ${terminalText(key)} among them`;
    return `– ${consumer} keeps nothing of ${what}: ${terminalText(why)}`;
  });
}
