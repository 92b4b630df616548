import { randomBytes, randomUUID } from 'node:crypto';
import { AwsError } from '../protocols/aws-error.ts';
import type { Clock } from '../clock.ts';
import type { Store } from '../store.ts';
import type { Expiry } from './expiry.ts';
import type { MessageAttributes } from './message-attributes.ts';
import { GATHERED } from './polled-messages.ts';
import type { Queue, Queues } from './queues.ts';
import { parseHandle, receiptHandle } from './receipt-handle.ts';
import type { WakeUps } from './wake-ups.ts';

export interface NewMessage {
  readonly body: string;
  readonly attributes?: MessageAttributes;
  readonly traceHeader?: string | undefined;
  readonly delaySeconds?: number | undefined;
  /** The tenant that the message belongs to, in a fair queue. */
  readonly messageGroupId?: string | undefined;
}

export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly traceHeader: string | undefined;
  readonly messageGroupId: string | undefined;
  readonly sentAtMs: number;
  readonly firstReceivedAtMs: number;
  /** This time included. */
  readonly receiveCount: number;
  /** ARN of the queue that gave the message up. */
  readonly deadLetterSource: string | undefined;
}

interface MessageRow {
  readonly id: number;
  readonly message_id: string;
  readonly body: string;
  readonly attributes: string | null;
  readonly trace_header: string | null;
  readonly message_group_id: string | null;
  readonly sent_at: number;
  readonly receive_count: number;
  readonly first_received_at: number | null;
  readonly dead_letter_source: string | null;
}

export interface ReceiveOptions {
  readonly visibilityTimeoutSeconds?: number | undefined;
  /** Taken for a function, which gets it later: the receive counts from then. */
  readonly isGathering?: boolean;
}

const SECOND_MS = 1_000;
/** As many as SQS hands out. */
const MOST_AT_A_TIME = 10;

/** By how many: a limit that is bound makes SQLite plan the statement anew at each call, which takes ten times as long as the look itself. */
const VISIBLE = Array.from(
  { length: MOST_AT_A_TIME + 1 },
  (_, limit) =>
    `SELECT id, message_id, body, attributes, trace_header, message_group_id, sent_at, receive_count, first_received_at,
       dead_letter_source
     FROM sqs_message WHERE queue = ? AND visible_at <= ? AND sent_running > ? ORDER BY visible_at, id LIMIT ${limit}`,
);

/** The messages of all queues, over the store. Every change joins the transaction under way, or is one by itself. */
export class Messages {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #queues: Queues;
  readonly #wakeUps: WakeUps;
  readonly #expiry: Expiry;
  readonly #onDeleted: ((queueName: string) => void) | undefined;

  /** @param onDeleted called in the transaction that deletes a message, when somebody has done with it */
  constructor(
    store: Store,
    clock: Clock,
    queues: Queues,
    wakeUps: WakeUps,
    expiry: Expiry,
    onDeleted?: (queueName: string) => void,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#queues = queues;
    this.#wakeUps = wakeUps;
    this.#expiry = expiry;
    this.#onDeleted = onDeleted;
  }

  /** @returns the message's id */
  send(
    queue: Queue,
    { body, attributes = {}, traceHeader, delaySeconds, messageGroupId }: NewMessage,
  ): string {
    const nowMs = this.#clock.now();
    const messageId = randomUUID();
    const visibleAtMs = nowMs + (delaySeconds ?? queue.settings.delaySeconds) * SECOND_MS;
    this.#store
      .prepare(
        `INSERT INTO sqs_message (queue, message_id, body, attributes, trace_header, message_group_id, sent_at, sent_running, visible_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        queue.name,
        messageId,
        body,
        attributesText(attributes),
        traceHeader ?? null,
        messageGroupId ?? null,
        nowMs,
        this.#clock.runningMs(),
        visibleAtMs,
      );
    this.#wakeUps.visibleAt(queue.name, visibleAtMs);
    return messageId;
  }

  /** Takes up to `most` visible messages in flight, oldest first. Those that have used up their receives go to the dead-letter queue instead. */
  receive(
    queue: Queue,
    most: number,
    { visibilityTimeoutSeconds, isGathering = false }: ReceiveOptions = {},
  ): ReceivedMessage[] {
    const nowMs = this.#clock.now();
    const visibleAgainMs =
      nowMs + (visibilityTimeoutSeconds ?? queue.settings.visibilityTimeoutSeconds) * SECOND_MS;
    return this.#store.transaction(() => {
      this.#expiry.expire(queue);
      const received: ReceivedMessage[] = [];
      while (received.length < most) {
        const rows = this.#visible(queue, nowMs, most - received.length);
        if (rows.length === 0) break;
        for (const row of rows) {
          if (this.#isExhausted(queue, row)) this.#moveToDeadLetters(queue, row);
          else received.push(this.#take(row, nowMs, visibleAgainMs, isGathering));
        }
        // with a timeout of nothing the same messages would be taken again
        if (visibleAgainMs <= nowMs) break;
      }
      if (received.length > 0) this.#wakeUps.visibleAt(queue.name, visibleAgainMs);
      return received;
    });
  }

  /** A handle deletes its message as long as nobody has received it since. @returns whether it did */
  delete(queue: Queue, handle: string): boolean {
    const { id, receipt } = parseHandle(handle);
    const { changes } = this.#store
      .prepare('DELETE FROM sqs_message WHERE id = ? AND queue = ? AND receipt = ?')
      .run(id, queue.name, receipt);
    if (changes === 1) this.#onDeleted?.(queue.name);
    return changes === 1;
  }

  /** @throws AwsError `MessageNotInflight`, `ReceiptHandleIsInvalid` */
  changeVisibility(queue: Queue, handle: string, timeoutSeconds: number): void {
    const { id, receipt } = parseHandle(handle);
    const nowMs = this.#clock.now();
    const visibleAtMs = nowMs + timeoutSeconds * SECOND_MS;
    const { changes } = this.#store
      .prepare(
        'UPDATE sqs_message SET visible_at = ? WHERE id = ? AND queue = ? AND receipt = ? AND visible_at > ?',
      )
      .run(visibleAtMs, id, queue.name, receipt, nowMs);
    if (changes === 0) throw new AwsError('MessageNotInflight', 'The specified message is not in flight.');
    this.#wakeUps.visibleAt(queue.name, visibleAtMs);
  }

  purge(queue: Queue): void {
    this.#store.prepare('DELETE FROM sqs_message WHERE queue = ?').run(queue.name);
  }

  #visible(queue: Queue, nowMs: number, most: number): MessageRow[] {
    const limit = Math.min(most, MOST_AT_A_TIME);
    return this.#store
      .prepare(VISIBLE[limit]!)
      .all(queue.name, nowMs, this.#expiry.cutoffMs(queue)) as unknown as MessageRow[];
  }

  #take(row: MessageRow, nowMs: number, visibleAgainMs: number, isGathering: boolean): ReceivedMessage {
    const receipt = randomBytes(12).toString('base64url');
    this.#store
      .prepare(
        `UPDATE sqs_message SET visible_at = ?, receipt = ?, receiver = ?, receive_count = ?, first_received_at = ?
         WHERE id = ?`,
      )
      .run(
        visibleAgainMs,
        receipt,
        isGathering ? GATHERED : null,
        isGathering ? row.receive_count : row.receive_count + 1,
        isGathering ? row.first_received_at : (row.first_received_at ?? nowMs),
        row.id,
      );
    return {
      messageId: row.message_id,
      receiptHandle: receiptHandle({ id: row.id, receipt }),
      body: row.body,
      attributes: row.attributes === null ? {} : (JSON.parse(row.attributes) as MessageAttributes),
      traceHeader: row.trace_header ?? undefined,
      messageGroupId: row.message_group_id ?? undefined,
      sentAtMs: row.sent_at,
      firstReceivedAtMs: row.first_received_at ?? nowMs,
      receiveCount: row.receive_count + 1,
      deadLetterSource: row.dead_letter_source ?? undefined,
    };
  }

  #isExhausted({ settings }: Queue, { receive_count: receives }: MessageRow): boolean {
    return settings.redrive !== undefined && receives >= settings.redrive.maxReceiveCount;
  }

  /** The message keeps its id and the time it was first sent: its retention counts from there. */
  #moveToDeadLetters(queue: Queue, row: MessageRow): void {
    const target = this.#queues.withArn(queue.settings.redrive?.deadLetterTargetArn ?? '');
    // AWS keeps a message whose dead-letter queue is gone where it is, invisible for another round
    if (target === undefined) {
      const laterMs = this.#clock.now() + Math.max(1, queue.settings.visibilityTimeoutSeconds) * SECOND_MS;
      this.#store.prepare('UPDATE sqs_message SET visible_at = ? WHERE id = ?').run(laterMs, row.id);
      this.#wakeUps.visibleAt(queue.name, laterMs);
      return;
    }
    this.#store
      .prepare(
        'UPDATE sqs_message SET queue = ?, visible_at = 0, receiver = NULL, receipt = NULL, dead_letter_source = ? WHERE id = ?',
      )
      .run(target.name, queue.arn, row.id);
    this.#wakeUps.visibleAt(target.name, 0);
  }
}

const attributesText = (attributes: MessageAttributes): string | null =>
  Object.keys(attributes).length === 0 ? null : JSON.stringify(attributes);
