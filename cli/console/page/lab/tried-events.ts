import type { explainDocument } from '../../../explain/explain-document.ts';
import type { DocumentOf } from '../../../terminal/document.ts';

/** An event as `sluice explain` tells it. */
type Judged = Pick<DocumentOf<typeof explainDocument>['events'][number], 'consumers'>;

/** An event that patterns are held against. */
export interface RecentEvent {
  /** Names it in the page’s address; of a sample its kind. */
  readonly id: string;
  readonly time: string;
  /** `Object Created` */
  readonly type: string;
  readonly key: string | undefined;
  readonly event: Readonly<Record<string, unknown>>;
}

export interface TriedEvent extends RecentEvent {
  readonly clauses: Judged['consumers'][number]['clauses'];
  readonly matched: boolean;
  /** Whether another pattern, which is deployed, lets it through; undefined where there is none. */
  readonly matchedBefore: boolean | undefined;
}

/** Events with what was said of each, in their order. @param before what the pattern that is deployed says of them */
export const triedEvents = (
  events: readonly RecentEvent[],
  now: readonly Judged[],
  before?: readonly Judged[],
): readonly TriedEvent[] =>
  events.map((event, index) => {
    const { clauses, verdict } = now[index]!.consumers[0]!;
    const deployed = before?.[index]?.consumers[0];
    return {
      ...event,
      clauses,
      matched: verdict !== 'not-matched',
      matchedBefore: deployed && deployed.verdict !== 'not-matched',
    };
  });

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
      event,
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
    return [{ id: kind, time: String(time), type, key, event }];
  });
