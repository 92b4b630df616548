import type { explainDocument } from '../../../explain/explain-document.ts';
import type { DocumentOf } from '../../../terminal/document.ts';

export type ExplainDocument = DocumentOf<typeof explainDocument>;

type ExplainedEvent = ExplainDocument['events'][number];

/** Which consumers an object would reach. */
export interface Reached {
  readonly consumer: string;
  readonly verdict: 'wanted' | 'skipped' | 'not-matched';
  readonly isEnabled: boolean;
  /** Why it is skipped. */
  readonly why?: string | undefined;
}

/** Keys that reach the same consumers. */
export interface ReachGroup {
  readonly keys: readonly string[];
  readonly consumers: readonly Reached[];
}

/** Names of several kinds, since a consumer may go by a name's ending. */
const EXAMPLES = ['example.csv', 'example.csv.gz', 'example.json', 'example.jpg'];

export const exampleKeys = (prefix: string): readonly string[] => EXAMPLES.map((name) => prefix + name);

/** An object that is not there yet. */
export interface FutureObject {
  readonly key: string;
  readonly size?: number;
}

/** The events of other objects, made after one that a verb has made of a key: JSON that `explain` takes. */
export function eventsLike({ event }: ExplainedEvent, objects: readonly FutureObject[]): string {
  const { detail, ...around } = event as { readonly detail: { readonly object?: object } };
  return JSON.stringify(
    objects.map(({ key, size }) => ({
      ...around,
      detail: { ...detail, object: { key, ...(size !== undefined && { size }) } },
    })),
  );
}

/** The keys, those together that reach the same consumers, in the order of the first of each. */
export function reachGroups(events: readonly ExplainedEvent[]): readonly ReachGroup[] {
  const explained = events.flatMap(({ key, consumers }) =>
    key === undefined ? [] : [{ key, consumers: consumers.map(reached) }],
  );
  const groups = Map.groupBy(explained, ({ consumers }) => JSON.stringify(consumers));
  return [...groups.values()].map((alike) => ({
    keys: alike.map(({ key }) => key),
    consumers: alike[0]!.consumers,
  }));
}

const reached = ({ consumer, verdict, isEnabled, why }: ExplainedEvent['consumers'][number]): Reached => ({
  consumer,
  verdict,
  isEnabled,
  why,
});
