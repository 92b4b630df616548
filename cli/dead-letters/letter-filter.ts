import type { letterGroupSchema } from './dead-documents.ts';
import type { DocumentOf } from '../terminal/document.ts';
import type { Letter } from './letter.ts';
import { windowOf } from './replay-instead.ts';

/** Which letters are meant. */
export interface LetterFilter {
  /** Any of these; none = every reason. */
  readonly reasons: readonly string[];
  /** First enqueued before then. */
  readonly sentBefore?: Date;
  /** Only these. @default all */
  readonly messageIds?: readonly string[];
}

export function isMeant(
  { reasons, sentBefore, messageIds }: LetterFilter,
  { reason, sentAt, messageId }: Letter,
): boolean {
  return (
    (messageIds === undefined || messageIds.includes(messageId)) &&
    (reasons.length === 0 || reasons.includes(reason)) &&
    (sentBefore === undefined || Date.parse(sentAt) < sentBefore.getTime())
  );
}

export type LetterGroup = DocumentOf<typeof letterGroupSchema>;

/**
 * By consumer, queue and reason, as they come.
 *
 * @param retentionMs how long their queue keeps a message
 * @param canBeRedriven whether their consumer has a queue @default true
 */
export function grouped(
  letters: readonly Letter[],
  retentionMs: number,
  canBeRedriven = true,
): LetterGroup[] {
  const groups = Map.groupBy(letters, ({ consumer, kind, reason }) =>
    JSON.stringify([consumer, kind, reason]),
  );
  return [...groups.values()].flatMap((group) => {
    const bySending = group.toSorted((left, right) => (left.sentAt < right.sentAt ? -1 : 1));
    const [oldest] = bySending;
    const newest = bySending.at(-1);
    if (oldest === undefined) return [];
    const { consumer, kind, reason, sentAt } = oldest;
    const lastError = newest?.errorMessage;
    return [
      {
        consumer,
        kind,
        reason,
        count: group.length,
        oldest: sentAt,
        expires: new Date(Date.parse(sentAt) + retentionMs).toISOString(),
        ...(lastError !== undefined && { lastError }),
        ...(!canBeRedriven && { replay: windowOf(group) }),
      },
    ];
  });
}
