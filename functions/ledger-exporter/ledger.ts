import { createHash } from 'node:crypto';
import { identity } from '../../shared/object-event/event-identity.ts';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';

/** One object of the ledger: the events of one hour that came in one batch. */
export interface LedgerObject {
  /** `ledger/dt=2026-11-20/hour=07/<sha256>.ndjson`; the hour is that of the events, in UTC. */
  readonly key: string;
  /** One line of JSON per distinct event. */
  readonly body: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** All events that the object stands for, repeated deliveries included. */
  readonly events: readonly ObjectEvent[];
}

/**
 * Groups the events of a batch into objects, one per hour of event time. The name of an object is the SHA-256 of what
 * it holds: its events' identities, sorted and joined by line feeds. So a batch that is delivered again gives the same
 * object, in whatever order, and it is written once.
 *
 * An event that a replay has delivered counts with the replay's name behind its identity (after a tab): the replay's
 * lines are an object of their own and not lost to the one that the live delivery wrote. They carry the same
 * identities, so that the distinct identities of the ledger stay what they were.
 */
export function ledgerObjects(
  events: readonly ObjectEvent[],
  options: LedgerOptions = {},
): readonly LedgerObject[] {
  return [...Map.groupBy(events, ({ eventTime }) => eventTime.slice(0, 13))].map(([hour, ofHour]) =>
    ledgerObject(hour, ofHour, options),
  );
}

function ledgerObject(hour: string, events: readonly ObjectEvent[], options: LedgerOptions): LedgerObject {
  // Sorted by line, so that of two deliveries of one event the same one is kept, whichever came first.
  const entries = events
    .map((event) => ledgerEntry(event, options))
    .toSorted((left, right) => order(right.line, left.line));
  const distinct = new Map(entries.map((entry) => [entry.name, entry]));
  const ordered = [...distinct.values()].toSorted(
    (left, right) => order(left.eventTime, right.eventTime) || order(left.name, right.name),
  );
  const [date, time] = hour.split('T');
  const digest = createHash('sha256')
    .update([...distinct.keys()].toSorted(order).join('\n'))
    .digest('hex');
  return {
    key: `ledger/dt=${date}/hour=${time}/${digest}.ndjson`,
    body: ordered.map(({ line }) => `${line}\n`).join(''),
    metadata: {
      events: String(ordered.length),
      'first-event-time': ordered[0]?.eventTime ?? '',
      'last-event-time': ordered.at(-1)?.eventTime ?? '',
    },
    events,
  };
}

const DAY_MS = 86_400_000;

/** Clocks differ by less. The function's role may lock for a day more than its days: a lock from later on would be refused each time. */
const LEEWAY_MS = DAY_MS / 2;

/**
 * Until when nobody deletes the object: so many days from now, or from its newest event where the clock is behind that, by half a day at
 * most. It is no part of the object's name: who writes the object again finds it there, and changes no date.
 */
export function lockedUntil({ events }: LedgerObject, days: number, nowMs: number): Date {
  const newestMs = events.reduce((latest, { eventTime }) => Math.max(latest, Date.parse(eventTime)), nowMs);
  return new Date(Math.min(newestMs, nowMs + LEEWAY_MS) + days * DAY_MS);
}

interface LedgerOptions {
  /** Whether a line says who asked, and from which address. @default false */
  readonly storeRequester?: boolean;
}

/** What says something of a person. */
const OF_A_PERSON = new Set(['requester', 'sourceIp']);

interface LedgerEntry {
  /** What makes the entry distinct: its identity, and the replay that brought it. */
  readonly name: string;
  readonly eventTime: string;
  readonly line: string;
}

function ledgerEntry(event: ObjectEvent, options: LedgerOptions): LedgerEntry {
  const id = identity(event);
  const replayName = event.origin === 'backfill' ? undefined : event.replayName;
  return {
    name: replayName === undefined ? id : `${id}\t${replayName}`,
    eventTime: event.eventTime,
    line: ledgerLine(id, event, options),
  };
}

/** By UTF-16 code unit, as JavaScript sorts; never by locale, which differs between machines. */
function order(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

/**
 * The event as a line, without its line feed. Fields that the event lacks are left out.
 *
 *     {
 *       "identity": "[\"sluice-ingest\",\"csv/a b.csv\",\"Object Created\",null,\"0000000000000000617f08299329d189\"]",
 *       "event_time": "2026-11-20T07:00:00.000Z",
 *       "event_name": "ObjectCreated:Put",
 *       "detail_type": "Object Created",
 *       "origin": "eventbridge",
 *       "bucket": "sluice-ingest",
 *       "object_key": "csv/a b.csv",
 *       "size": 5,
 *       "etag": "b1946ac92492d2347c6235b4d2611184",
 *       "sequencer": "0000000000000000617f08299329d189",
 *       "reason": "PutObject",
 *       "request_id": "N4N7GDK58NMKJ12R"
 *     }
 */
function ledgerLine(id: string, event: ObjectEvent, { storeRequester = false }: LedgerOptions): string {
  const { eventTime, eventName, detailType, origin, bucket, key, ...others } = event;
  const line: Record<string, unknown> = {
    identity: id,
    event_time: eventTime,
    event_name: eventName,
    detail_type: detailType,
    origin,
    bucket,
    object_key: key,
  };
  for (const [name, value] of Object.entries(others)) {
    if (!storeRequester && OF_A_PERSON.has(name)) continue;
    const column = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    // A column has one type, so what is nested (a backfill's expectation, a retention) is written as text.
    line[column] = typeof value === 'object' ? JSON.stringify(value) : value;
  }
  return JSON.stringify(line);
}
