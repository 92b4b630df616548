import type { CurrentObject } from '../objects/current-objects.ts';
import { AGREEMENTS, type Agreement, type FindingClass } from './finding-classes.ts';
import type { ObjectRow } from './object-rows.ts';
import type { Reach } from '../pipeline/routing.ts';
import type { RowTable } from '../pipeline/row-table.ts';

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
  /** Why the consumer skips such a name, in words, where it does: `under csv/, but not named as a CSV` */
  readonly skipped?: string;
}

/** They differ. */
export type Finding = Judgement & { readonly class: FindingClass };

export const isAgreement = (one: FindingClass | Agreement): one is Agreement =>
  AGREEMENTS.some((agreement) => agreement === one);

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
