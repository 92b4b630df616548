import type { CurrentObject } from '../objects/current-objects.ts';
import type { ObjectRow } from './object-rows.ts';
import type { Reach } from '../pipeline/routing.ts';
import type { RowTable } from '../pipeline/row-table.ts';
import type { Undone } from '../fate/undone.ts';

/**
 * How bucket and tables differ.
 *
 * - `missing`: the object has no row.
 * - `stale`: its row is of another version.
 * - `tombstoned-but-present`: its row says that it is deleted.
 * - `present-but-gone`: the row shows an object that the bucket holds no more.
 * - `foreign`: a row that no rule of this pipeline would have made.
 * - `not-counted`: a consumer that counts has no row of the object, or one of another version.
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
 * - `unread`: the consumer wants it, and keeps no row that could be compared.
 */
export type Agreement = 'recorded' | 'pending' | 'unread' | Exclude<Reach, 'wanted'>;

/** What was found of a key at one consumer. */
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

const AGREEMENTS: ReadonlySet<string> = new Set<Agreement>([
  'recorded',
  'pending',
  'unread',
  'skipped',
  'not-matched',
]);

export const isAgreement = (one: FindingClass | Agreement): one is Agreement => AGREEMENTS.has(one);

export const isFinding = (judgement: Judgement): judgement is Finding => !isAgreement(judgement.class);

/**
 * What bucket and row come to.
 *
 * @param reach what the consumer makes of an event of the key
 * @param lack what the consumer calls an object without a row of its current version, where it has a word of its own
 */
export function classOf(
  object: CurrentObject | undefined,
  row: ObjectRow | undefined,
  reach: Reach,
  lack?: RowTable['lack'],
): FindingClass | Agreement {
  const isLive = row !== undefined && !row.isDeleted;
  if (reach !== 'wanted') return isLive ? 'foreign' : reach;
  if (object === undefined) return isLive ? 'present-but-gone' : 'recorded';
  if (row === undefined) return lack ?? 'missing';
  if (row.isDeleted) return lack ?? 'tombstoned-but-present';
  // what was gone when its content was read, and is there
  return shows(row, object) && row.status !== 'object-gone' ? 'recorded' : (lack ?? 'stale');
}

/** Whether the row is of this very version. One that was written without a version is known by its ETag. */
function shows({ versionId, etag }: ObjectRow, object: CurrentObject): boolean {
  return versionId === undefined ? etag === object.etag : versionId === object.versionId;
}
