/**
 * How bucket and tables can differ.
 *
 * - `missing`: the object has no row.
 * - `stale`: its row is of another version.
 * - `tombstoned-but-present`: its row says that it is deleted.
 * - `present-but-gone`: the row shows an object that the bucket holds no more.
 * - `foreign`: a row that no rule of this pipeline would have made.
 * - `not-counted`: a consumer that counts has no row of the object, or one of another version.
 * - `ahead`: its row agrees, and claims a place in the order of events that none can have yet: every later event would be superseded.
 * - `waiting`: they differ, and an event of the key is on its way, in the queue or to be tried again (seen locally only).
 * - `dead-lettered`: they differ, and a dead letter holds an event of the key (seen locally only).
 */
export const FINDING_CLASSES = [
  'missing',
  'stale',
  'tombstoned-but-present',
  'present-but-gone',
  'foreign',
  'not-counted',
  'ahead',
  'waiting',
  'dead-lettered',
] as const;

export type FindingClass = (typeof FINDING_CLASSES)[number];

/**
 * What is no difference.
 *
 * - `recorded`: the row shows what the bucket holds, be it a delete.
 * - `pending`: they differ, and what changed is too young to be judged.
 * - `skipped`: the rule lets it through, and the consumer keeps nothing of such a name.
 * - `not-matched`: the rule does not want it.
 * - `unread`: the consumer wants it, and keeps no row that could be compared.
 */
export const AGREEMENTS = ['recorded', 'pending', 'skipped', 'not-matched', 'unread'] as const;

export type Agreement = (typeof AGREEMENTS)[number];
