import type { replayStateSchema } from './replay-documents.ts';
import type { DocumentOf } from '../terminal/document.ts';

/** Where a replay is. */
export type ReplayState = DocumentOf<typeof replayStateSchema>;

/** It will not move any more. */
export const hasEnded = (state: string): boolean => ['COMPLETED', 'CANCELLED', 'FAILED'].includes(state);

/** How much of its window it has gone through, from 0 to 1. */
export function progressOf({
  state,
  since,
  until,
  lastReplayed,
}: Pick<ReplayState, 'state' | 'since' | 'until' | 'lastReplayed'>): number {
  if (state === 'COMPLETED') return 1;
  if (lastReplayed === undefined) return 0;
  const [from, to, at] = [since, until, lastReplayed].map((time) => Date.parse(time)) as [
    number,
    number,
    number,
  ];
  return Math.min(1, Math.max(0, (at - from) / (to - from)));
}
