import type { ReplayedInQueue } from '../../shared/control-api.ts';
import type { UndoneEvent, UndonePage } from '../../shared/control-objects.ts';
import { parseObjectEventText } from '../../shared/object-event/object-event-parser.ts';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import type { Store } from '../store.ts';

/** Which page of whose events. */
export interface UndoneSearch {
  readonly bucket: string;
  /** What the keys begin with. */
  readonly prefix: string;
  /** `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Which page of what is undone about some keys. */
export interface UndoneOfKeysSearch {
  readonly bucket: string;
  readonly keys: ReadonlySet<string>;
  /** `next` of the page before. */
  readonly after?: string | undefined;
}

/** In the direction of the flow, so that an event that moves on between two pages is seen twice and not missed. */
const PLACES = [
  'SELECT id, event AS body, NULL AS queue, 0 AS receives FROM event_outbox',
  'SELECT id, event AS body, target_arn AS queue, 0 AS receives FROM event_delivery',
  'SELECT id, body, queue, receive_count AS receives FROM sqs_message',
] as const;
const IN_QUEUES = PLACES.length - 1;

/** The key that an event of the bus is about, without parsing the whole; null of a body in any other shape. */
const KEY = "CASE WHEN json_valid(body) THEN json_extract(body, '$.detail.object.key') END";
/** So many events are looked through for a page: tens of milliseconds. */
const LOOKED_THROUGH = 20_000;

interface PlacedRow {
  readonly id: number;
  readonly body: string;
  readonly queue: string | null;
  readonly receives: number;
}

/** A page of what is undone about the keys of a bucket: what SQS and EventBridge let nobody ask. */
export function undoneEvents(store: Store, { bucket, prefix, after, limit }: UndoneSearch): UndonePage {
  let [place, id] = cursorOf(after);
  const events: UndoneEvent[] = [];
  for (let left = limit; left > 0 && place < PLACES.length;) {
    const page = `${PLACES[place]!} WHERE id > ? ORDER BY id LIMIT ?`;
    const rows = store.prepare(page).all(id, left) as unknown as PlacedRow[];
    for (const row of rows) {
      for (const event of eventsIn(row.body)) {
        if (event.bucket !== bucket || !event.key.startsWith(prefix)) continue;
        events.push(undone(row, event, place === IN_QUEUES));
      }
    }
    left -= rows.length;
    [place, id] = left > 0 ? [place + 1, 0] : [place, rows.at(-1)?.id ?? 0];
  }
  return { events, ...(place < PLACES.length && { next: `${place}-${id}` }) };
}

/**
 * A page of what is undone about some keys, however many events there are of others: SQLite reads the keys of those, and only
 * what may be about one of these is parsed.
 */
export function undoneOfKeys(
  store: Store,
  { bucket, keys, after }: UndoneOfKeysSearch,
  lookedThrough = LOOKED_THROUGH,
): UndonePage {
  const wanted = JSON.stringify([...keys]);
  let [place, id] = cursorOf(after);
  const events: UndoneEvent[] = [];
  for (let left = lookedThrough; left > 0 && place < PLACES.length;) {
    const rows = PLACES[place]!;
    const { seen, last } = store
      .prepare(`SELECT count(*) AS seen, max(id) AS last FROM (${rows} WHERE id > ? ORDER BY id LIMIT ?)`)
      .get(id, left) as { seen: number; last: number | null };
    const found = store
      .prepare(
        `SELECT *, ${KEY} AS key FROM (${rows} WHERE id > ? AND id <= ?)
         WHERE key IS NULL OR key IN (SELECT value FROM json_each(?)) ORDER BY id`,
      )
      .all(id, last ?? id, wanted) as unknown as PlacedRow[];
    for (const row of found) {
      for (const event of eventsIn(row.body)) {
        if (event.bucket === bucket && keys.has(event.key)) {
          events.push(undone(row, event, place === IN_QUEUES));
        }
      }
    }
    left -= seen;
    [place, id] = left > 0 ? [place + 1, 0] : [place, last ?? id];
  }
  return { events, ...(place < PLACES.length && { next: `${place}-${id}` }) };
}

function undone(
  { queue, receives }: PlacedRow,
  { key, versionId, etag }: ObjectEvent,
  isInQueue: boolean,
): UndoneEvent {
  return {
    queueName: queue === null ? null : queue.slice(queue.lastIndexOf(':') + 1),
    key,
    ...(versionId !== undefined && { versionId }),
    ...(etag !== undefined && { etag }),
    state: isInQueue ? (receives > 0 ? 'retried' : 'waiting') : 'arriving',
  };
}

function cursorOf(after: string | undefined): [place: number, id: number] {
  const [, place = '0', id = '0'] = /^([0-2])-(\d{1,15})$/.exec(after ?? '') ?? [];
  return [Number(place), Number(id)];
}

function eventsIn(body: string): readonly ObjectEvent[] {
  try {
    return parseObjectEventText(body);
  } catch {
    return [];
  }
}

/**
 * What is left of a replay, by the queue, dead-letter queues included. A replayed event begins with its replay's name
 * (see eventbridge/replays.ts), so that nothing need be parsed.
 */
export function leftOfReplay(store: Store, name: string): Readonly<Record<string, ReplayedInQueue>> {
  const rows = store
    .prepare(
      `SELECT queue, sum(receives = 0) AS waiting, sum(receives > 0) AS retried FROM (
         SELECT queue, receive_count AS receives FROM sqs_message WHERE substr(body, 1, length(?1)) = ?1
         UNION ALL
         SELECT replace(target_arn, rtrim(target_arn, replace(target_arn, ':', '')), '') AS queue, 0 AS receives
           FROM event_delivery WHERE substr(event, 1, length(?1)) = ?1
       ) GROUP BY queue`,
    )
    .all(`{"replay-name":${JSON.stringify(name)},`) as unknown as (ReplayedInQueue & {
    readonly queue: string;
  })[];
  return Object.fromEntries(rows.map(({ queue, waiting, retried }) => [queue, { waiting, retried }]));
}
