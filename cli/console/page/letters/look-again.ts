import type { FlowDocument } from '../flow-feed.ts';
import type { DeadLetters } from './shown-letters.ts';

/** Letters by consumer and queue, as the flow counts them or as a look found them: `["x","queue",3]` each. */
export type LetterCounts = readonly (readonly [consumer: string, kind: 'queue' | 'rule', count: number])[];

/** What the flow counts; consumers of which nobody knows are left out. */
export const countedByFlow = ({ consumers }: Pick<FlowDocument, 'consumers'>): LetterCounts =>
  consumers.flatMap(({ name, deadLetters, ruleDeadLetters }) => [
    ...(deadLetters === null ? [] : [[name, 'queue', deadLetters] as const]),
    ...(ruleDeadLetters === null ? [] : [[name, 'rule', ruleDeadLetters] as const]),
  ]);

/** Whether a look has found what the flow counts. Of letters in another command's hand nobody says whose they are. */
export function agrees(
  counts: LetterCounts,
  { letters, inHand }: Pick<DeadLetters, 'letters' | 'inHand'>,
): boolean {
  const total = counts.reduce((sum, [, , count]) => sum + count, 0);
  if (total !== letters.length + inHand) return false;
  return (
    inHand > 0 ||
    counts.every(
      ([consumer, kind, count]) =>
        letters.filter((letter) => letter.consumer === consumer && letter.kind === kind).length === count,
    )
  );
}

/** Counts that changed and stayed so for this long are looked at: whoever looks takes letters in hand for a moment. */
export const SETTLED_MS = 1_000;

/**
 * Decides when letters are looked at again. Looking receives them, so it is done once for each change of the counts, when
 * they stand still, and not while a letter is being moved.
 */
export class LookAgain {
  #seen = '';
  #seenAt = 0;
  #lookedFor = '';

  /**
   * @param found what the last look has found; undefined before the first one
   * @param isBusy something is being done to letters, or asked about them
   * @returns whether to look now
   */
  isDue(counts: LetterCounts, found: DeadLetters | undefined, nowMs: number, isBusy: boolean): boolean {
    const counted = JSON.stringify(counts);
    if (counted !== this.#seen) {
      this.#seen = counted;
      this.#seenAt = nowMs;
    }
    if (isBusy || found === undefined) return false;
    if (agrees(counts, found)) {
      this.#lookedFor = counted;
      return false;
    }
    if (counted === this.#lookedFor || nowMs - this.#seenAt < SETTLED_MS) return false;
    this.#lookedFor = counted;
    return true;
  }
}
