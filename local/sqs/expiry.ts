import type { LetterAttributes } from '../../shared/letter-attributes.ts';
import type { Clock } from '../clock.ts';
import { log } from '../log.ts';
import type { Store } from '../store.ts';
import { Tally } from '../storage/tally.ts';
import type { MessageAttributes } from './message-attributes.ts';
import type { Queue, Queues } from './queues.ts';
import type { WakeUps } from './wake-ups.ts';

const SECOND_MS = 1_000;
// AWS promises no exact moment either
const SWEEP_AT_MOST_EVERY_MS = 60_000;
const PORTION = 1_000;
const NAMED = 10;

interface ExpiredRow {
  readonly id: number;
  readonly message_id: string;
  readonly attributes: string | null;
}

/**
 * What a queue's retention does, counted in running time. In AWS a message that is too old is gone without a word. There a
 * consumer never stands still for four days; here it becomes a letter in the queue's dead-letter queue, with the reason
 * `expired`. Only a letter is dropped, with a line. A message in flight is left until it is visible again.
 */
export class Expiry {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #queues: Queues;
  readonly #wakeUps: WakeUps;
  readonly #tally: Tally;

  constructor(store: Store, clock: Clock, queues: Queues, wakeUps: WakeUps) {
    this.#store = store;
    this.#clock = clock;
    this.#queues = queues;
    this.#wakeUps = wakeUps;
    this.#tally = new Tally(store);
  }

  /** What was sent to the queue up to then, in running time, is too old. */
  cutoffMs({ settings }: Queue): number {
    return this.#clock.runningMs() - settings.messageRetentionSeconds * SECOND_MS;
  }

  /** Ends a portion of what is too old in the queue. @returns whether there may be more */
  expire(queue: Queue): boolean {
    return this.#store.transaction(() => {
      const rows = this.#expired(queue);
      if (rows.length === 0) return false;
      const letterbox = this.#queues.withArn(queue.settings.redrive?.deadLetterTargetArn ?? '');
      if (letterbox === undefined) this.#drop(queue, rows);
      else this.#makeLetters(queue, letterbox, rows);
      return rows.length === PORTION;
    });
  }

  /** Ends what is too old in every queue, a portion at a time. @returns when to look again, in milliseconds since 1970 */
  sweep(): number | undefined {
    const waits = this.#queues.all().map((queue) => {
      if (this.expire(queue)) return 0;
      const { oldest } = this.#store
        .prepare('SELECT min(sent_running) AS oldest FROM sqs_message WHERE queue = ?')
        .get(queue.name) as { oldest: number | null };
      // what is sent from now on cannot be too old before this
      return oldest === null
        ? queue.settings.messageRetentionSeconds * SECOND_MS
        : Math.max(oldest - this.cutoffMs(queue), SWEEP_AT_MOST_EVERY_MS);
    });
    return waits.length === 0 ? undefined : this.#clock.now() + Math.min(...waits);
  }

  #expired(queue: Queue): readonly ExpiredRow[] {
    return this.#store
      .prepare(
        `SELECT id, message_id, attributes FROM sqs_message
         WHERE queue = ? AND sent_running <= ? AND (visible_at <= ? OR receipt IS NULL) ORDER BY sent_running LIMIT ${PORTION}`,
      )
      .all(queue.name, this.cutoffMs(queue), this.#clock.now()) as unknown as readonly ExpiredRow[];
  }

  /** As a letter of the function, it is a new message whose retention begins now: there must be time to see it. */
  #makeLetters(queue: Queue, letterbox: Queue, rows: readonly ExpiredRow[]): void {
    const nowMs = this.#clock.now();
    const runningMs = this.#clock.runningMs();
    const update = this.#store.prepare(
      `UPDATE sqs_message SET queue = ?, attributes = ?, sent_at = ?, sent_running = ?, visible_at = 0, receive_count = 0,
         first_received_at = NULL, receipt = NULL, receiver = NULL, dead_letter_source = ? WHERE id = ?`,
    );
    for (const row of rows) {
      update.run(letterbox.name, letterAttributes(queue, row), nowMs, runningMs, queue.arn, row.id);
    }
    this.#wakeUps.visibleAt(letterbox.name, 0);
    this.#tell('messages expired, and are letters now', 'expired-messages', queue, rows, {
      dead_letter_queue: letterbox.name,
    });
  }

  #drop(queue: Queue, rows: readonly ExpiredRow[]): void {
    const remove = this.#store.prepare('DELETE FROM sqs_message WHERE id = ?');
    for (const { id } of rows) remove.run(id);
    this.#tell('letters expired, and are gone', 'expired-letters', queue, rows);
  }

  #tell(
    message: string,
    name: 'expired-letters' | 'expired-messages',
    { name: queue, settings }: Queue,
    rows: readonly ExpiredRow[],
    more: Readonly<Record<string, string>> = {},
  ): void {
    this.#tally.add(name, rows.length);
    const ids = rows.slice(0, NAMED).map(({ message_id }) => message_id);
    const retention_seconds = settings.messageRetentionSeconds;
    this.#store.afterCommit(() =>
      log(message, { queue, ...more, count: rows.length, retention_seconds, message_ids: ids }),
    );
  }
}

const text = (StringValue: string) => ({ DataType: 'String', StringValue });

function letterAttributes({ name, settings }: Queue, { message_id, attributes }: ExpiredRow): string {
  const days = Number((settings.messageRetentionSeconds / 86_400).toFixed(2));
  const own: LetterAttributes<MessageAttributes[string]> = {
    Reason: text('expired'),
    ErrorName: text('Expired'),
    ErrorMessage: text(`not processed within the ${days} days of running time that ${name} keeps a message`),
    OriginalMessageId: text(message_id),
  };
  return JSON.stringify({
    ...(attributes === null ? {} : (JSON.parse(attributes) as MessageAttributes)),
    ...own,
  });
}
