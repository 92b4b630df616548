import type { CurrentObject } from '../objects/current-objects.ts';
import { isSequencerAhead, isTimeAhead } from './ahead-of-time.ts';
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

/** When bucket or row last changed, as a time in milliseconds. The time of a row that lies ahead, or is forged, tells nothing. */
export function lastChange(object: CurrentObject | undefined, row: ObjectRow | undefined, now: Date): number {
  const changedMs = Date.parse(object?.lastModified ?? '1970-01-01');
  const { eventTime } = row ?? {};
  if (eventTime === undefined || isTimeAhead(eventTime, latest(object, now))) return changedMs;
  if (isForged({ object: object ?? null, row: row ?? null }, now)) return changedMs;
  return Math.max(changedMs, Date.parse(eventTime));
}

/** What an agreement is where the row's place in the order of events lies ahead. */
export const agreementOf = (
  found: FindingClass | Agreement,
  { object, row }: Pick<Judgement, 'object' | 'row'>,
  now: Date,
): FindingClass | Agreement => (found === 'recorded' && isForged({ object, row }, now) ? 'ahead' : found);

/** Whether no event can have given the row its place: it lies ahead of now, and of what S3 says of the object. */
export const isForged = ({ object, row }: Pick<Judgement, 'object' | 'row'>, now: Date): boolean =>
  row?.sequencer !== undefined && isSequencerAhead(row.sequencer, latest(object ?? undefined, now));

/** The clock of a machine may have been set back since: what S3 says of an object is of then. */
const latest = (object: CurrentObject | undefined, now: Date): Date =>
  new Date(Math.max(now.getTime(), Date.parse(object?.lastModified ?? '1970-01-01')));

/** Whether the row is of this very version. One that was written without a version is known by its ETag. */
function shows({ versionId, etag }: ObjectRow, object: CurrentObject): boolean {
  return versionId === undefined ? etag === object.etag : versionId === object.versionId;
}
