import type { CurrentObject } from '../objects/current-objects.ts';
import type { ObjectRow } from './object-rows.ts';
import type { Reach } from '../pipeline/routing.ts';
import type { Undone } from '../fate/undone.ts';

/**
 * How bucket and tables differ.
 *
 * - `missing`: the object has no row.
 * - `stale`: its row is of another version.
 * - `tombstoned-but-present`: its row says that it is deleted.
 * - `present-but-gone`: the row shows an object that the bucket holds no more.
 * - `foreign`: a row that no rule of this pipeline would have made.
 * - `not-counted`: a CSV that the counter has no count of, or one of another version.
 * - `waiting`: they differ, and an event of the key is on its way, in the queue or to be tried again (seen locally only).
 * - `dead-lettered`: they differ, and a dead letter holds an event of the key (seen locally only).
 */
export type FindingClass =
  | 'missing'
  | 'stale'
  | 'tombstoned-but-present'
  | 'present-but-gone'
  | 'foreign'
  | 'not-counted'
  | Undone;

/**
 * What is no difference.
 *
 * - `recorded`: the row shows what the bucket holds, be it a delete.
 * - `pending`: they differ, and what changed is too young to be judged.
 * - `skipped`: the rule lets it through, and the consumer keeps nothing of such a name.
 * - `not-matched`: the rule does not want it.
 */
export type Agreement = 'recorded' | 'pending' | Exclude<Reach, 'wanted'>;

/** What was found of a key and the row that one consumer keeps of it. */
export interface Judgement {
  readonly class: FindingClass | Agreement;
  readonly consumer: string;
  readonly bucket: string;
  readonly key: string;
  /** What the bucket holds; null when nothing. */
  readonly object: CurrentObject | null;
  /** What the table holds; null when nothing. */
  readonly row: ObjectRow | null;
}

/** They differ. */
export type Finding = Judgement & { readonly class: FindingClass };

const AGREEMENTS: ReadonlySet<string> = new Set<Agreement>(['recorded', 'pending', 'skipped', 'not-matched']);

export const isAgreement = (one: FindingClass | Agreement): one is Agreement => AGREEMENTS.has(one);

export const isFinding = (judgement: Judgement): judgement is Finding => !isAgreement(judgement.class);

/** @param reach what the consumer makes of an event of the key */
export function classOf(
  object: CurrentObject | undefined,
  row: ObjectRow | undefined,
  reach: Reach,
): FindingClass | Agreement {
  const isLive = row !== undefined && !row.isDeleted;
  if (reach !== 'wanted') return isLive ? 'foreign' : reach;
  if (object === undefined) return isLive ? 'present-but-gone' : 'recorded';
  if (row === undefined) return 'missing';
  if (row.isDeleted) return 'tombstoned-but-present';
  return shows(row, object) ? 'recorded' : 'stale';
}

/** Whether the row is of this very version. One that was written without a version is known by its ETag. */
export function shows({ versionId, etag }: ObjectRow, object: CurrentObject): boolean {
  return versionId === undefined ? etag === object.etag : versionId === object.versionId;
}
