import type { ArchivePage } from '../../shared/control-api.ts';
import type { ArchivedAbout } from '../../shared/control-objects.ts';
import { AwsError } from '../protocols/aws-error.ts';
import type { Store } from '../store.ts';
import type { ArchiveCursor, Archives } from './archives.ts';

/** Which page of which archive. */
export interface ArchiveWindow {
  readonly name: string;
  /** Both included, as a replay takes them. */
  readonly sinceMs: number;
  readonly untilMs: number;
  /** In which order of their times. */
  readonly first: 'oldest' | 'newest';
  /** `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/**
 * A page of an archive, in the order of the events' times, or against it: what AWS lets nobody read.
 *
 * @throws AwsError `ResourceNotFoundException`, and `ValidationException` for a cursor that is none
 */
export function archivedEvents(archives: Archives, window: ArchiveWindow): ArchivePage {
  const { name, sinceMs, untilMs, first, after, limit } = window;
  archives.get(name);
  const rows =
    first === 'oldest'
      ? // as a replay begins
        archives.eventsAfter(name, cursorOf(after) ?? { time: sinceMs, id: -1 }, untilMs, limit)
      : archives.eventsBefore(name, cursorOf(after) ?? { time: untilMs, id: Infinity }, sinceMs, limit);
  const last = rows.at(-1);
  return {
    events: rows.map(({ event }) => JSON.parse(event) as unknown),
    ...(last !== undefined && rows.length === limit && { next: `${last.eventTime}-${last.id}` }),
  };
}

function cursorOf(after: string | undefined): ArchiveCursor | undefined {
  if (after === undefined) return undefined;
  const [, time, id] = /^(\d{1,15})-(\d{1,15})$/.exec(after) ?? [];
  if (time === undefined || id === undefined) {
    throw new AwsError('ValidationException', `after ${JSON.stringify(after)} is no cursor of a page`);
  }
  return { time: Number(time), id: Number(id) };
}

/** More about one object are not told. */
const MOST_ABOUT = 20;

/** The newest events about an object, by an index. @throws AwsError `ResourceNotFoundException` */
export function archivedAbout(
  store: Store,
  archives: Archives,
  { name, bucket, key }: { readonly name: string; readonly bucket: string; readonly key: string },
): ArchivedAbout {
  archives.get(name);
  const rows = store
    .prepare(
      `SELECT event FROM archived_event
       WHERE archive_name = ? AND object_key = ? AND event ->> '$.detail.bucket.name' = ?
       ORDER BY event_time DESC, id DESC LIMIT ?`,
    )
    .all(name, key, bucket, MOST_ABOUT) as unknown as readonly { readonly event: string }[];
  return { events: rows.map(({ event }) => JSON.parse(event) as unknown) };
}
