import type { NewestObject } from '../../shared/control-objects.ts';
import type { LedgerLine } from '../pipeline/ledger-line.ts';

/** A line about what its key holds: a version that came, or one that was taken away for good. */
interface Change {
  readonly object: Omit<NewestObject, 'place'>;
  readonly isRemoval: boolean;
  /** Orders what happened to one key in one second; empty where the line has none. */
  readonly sequencer: string;
}

/** What the list is of. */
export interface LedgerList {
  readonly bucket: string;
  readonly prefix: string;
  /** The `place` behind which to begin. */
  readonly after?: string | undefined;
}

/**
 * What keys hold by the ledger's lines, objects and delete markers, what changed last first and each key once; of two changes
 * in one second the first in the order of the keys. A version that was removed for good is passed over, so that what it covered
 * counts again, if a line tells of it. A place is a time and a key: `2026-11-20T11:00:01.000Z csv/a.csv`.
 *
 * @param lines the newest first
 */
export async function* newestInLedger(
  lines: AsyncIterable<LedgerLine>,
  { bucket, prefix, after }: LedgerList,
): AsyncGenerator<NewestObject> {
  const begin = after === undefined ? undefined : placeIn(after);
  const told = new Set<string>();
  const removed = new Set<string>();
  for await (const second of bySecond(lines, bucket, prefix)) {
    const found: NewestObject[] = [];
    for (const { object, isRemoval } of second) {
      const { key, versionId, lastModified } = object;
      const version = `${versionId} ${key}`;
      if (isRemoval) removed.add(version);
      if (isRemoval || told.has(key) || removed.has(version)) continue;
      told.add(key);
      found.push({ ...object, place: `${lastModified} ${key}` });
    }
    yield* found
      .toSorted((left, right) => inOrder(left.key, right.key))
      .filter((object) => begin === undefined || isBehind(object, begin));
  }
}

/** Whether it is the place of an object in such a list. */
export const isPlaceInLedger = (text: string): boolean => placeIn(text) !== undefined;

interface Place {
  readonly time: string;
  readonly key: string;
}

function placeIn(text: string): Place | undefined {
  const [, time, key] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (.+)$/s.exec(text) ?? [];
  return time === undefined || key === undefined ? undefined : { time, key };
}

const isBehind = ({ lastModified, key }: NewestObject, place: Place): boolean =>
  lastModified === place.time ? key > place.key : lastModified < place.time;

/** The changes of one time each, what happened last to a key first: the lines have whole seconds. */
async function* bySecond(
  lines: AsyncIterable<LedgerLine>,
  bucket: string,
  prefix: string,
): AsyncGenerator<readonly Change[]> {
  let held: Change[] = [];
  for await (const line of lines) {
    const change = line.key.startsWith(prefix) ? changeIn(line, bucket) : undefined;
    if (change === undefined) continue;
    if (held[0] !== undefined && held[0].object.lastModified !== change.object.lastModified) {
      yield held.toSorted(lastFirst);
      held = [];
    }
    held.push(change);
  }
  yield held.toSorted(lastFirst);
}

/** By code unit, as the page behind a place must find it again; never by locale. */
const inOrder = (left: string, right: string): number => (left < right ? -1 : Number(left > right));

const lastFirst = (left: Change, right: Change): number => inOrder(right.sequencer, left.sequencer);

/** Undefined of a line that tells nothing of what its key holds: a storage class, tags, another bucket's object. */
function changeIn({ key, time, fields }: LedgerLine, bucket: string): Change | undefined {
  const { detail_type: detailType, deletion_type: deletionType, origin, sequencer, size, etag } = fields;
  if (fields['bucket'] !== undefined && fields['bucket'] !== bucket) return undefined;
  const isCreation = detailType === 'Object Created';
  // a backfill's deletion mends a row, and is no change of the bucket
  if (!isCreation && (detailType !== 'Object Deleted' || origin === 'backfill')) return undefined;
  // what a bucket without versions holds is its only version
  const versionId = typeof fields['version_id'] === 'string' ? fields['version_id'] : 'null';
  return {
    object: {
      key,
      versionId,
      isDeleted: !isCreation,
      ...(isCreation && typeof size === 'number' && { size }),
      ...(isCreation && typeof etag === 'string' && { etag }),
      lastModified: time,
    },
    isRemoval: !isCreation && deletionType === 'Permanently Deleted',
    sequencer: typeof sequencer === 'string' ? sequencer : '',
  };
}
