import type { ListedObject } from './listed-pages.ts';

/** What became of an object at several consumers alike. */
export interface OutcomeGroup {
  /** `dead-lettered` */
  readonly outcome: string;
  readonly consumers: readonly string[];
}

/** What somebody should look at stands first. */
const FIRST = [
  'dead-lettered',
  'missing',
  'removed-by-version',
  'not-counted',
  'waiting',
  'queued',
  'unknown',
  'would-send',
  'handed-over',
  'recorded',
  'superseded',
  'skipped',
  'not-matched',
];

/** What became of an object at a consumer. Where nobody has looked, it is not known; that its rule does not want it, is. */
export const outcomeAt = ({ outcomes, consumers }: ListedObject, consumer: string): string =>
  outcomes !== undefined && Object.hasOwn(outcomes, consumer)
    ? outcomes[consumer]!
    : consumers.includes(consumer)
      ? 'unknown'
      : 'not-matched';

/** The same for all of them, in few words: `2 recorded`, `one-consumer not counted`. */
export function outcomeGroups(object: ListedObject, consumers: readonly string[]): readonly OutcomeGroup[] {
  const groups = Map.groupBy(consumers, (consumer) => outcomeAt(object, consumer));
  return [...groups]
    .map(([outcome, consumers]) => ({ outcome, consumers }))
    .toSorted((left, right) => FIRST.indexOf(left.outcome) - FIRST.indexOf(right.outcome));
}

/** Outcomes that change no more by themselves. */
const SETTLED = new Set([
  'recorded',
  'superseded',
  'skipped',
  'not-matched',
  'not-counted',
  'dead-lettered',
  'removed-by-version',
  'queued',
  'handed-over',
  'would-send',
]);

export const isSettled = (object: ListedObject, consumers: readonly string[]): boolean =>
  consumers.every((consumer) => SETTLED.has(outcomeAt(object, consumer)));
