import type { archiveDocument } from '../../../archive/archive-document.ts';
import type { DocumentOf } from '../../../terminal/document.ts';
import type { BrushGround } from './brush.ts';
import type { TimeWindow } from './time-window.ts';

export type ArchiveDocument = DocumentOf<typeof archiveDocument>;

/** A period of the histogram. */
export interface Bar {
  readonly startMs: number;
  readonly total: number;
  /** In the order of the document's types. */
  readonly byType: readonly number[];
}

export const barsOf = ({ times, types }: Pick<ArchiveDocument, 'times' | 'types'>): readonly Bar[] =>
  times.map((time, at) => {
    const byType = types.map(({ events }) => events[at] ?? 0);
    return { startMs: Date.parse(time), total: byType.reduce((sum, one) => sum + one, 0), byType };
  });

/** What is drawn of a document, from its first period to the end of its last. */
export function groundOf(
  document: Pick<ArchiveDocument, 'times' | 'periodSeconds' | 'since' | 'until'>,
): BrushGround {
  const periodMs = document.periodSeconds * 1_000;
  const fromMs = Date.parse(document.times[0] ?? document.since);
  return {
    periodMs,
    view: { fromMs, toMs: fromMs + Math.max(1, document.times.length) * periodMs },
    // an event of this very second is in it
    endMs: Math.ceil(Date.parse(document.until) / 1_000) * 1_000,
  };
}

/** How many events are in the periods that lie in a window. */
export const eventsIn = (bars: readonly Bar[], { fromMs, toMs }: TimeWindow): number =>
  bars.reduce((sum, { startMs, total }) => (startMs >= fromMs && startMs < toMs ? sum + total : sum), 0);

/** The end of an axis that begins at 0: the next of 1, 2, 5, 10, 20, 50 … */
export function roundedUp(most: number): number {
  if (most <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((one) => one * power).find((one) => one >= most)!;
}

/** Which periods' beginnings are written below the axis: at most so many, in equal steps. */
export function ticksOf(count: number, most: number): readonly number[] {
  const step = Math.max(1, Math.ceil(count / most));
  return Array.from({ length: Math.ceil(count / step) }, (_, at) => at * step);
}
