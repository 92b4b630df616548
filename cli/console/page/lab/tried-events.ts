import type { ClauseResult, EventMatcher } from '../../../../shared/event-pattern/pattern-matcher.ts';

/** An event that patterns are held against. */
export interface RecentEvent {
  /** Names it in the page’s address; of a sample its kind. */
  readonly id: string;
  readonly time: string;
  /** `Object Created` */
  readonly type: string;
  readonly key: string | undefined;
  /** As JSON. */
  readonly text: string;
}

export interface TriedEvent extends RecentEvent {
  readonly clauses: readonly ClauseResult[];
  readonly matched: boolean;
  /** Whether another pattern, which is deployed, lets it through; undefined where there is none. */
  readonly matchedBefore: boolean | undefined;
}

/** Holds a pattern against events, in their order. @param deployed what is compared with */
export function tryEvents(
  matcher: EventMatcher,
  events: readonly RecentEvent[],
  deployed?: EventMatcher,
): readonly TriedEvent[] {
  return events.map((event) => {
    const clauses = matcher.explain(event.text);
    const matched = clauses.every((clause) => clause.matched);
    return { ...event, clauses, matched, matchedBefore: deployed?.matches(event.text) };
  });
}

interface Tally {
  readonly matched: number;
  readonly of: number;
  /** That the deployed pattern does not let through. */
  readonly newly: number;
  /** That only the deployed pattern lets through. */
  readonly noLonger: number;
}

export const tallyOf = (tried: readonly TriedEvent[]): Tally => ({
  matched: tried.filter(({ matched }) => matched).length,
  of: tried.length,
  newly: tried.filter(({ matched, matchedBefore }) => matched && matchedBefore === false).length,
  noLonger: tried.filter(({ matched, matchedBefore }) => !matched && matchedBefore === true).length,
});

interface Archived {
  readonly time: string;
  readonly type: string;
  readonly key?: string;
  readonly id?: string;
  readonly event: Readonly<Record<string, unknown>>;
}

/** The events of `sluice explain --last N`, the newest first. */
export const archivedAsRecent = (events: readonly Archived[]): readonly RecentEvent[] =>
  events
    .map(({ time, type, key, id, event }, index) => ({
      id: id ?? String(index),
      time,
      type,
      key,
      text: JSON.stringify(event),
    }))
    .toReversed();

interface Sample {
  readonly kind: string;
  readonly event: Readonly<Record<string, unknown>>;
}

/** Those of `sluice samples` that come over a bus: a rule sees no others. */
export const samplesAsRecent = (samples: readonly Sample[], key: string): readonly RecentEvent[] =>
  samples.flatMap(({ kind, event }) => {
    const { source, time, 'detail-type': type } = event;
    if (source !== 'aws.s3' || typeof type !== 'string') return [];
    return [{ id: kind, time: String(time), type, key, text: JSON.stringify(event) }];
  });
