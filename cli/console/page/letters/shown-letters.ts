import type { deadListDocument } from '../../../dead-letters/dead-documents.ts';
import type { DocumentOf } from '../../../terminal/document.ts';

export type DeadLetters = DocumentOf<typeof deadListDocument>;
export type LetterGroup = DeadLetters['groups'][number];
export type LetterSummary = DeadLetters['letters'][number];

/** Which letters are shown; what is undefined is not asked for. */
export interface LetterFilters {
  readonly consumer?: string | undefined;
  readonly kind?: string | undefined;
  readonly reason?: string | undefined;
}

/** @param query `?consumer=x&kind=queue&reason=expired` */
export const filtersIn = (query: URLSearchParams): LetterFilters => ({
  consumer: query.get('consumer') ?? undefined,
  kind: query.get('kind') ?? undefined,
  reason: query.get('reason') ?? undefined,
});

export const isShown = (
  { consumer, kind, reason }: LetterFilters,
  of: Pick<LetterGroup, 'consumer' | 'kind' | 'reason'>,
): boolean =>
  (consumer === undefined || consumer === of.consumer) &&
  (kind === undefined || kind === of.kind) &&
  (reason === undefined || reason === of.reason);

/** The flags that mean the same letters: `['--reason=expired']`. A letter may give any text for its reason. */
export const flagsOf = ({ consumer, kind, reason }: LetterFilters): string[] => [
  ...(consumer === undefined ? [] : [`--consumer=${consumer}`]),
  ...(kind === undefined ? [] : [`--kind=${kind}`]),
  ...(reason === undefined ? [] : [`--reason=${reason}`]),
];

/** The newest first, as `dead list` shows them. */
export const newestFirst = (letters: readonly LetterSummary[]): readonly LetterSummary[] =>
  letters.toSorted((left, right) => (left.sentAt > right.sentAt ? -1 : 1));

/** What there is to choose from: each once, in the order of the alphabet. */
export const choicesOf = (texts: Iterable<string>): readonly string[] => [...new Set(texts)].toSorted();
