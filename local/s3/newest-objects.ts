import type { NewestObject, NewestPage } from '../../shared/control-objects.ts';
import { AwsError } from '../protocols/aws-error.ts';
import type { Store } from '../store.ts';
import { afterPrefix, keyBytes, keyText } from './keys.ts';

/** Which page of what changed last. */
export interface NewestSearch {
  readonly bucket: string;
  /** What the keys begin with. */
  readonly prefix: string;
  /** `place` of an object, or `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

interface NewestRow {
  readonly key: Uint8Array;
  readonly sequencer: string;
  readonly version_id: string;
  readonly marker: number;
  readonly size: number;
  readonly etag: string;
  readonly modified_at: number;
}

/** So many keys are looked through for a prefix before the page is answered as it is: about ten milliseconds. */
const LOOKED_THROUGH = 100_000;
/** Behind every sequencer, which is hexadecimal. */
const THE_END = 'g';

/**
 * What keys hold now, what changed last first: the order of the sequencers, which the index `s3_newest` keeps. A page stays
 * where it is while objects come, since these have higher sequencers.
 *
 * @throws AwsError `ValidationException` for a cursor that is none
 */
export function newestObjects(
  store: Store,
  { bucket, prefix, after = THE_END, limit }: NewestSearch,
  lookedThrough = LOOKED_THROUGH,
): NewestPage {
  if (after !== THE_END && !/^[0-9a-f]{1,32}$/.test(after)) {
    throw new AwsError('ValidationException', `after ${JSON.stringify(after)} is no place among objects`);
  }
  const begin = keyBytes(prefix);
  // without a prefix the first keys are the page
  const floor = prefix === '' ? undefined : floorOf(store, bucket, after, lookedThrough);
  // the keys come from the index alone, and only those of the page are looked up
  const rows = store
    .prepare(
      `WITH page AS MATERIALIZED (
         SELECT key, sequencer FROM s3_version INDEXED BY s3_newest
         WHERE bucket = ?1 AND latest = 1 AND sequencer < ?2 AND sequencer >= ?3
           AND key >= ?4 AND (?5 IS NULL OR key < ?5)
         ORDER BY sequencer DESC LIMIT ?6)
       SELECT version.key, version.sequencer, version_id, marker, size, etag, modified_at
       FROM page CROSS JOIN s3_version AS version
         ON version.bucket = ?1 AND version.key = page.key AND version.sequencer = page.sequencer
       ORDER BY page.sequencer DESC`,
    )
    .all(bucket, after, floor ?? '', begin, afterPrefix(begin) ?? null, limit) as unknown as NewestRow[];
  const next = rows.length === limit ? rows.at(-1)?.sequencer : floor;
  return { objects: rows.map(asObject), ...(next !== undefined && { next }) };
}

/** The sequencer down to which the keys are looked through; undefined when that is all of them. */
function floorOf(store: Store, bucket: string, after: string, lookedThrough: number): string | undefined {
  const row = store
    .prepare(
      `SELECT sequencer FROM s3_version INDEXED BY s3_newest WHERE bucket = ? AND latest = 1 AND sequencer < ?
       ORDER BY sequencer DESC LIMIT 1 OFFSET ?`,
    )
    .get(bucket, after, lookedThrough - 1) as Pick<NewestRow, 'sequencer'> | undefined;
  return row?.sequencer;
}

function asObject({ key, sequencer, version_id, marker, size, etag, modified_at }: NewestRow): NewestObject {
  return {
    key: keyText(key),
    versionId: version_id,
    isDeleted: marker === 1,
    ...(marker === 0 && { size, etag }),
    lastModified: new Date(modified_at).toISOString(),
    place: sequencer,
  };
}
