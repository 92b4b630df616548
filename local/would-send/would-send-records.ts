import type { WouldSend, WouldSendPage } from '../../shared/control-api.ts';
import { parseObjectEventText } from '../../shared/object-event/object-event-parser.ts';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import type { Clock } from '../clock.ts';
import { log } from '../log.ts';
import { AwsError } from '../protocols/aws-error.ts';
import { Pump } from '../pump.ts';
import { Tally } from '../storage/tally.ts';
import type { Store } from '../store.ts';
import { objectAbout } from './object-about.ts';

/** What was sent, by whom, to what does not run here. */
export interface Sent {
  /** The rule's or the function's name. */
  readonly by: string;
  /** ARN of where it would have gone. */
  readonly to: string;
  /** As a rule JSON; any other text is kept as a text. */
  readonly event: string;
  /** The name of the state machine's execution that it starts. */
  readonly executionName?: string;
}

/** Which page of what would have been sent. */
export interface WouldSendSearch {
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  /** `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** An execution as it was asked for. */
export interface StartedExecution {
  readonly startedAtMs: number;
  readonly input: string;
}

/** What a rule or a function sent about an object. */
export interface SentAbout {
  readonly by: string;
  readonly events: readonly ObjectEvent[] | undefined;
}

interface WouldSendRow {
  readonly id: number;
  readonly sent_at: number;
  readonly sender: string;
  readonly target_arn: string;
  readonly event: string;
  readonly object_key: string | null;
}

/** In running time. */
const KEPT_MS = 30 * 86_400_000;
const KEPT_BYTES = 64 * 1024 * 1024;
const SWEEP_EVERY_MS = 3_600_000;
// one page is in memory at once
const LARGEST_PAGE_BYTES = 8 * 1024 * 1024;

/** What would have left this machine, were it AWS: kept whole, for 30 days of running time and up to 64 MB. */
export class WouldSendRecords {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #keptBytes: number;
  readonly #sweeping: Pump;
  readonly #told = new Set<string>();

  constructor(store: Store, clock: Clock, keptBytes = KEPT_BYTES) {
    this.#store = store;
    this.#clock = clock;
    this.#keptBytes = keptBytes;
    this.#sweeping = new Pump(
      clock,
      () => this.#sweep(),
      (error) => log('records of what would have been sent cannot be swept', { error }),
    );
  }

  start(): void {
    this.#sweeping.start();
  }

  stop(): void {
    this.#sweeping.stop();
  }

  /** Keeps one, and answers when it was sent. Joins the transaction under way, so that an event is not taken from the bus without it. */
  add({ by, to, event, executionName }: Sent): number {
    const about = objectAbout(event);
    const sentAtMs = this.#clock.now();
    this.#store.transaction(() => {
      const { first, last } = this.#store
        .prepare(
          'SELECT coalesce(min(end_byte), 0) AS first, coalesce(max(end_byte), 0) AS last FROM would_send',
        )
        .get() as { first: number; last: number };
      const endByte = last + Buffer.byteLength(event);
      this.#store
        .prepare(
          `INSERT INTO would_send (sent_at, sent_running, sender, target_arn, event, bucket, object_key, execution_name, end_byte)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          sentAtMs,
          this.#clock.runningMs(),
          by,
          to,
          event,
          about?.bucket ?? null,
          about?.key ?? null,
          executionName ?? null,
          endByte,
        );
      // an eighth at once, so that there is not a line for each event
      if (endByte - first > this.#keptBytes) this.#drop('end_byte <= ?', endByte - this.#keptBytes * 0.875);
    });
    this.#store.afterCommit(() => this.#tellOnce(by, to));
    return sentAtMs;
  }

  /** The execution of that name, if it was started. */
  execution(stateMachineArn: string, name: string): StartedExecution | undefined {
    return this.#store
      .prepare(
        'SELECT sent_at AS startedAtMs, event AS input FROM would_send WHERE target_arn = ? AND execution_name = ?',
      )
      .get(stateMachineArn, name) as StartedExecution | undefined;
  }

  /** Newest first. @throws AwsError `ValidationException` for a cursor that is none */
  page({ bucket, key, after, limit }: WouldSendSearch): WouldSendPage {
    if (after !== undefined && !/^\d{1,15}$/.test(after)) {
      throw new AwsError('ValidationException', `after ${JSON.stringify(after)} is no cursor of a page`);
    }
    const filters = [
      ...(bucket === undefined ? [] : [['bucket = ?', bucket] as const]),
      ...(key === undefined ? [] : [['object_key = ?', key] as const]),
    ];
    const rows = this.#store
      .prepare(
        `SELECT id, sent_at, sender, target_arn, event, object_key FROM would_send
         WHERE id < ?${filters.map(([condition]) => ` AND ${condition}`).join('')} ORDER BY id DESC LIMIT ?`,
      )
      .iterate(
        after === undefined ? Number.MAX_SAFE_INTEGER : Number(after),
        ...filters.map(([, value]) => value),
        limit + 1,
      ) as unknown as Iterable<WouldSendRow>;
    const events: WouldSend[] = [];
    let last: number | undefined;
    let bytes = 0;
    for (const row of rows) {
      if (last !== undefined && (events.length === limit || bytes >= LARGEST_PAGE_BYTES)) {
        return { events, next: String(last) };
      }
      events.push(asWouldSend(row));
      last = row.id;
      bytes += row.event.length;
    }
    return { events };
  }

  /** What was sent about an object, newest first, a hundred at most: by whom, and the events; none of a text that is no event. */
  about(bucket: string, key: string): readonly SentAbout[] {
    const rows = this.#store
      .prepare(
        'SELECT sender, event FROM would_send WHERE bucket = ? AND object_key = ? ORDER BY id DESC LIMIT 100',
      )
      .all(bucket, key) as unknown as Pick<WouldSendRow, 'sender' | 'event'>[];
    return rows.map(({ sender, event }) => ({ by: sender, events: eventsIn(event) }));
  }

  #sweep(): number {
    this.#store.transaction(() => this.#drop('sent_running <= ?', this.#clock.runningMs() - KEPT_MS));
    return this.#clock.now() + SWEEP_EVERY_MS;
  }

  #drop(condition: string, value: number): void {
    const { changes } = this.#store.prepare(`DELETE FROM would_send WHERE ${condition}`).run(value);
    if (changes === 0) return;
    new Tally(this.#store).add('expired-would-send', Number(changes));
    this.#store.afterCommit(() =>
      log('records of what would have been sent are gone, the oldest first', { count: changes }),
    );
  }

  /** Once per target and start: thousands of events go the same way. */
  #tellOnce(by: string, to: string): void {
    if (this.#told.has(to)) return;
    // a function may make up a target for each event
    if (this.#told.size >= 1_000) this.#told.clear();
    this.#told.add(to);
    log('this does not run here: what would be sent there is listed under GET /_sluice/would-send', {
      target: to,
      by,
    });
  }
}

function asWouldSend({ sent_at, sender, target_arn, event, object_key }: WouldSendRow): WouldSend {
  return {
    at: new Date(sent_at).toISOString(),
    by: sender,
    to: target_arn,
    ...(object_key !== null && { key: object_key }),
    event: parsed(event),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function eventsIn(text: string): readonly ObjectEvent[] | undefined {
  try {
    return parseObjectEventText(text);
  } catch {
    // a rule can send any text
    return undefined;
  }
}
