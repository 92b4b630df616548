import { FINDING_CLASSES, type Agreement, type FindingClass } from '../verify/finding-classes.ts';

/**
 * What became of a key at a consumer: as `verify` judges it, or `unknown` when it differs, and messages wait in the
 * consumer's queue, of which AWS does not tell what they are.
 */
export type PrefixOutcome = FindingClass | Agreement | 'unknown';

/** Outcomes that nobody has to look at. */
export const GOOD_OUTCOMES = [
  'recorded',
  'pending',
  'skipped',
  'not-matched',
  'waiting',
  'unknown',
  'unread',
] as const satisfies readonly PrefixOutcome[];

export type BadOutcome = Exclude<PrefixOutcome, (typeof GOOD_OUTCOMES)[number]>;

/** Outcomes that somebody has to look at. */
export const BAD_OUTCOMES: readonly BadOutcome[] = FINDING_CLASSES.filter((one) => one !== 'waiting');
