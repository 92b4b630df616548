import type { ParsedEvent } from '../../shared/event-pattern/pattern-event.ts';
import { compilePattern, type EventMatcher } from '../../shared/event-pattern/pattern-matcher.ts';
import { AwsError } from '../protocols/aws-error.ts';
import type { Clock } from '../clock.ts';
import type { ArchivePlan } from '../plan.ts';
import type { Store } from '../store.ts';
import { Tally } from '../storage/tally.ts';
import { type BusLocation, eventsArn } from './arns.ts';
import type { Log } from './deliveries.ts';
import { columnsOf } from './archived-columns.ts';
import { checkPattern } from './rules.ts';

export interface Archive {
  readonly name: string;
  /** Absent = every event of the bus. */
  readonly pattern: string | null;
  readonly description: string | null;
  /** 0 = for ever. */
  readonly retentionDays: number;
  readonly createdAt: number;
}

export interface ArchivedEvent {
  readonly id: number;
  readonly event: string;
  readonly eventTime: number;
}

/** The place of an event in an archive: its time, and its number among those of the same time. */
export interface ArchiveCursor {
  readonly time: number;
  readonly id: number;
}

const DAY_MS = 86_400_000;
// AWS promises no exact moment either; a timer for each event would be idle work
const SWEEP_EVERY_MS = 3_600_000;
const COLUMNS = 'name, pattern, description, retention_days AS retentionDays, created_at AS createdAt';

/** The archives of the bus and the events in them. */
export class Archives {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #location: BusLocation;
  readonly #log: Log;
  #ready: readonly { readonly name: string; readonly matcher: EventMatcher | undefined }[] | undefined;

  constructor(store: Store, clock: Clock, location: BusLocation, log: Log) {
    this.#store = store;
    this.#clock = clock;
    this.#location = location;
    this.#log = log;
  }

  arn(name: string): string {
    return eventsArn(this.#location, 'archive', name);
  }

  /** Keeps the event in each archive whose pattern it matches. Inside the transaction that takes it from the outbox. */
  keep(text: string, event: ParsedEvent): void {
    this.#ready ??= this.list().map(({ name, pattern }) => ({
      name,
      matcher: pattern === null ? undefined : compilePattern(pattern),
    }));
    const columns = columnsOf(event);
    for (const { name, matcher } of this.#ready) {
      if (matcher !== undefined && !matcher.matches(event)) continue;
      const now = this.#clock.now();
      this.#store
        .prepare(
          `INSERT INTO archived_event
             (archive_name, event, event_time, detail_type, size_bytes, archived_at, archived_running, object_key)
           VALUES (?1, ?2, ?3, ?4, octet_length(?2), ?5, ?6, ?7)`,
        )
        .run(
          name,
          text,
          columns.eventTime ?? now,
          columns.detailType,
          now,
          this.#clock.runningMs(),
          columns.objectKey ?? null,
        );
    }
  }

  list(): readonly Archive[] {
    return this.#store
      .prepare(`SELECT ${COLUMNS} FROM event_archive ORDER BY name`)
      .all() as unknown as Archive[];
  }

  find(name: string): Archive | undefined {
    return this.#store.prepare(`SELECT ${COLUMNS} FROM event_archive WHERE name = ?`).get(name) as
      | Archive
      | undefined;
  }

  /** @throws AwsError `ResourceNotFoundException` */
  get(name: string): Archive {
    const archive = this.find(name);
    if (archive !== undefined) return archive;
    throw new AwsError('ResourceNotFoundException', `Archive ${name} does not exist.`);
  }

  /** How much an archive holds; right at once, where AWS lags by up to a day. */
  contents(name: string): { readonly eventCount: number; readonly sizeBytes: number } {
    return this.#store
      .prepare(
        `SELECT count(*) AS eventCount, coalesce(sum(size_bytes), 0) AS sizeBytes
         FROM archived_event WHERE archive_name = ?`,
      )
      .get(name) as { eventCount: number; sizeBytes: number };
  }

  /** How many events each archive holds, by its name. */
  counts(): Readonly<Record<string, number>> {
    const count = this.#store.prepare('SELECT count(*) AS n FROM archived_event WHERE archive_name = ?');
    return Object.fromEntries(this.list().map(({ name }) => [name, (count.get(name) as { n: number }).n]));
  }

  /** @throws AwsError `ResourceAlreadyExistsException`, `InvalidEventPatternException` */
  create({ name, pattern, description, retentionDays }: Omit<Archive, 'createdAt'>): Archive {
    if (pattern !== null) checkPattern(pattern);
    if (this.find(name) !== undefined) {
      throw new AwsError('ResourceAlreadyExistsException', `Archive ${name} already exists.`);
    }
    this.#store
      .prepare('INSERT INTO event_archive VALUES (?, ?, ?, ?, ?, 0)')
      .run(name, pattern, description, retentionDays, this.#clock.now());
    this.#ready = undefined;
    return this.get(name);
  }

  /** @throws AwsError `InvalidEventPatternException` */
  update({ name, pattern, description, retentionDays }: Omit<Archive, 'createdAt'>): void {
    if (pattern !== null) checkPattern(pattern);
    this.#store
      .prepare('UPDATE event_archive SET pattern = ?, description = ?, retention_days = ? WHERE name = ?')
      .run(pattern, description, retentionDays, name);
    this.#ready = undefined;
  }

  /** Deletes an archive and its events; a replay from it that is under way fails. The next start makes the template's again, empty. */
  delete(name: string): void {
    this.#store.transaction(() => {
      this.#store.prepare('DELETE FROM archived_event WHERE archive_name = ?').run(name);
      this.#store.prepare('DELETE FROM event_archive WHERE name = ?').run(name);
    });
    this.#ready = undefined;
  }

  /** Makes the template's archives as they are there. One that it names no more is removed with its events, as in AWS. */
  provision(plans: readonly ArchivePlan[]): void {
    this.#store.transaction(() => {
      const names = JSON.stringify(plans.map(({ name }) => name));
      const gone = 'name NOT IN (SELECT value FROM json_each(?)) AND from_template = 1';
      const removed = this.#store
        .prepare(`DELETE FROM event_archive WHERE ${gone} RETURNING name`)
        .all(names) as unknown as readonly { name: string }[];
      for (const { name } of removed) {
        const { changes } = this.#store
          .prepare('DELETE FROM archived_event WHERE archive_name = ?')
          .run(name);
        this.#tell('the template has an archive no more: its events are gone', name, Number(changes));
      }
      for (const { name, eventPattern, retentionDays } of plans) {
        if (eventPattern !== undefined) checkPattern(eventPattern);
        this.#store
          .prepare(
            `INSERT INTO event_archive VALUES (?, ?, NULL, ?, ?, 1) ON CONFLICT (name) DO UPDATE SET
               pattern = excluded.pattern, retention_days = excluded.retention_days, from_template = 1`,
          )
          .run(name, eventPattern ?? null, retentionDays, this.#clock.now());
      }
    });
    this.#ready = undefined;
  }

  /** Up to `limit` events behind the cursor whose time is not after `endMs`, in the order of their times. */
  eventsAfter(
    name: string,
    { time, id }: ArchiveCursor,
    endMs: number,
    limit: number,
  ): readonly ArchivedEvent[] {
    return this.#store
      .prepare(
        `SELECT id, event, event_time AS eventTime FROM archived_event
         WHERE archive_name = ? AND (event_time, id) > (?, ?) AND event_time <= ?
         ORDER BY event_time, id LIMIT ?`,
      )
      .all(name, time, id, endMs, limit) as unknown as ArchivedEvent[];
  }

  /** As eventsAfter, the other way: before the cursor, whose time is not before `startMs`, the newest first. */
  eventsBefore(
    name: string,
    { time, id }: ArchiveCursor,
    startMs: number,
    limit: number,
  ): readonly ArchivedEvent[] {
    return this.#store
      .prepare(
        `SELECT id, event, event_time AS eventTime FROM archived_event
         WHERE archive_name = ? AND (event_time, id) < (?, ?) AND event_time >= ?
         ORDER BY event_time DESC, id DESC LIMIT ?`,
      )
      .all(name, time, id, startMs, limit) as unknown as ArchivedEvent[];
  }

  /** Drops what is older than its archive's retention, in running time. @returns when to sweep again, in milliseconds since 1970 */
  sweep(): number | undefined {
    const runningMs = this.#clock.runningMs();
    let waitMs: number | undefined;
    for (const { name, retentionDays } of this.list()) {
      if (retentionDays === 0) continue;
      const retentionMs = retentionDays * DAY_MS;
      this.#store.transaction(() => {
        const { changes } = this.#store
          .prepare('DELETE FROM archived_event WHERE archive_name = ? AND archived_running <= ?')
          .run(name, runningMs - retentionMs);
        this.#tell(
          `archived events expired after ${retentionDays} days, and are gone`,
          name,
          Number(changes),
        );
      });
      const { oldest } = this.#store
        .prepare('SELECT min(archived_running) AS oldest FROM archived_event WHERE archive_name = ?')
        .get(name) as { oldest: number | null };
      // what is archived from now on cannot be too old before this moment
      const dueInMs = Math.max((oldest ?? runningMs) + retentionMs - runningMs, SWEEP_EVERY_MS);
      waitMs = Math.min(waitMs ?? dueInMs, dueInMs);
    }
    return waitMs === undefined ? undefined : this.#clock.now() + waitMs;
  }

  #tell(message: string, archive: string, count: number): void {
    if (count === 0) return;
    new Tally(this.#store).add('expired-archive-events', count);
    this.#store.afterCommit(() => this.#log(message, { archive, count }));
  }
}
