import type { FailedTry, ObjectAttempt, TryOutcome } from '../../shared/control-api.ts';
import type { DoneVersion } from '../../shared/control-objects.ts';
import { parseObjectEventText } from '../../shared/object-event/object-event-parser.ts';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import { log } from '../log.ts';
import type { Store } from '../store.ts';
import { Tally } from '../storage/tally.ts';

/** One message in one invocation, and how it ended as the queue sees it. */
export interface TriedMessage {
  readonly functionName: string;
  readonly queueArn: string;
  readonly messageId: string;
  readonly body: string;
  /** This time included. */
  readonly receiveCount: number;
  /** When it was sent to the queue; absent where the queue does not say. */
  readonly sentAtMs?: number;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly outcome: TryOutcome;
  /** What a function that failed as a whole said: `Sandbox.Timedout: …`. */
  readonly error?: string;
}

const KEPT = 200_000;

/**
 * The runtime's own record of what was tried: what AWS keeps nowhere but in logs. The newest 200,000 are kept. It is
 * written with what it tells of, the deletion of the messages.
 */
export class Attempts {
  readonly #store: Store;
  readonly #kept: number;
  readonly #failed = new Map<string, number>();
  #sinceTrim = 0;

  constructor(store: Store, kept = KEPT) {
    this.#store = store;
    this.#kept = kept;
  }

  /** A message about several objects is an attempt on each; one that cannot be read is on none. */
  add(messages: readonly TriedMessage[]): void {
    const insert = this.#store.prepare(
      `INSERT INTO lambda_attempt (function_name, queue_arn, message_id, receive_count, started_at, duration_ms, outcome,
         error, bucket, object_key, version_id, sequencer, event_name, event_time, replay_name, sent_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    for (const message of messages) {
      const { functionName, queueArn, messageId, receiveCount, startedAtMs, durationMs, outcome, error } =
        message;
      if (outcome !== 'succeeded') this.#failed.set(functionName, this.failed(functionName) + 1);
      for (const event of eventsIn(message.body)) {
        insert.run(
          functionName,
          queueArn,
          messageId,
          receiveCount,
          startedAtMs,
          Math.round(durationMs),
          outcome,
          error ?? null,
          event?.bucket ?? null,
          event?.key ?? null,
          event?.versionId ?? null,
          (event?.origin === 'backfill' ? undefined : event?.sequencer) ?? null,
          event?.eventName ?? null,
          event?.eventTime ?? null,
          (event?.origin === 'backfill' ? undefined : event?.replayName) ?? null,
          message.sentAtMs ?? null,
        );
      }
    }
    this.#sinceTrim += messages.length;
    // once in a while, so that no invocation pays for it
    if (this.#sinceTrim > this.#kept / 50) this.#trim();
  }

  /** The newest thousand attempts on one object, oldest first. */
  of(bucket: string, key: string): ObjectAttempt[] {
    const rows = this.#store
      .prepare('SELECT * FROM lambda_attempt WHERE bucket = ? AND object_key = ? ORDER BY id DESC LIMIT 1000')
      .all(bucket, key) as unknown as AttemptRow[];
    return rows.toReversed().map((row) => ({
      functionName: row.function_name,
      queueName: row.queue_arn.slice(row.queue_arn.lastIndexOf(':') + 1),
      messageId: row.message_id,
      attempt: row.receive_count,
      ...(row.sent_at !== null && { sentAt: new Date(row.sent_at).toISOString() }),
      startedAt: new Date(row.started_at).toISOString(),
      durationMs: row.duration_ms,
      outcome: row.outcome,
      ...(row.error !== null && { error: row.error }),
      ...(row.version_id !== null && { versionId: row.version_id }),
      ...(row.sequencer !== null && { sequencer: row.sequencer }),
      ...(row.event_name !== null && { eventName: row.event_name }),
      ...(row.event_time !== null && { eventTime: row.event_time }),
      ...(row.replay_name !== null && { replayName: row.replay_name }),
    }));
  }

  /** The versions of an object that functions have dealt with, of each function the newest events first, among its last 200 attempts. */
  doneWith(bucket: string, key: string): readonly DoneVersion[] {
    const rows = this.#store
      .prepare(
        `SELECT DISTINCT function_name, version_id, event_time FROM (
           SELECT function_name, version_id, event_time, outcome FROM lambda_attempt
           WHERE bucket = ? AND object_key = ? ORDER BY id DESC LIMIT 200)
         WHERE outcome = 'succeeded'`,
      )
      .all(bucket, key) as unknown as Pick<AttemptRow, 'function_name' | 'version_id' | 'event_time'>[];
    return rows.map(({ function_name, version_id, event_time }) => ({
      key,
      functionName: function_name,
      ...(version_id !== null && { versionId: version_id }),
      ...(event_time !== null && { eventTime: event_time }),
    }));
  }

  /** How often a message of the function was tried in vain, since the start. */
  failed(functionName: string): number {
    return this.#failed.get(functionName) ?? 0;
  }

  lastFailure(functionName: string): FailedTry | undefined {
    const row = this.#store
      .prepare(
        `SELECT started_at, error FROM lambda_attempt WHERE function_name = ? AND outcome <> 'succeeded'
         ORDER BY id DESC LIMIT 1`,
      )
      .get(functionName) as Pick<AttemptRow, 'started_at' | 'error'> | undefined;
    if (row === undefined) return undefined;
    return { at: new Date(row.started_at).toISOString(), ...(row.error !== null && { error: row.error }) };
  }

  /** Messages of the queue that were tried in vain before. */
  retrying(queueArn: string): number {
    const { retrying } = this.#store
      .prepare(
        `SELECT count(*) AS retrying FROM sqs_message WHERE queue = ? AND receive_count > 0 AND EXISTS (
           SELECT 1 FROM lambda_attempt WHERE message_id = sqs_message.message_id AND outcome <> 'succeeded')`,
      )
      .get(queueArn.slice(queueArn.lastIndexOf(':') + 1)) as { retrying: number };
    return retrying;
  }

  #trim(): void {
    this.#sinceTrim = 0;
    const { changes } = this.#store
      .prepare('DELETE FROM lambda_attempt WHERE id <= (SELECT max(id) FROM lambda_attempt) - ?')
      .run(this.#kept);
    if (changes === 0) return;
    new Tally(this.#store).add('dropped-attempts', Number(changes));
    this.#store.afterCommit(() =>
      log('the oldest records of attempts are gone', { count: changes, kept: this.#kept }),
    );
  }
}

interface AttemptRow {
  readonly function_name: string;
  readonly queue_arn: string;
  readonly message_id: string;
  readonly receive_count: number;
  readonly started_at: number;
  readonly duration_ms: number;
  readonly outcome: TryOutcome;
  readonly error: string | null;
  readonly version_id: string | null;
  readonly sequencer: string | null;
  readonly event_name: string | null;
  readonly event_time: string | null;
  readonly replay_name: string | null;
  readonly sent_at: number | null;
}

function eventsIn(body: string): readonly (ObjectEvent | undefined)[] {
  try {
    const events = parseObjectEventText(body);
    return events.length > 0 ? events : [undefined];
  } catch {
    return [undefined];
  }
}
