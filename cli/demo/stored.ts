import type { Reach } from '../pipeline/routing.ts';

export type Row = Readonly<Record<string, unknown>>;

/** What one consumer has stored, and what of the samples it wants. */
export interface StoredOf {
  readonly consumer: string;
  /** What the consumer makes of an upload of the key, or of its delete. */
  readonly reach: (key: string, change: 'created' | 'deleted') => Reach;
  readonly kept: Kept;
}

/** By what the consumer keeps. */
export type Kept =
  /** Key of the object → its row. */
  | { readonly rows: ReadonlyMap<string, Row> }
  | { readonly lines: readonly Row[] }
  /** Keys below its prefix. */
  | { readonly objects: readonly string[] }
  | 'nothing';

/** Every consumer, in the pipeline's order. */
export type Stored = readonly StoredOf[];

/** How many distinct events these lines name of the key. */
export function eventsOf(lines: readonly Row[], key: string): number {
  return distinctEvents(lines.filter((line) => line['object_key'] === key)).size;
}

/** The events that lines name, however often: by their `identity` where they have one, else by object, version and change. */
export function distinctEvents(lines: readonly Row[]): Set<unknown> {
  return new Set(
    lines.map(
      ({ identity, object_key: key, version_id: version, etag, event_name: change }) =>
        identity ?? JSON.stringify([key, version ?? etag, change]),
    ),
  );
}

/** The lines of each consumer that keeps lines. */
export function linesOf(stored: Stored): readonly (readonly Row[])[] {
  return stored.flatMap(({ kept }) => (kept !== 'nothing' && 'lines' in kept ? [kept.lines] : []));
}
