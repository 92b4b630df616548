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
  | {
      readonly rows: ReadonlyMap<string, Row>;
      /** Its rows say how many rows an object has. */
      readonly isCounting: boolean;
    }
  | { readonly lines: readonly Row[] }
  /** Keys below its prefix. */
  | { readonly objects: readonly string[] }
  | 'nothing';

/** Every consumer, in the pipeline's order. */
export type Stored = readonly StoredOf[];

/** How many distinct events these lines name of the key. */
export function eventsOf(lines: readonly Row[], key: string): number {
  return distinctIdentities(lines.filter((line) => line['object_key'] === key)).size;
}

/** The events that lines name, however often. */
export function distinctIdentities(lines: readonly Row[]): Set<unknown> {
  return new Set(lines.map((line) => line['identity']));
}

/** The lines of each consumer that keeps lines. */
export function linesOf(stored: Stored): readonly (readonly Row[])[] {
  return stored.flatMap(({ kept }) => (kept !== 'nothing' && 'lines' in kept ? [kept.lines] : []));
}
