import { randomBytes, randomUUID } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import type { Clock } from '../clock.ts';
import type { Store } from '../store.ts';
import type { MessageAttributes } from './message-attributes.ts';
import type { Queue, Queues } from './queues.ts';
import type { WakeUps } from './wake-ups.ts';

export interface NewMessage {
  readonly body: string;
  readonly attributes?: MessageAttributes;
  readonly traceHeader?: string | undefined;
  readonly delaySeconds?: number | undefined;
}

export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly traceHeader: string | undefined;
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
  readonly sent_at: number;
  readonly receive_count: number;
  readonly first_received_at: number | null;
  readonly dead_letter_source: string | null;
}

export interface ReceiveOptions {
  readonly visibilityTimeoutSeconds?: number | undefined;
  /** Who polls inside this process: `releaseReceived` takes back what one that died has left in flight. */
  readonly receiver?: string;
}

const SECOND_MS = 1_000;

/** The messages of all queues, over the store. Every change joins the transaction under way, or is one by itself. */
export class Messages {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #queues: Queues;
  readonly #wakeUps: WakeUps;

  constructor(store: Store, clock: Clock, queues: Queues, wakeUps: WakeUps) {
    this.#store = store;
    this.#clock = clock;
    this.#queues = queues;
    this.#wakeUps = wakeUps;
  }

  /** @returns the message's id */
  send(queue: Queue, { body, attributes = {}, traceHeader, delaySeconds }: NewMessage): string {
    const nowMs = this.#clock.now();
    const messageId = randomUUID();
    const visibleAtMs = nowMs + (delaySeconds ?? queue.settings.delaySeconds) * SECOND_MS;
    this.#store
      .prepare(
        `INSERT INTO sqs_message (queue, message_id, body, attributes, trace_header, sent_at, visible_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(queue.name, messageId, body, attributesText(attributes), traceHeader ?? null, nowMs, visibleAtMs);
    this.#wakeUps.visibleAt(queue.name, visibleAtMs);
    return messageId;
  }

  /** Takes up to `most` visible messages in flight, oldest first. Those that have used up their receives go to the dead-letter queue instead. */
  receive(
    queue: Queue,
    most: number,
    { visibilityTimeoutSeconds, receiver }: ReceiveOptions = {},
  ): ReceivedMessage[] {
    const nowMs = this.#clock.now();
    const visibleAgainMs =
      nowMs + (visibilityTimeoutSeconds ?? queue.settings.visibilityTimeoutSeconds) * SECOND_MS;
    return this.#store.transaction(() => {
      this.#dropExpired(queue, nowMs);
      const received: ReceivedMessage[] = [];
      while (received.length < most) {
        const rows = this.#visible(queue, nowMs, most - received.length);
        if (rows.length === 0) break;
        for (const row of rows) {
          if (this.#isExhausted(queue, row)) this.#moveToDeadLetters(queue, row);
          else received.push(this.#take(row, nowMs, visibleAgainMs, receiver));
        }
        // with a timeout of nothing the same messages would be taken again
        if (visibleAgainMs <= nowMs) break;
      }
      if (received.length > 0) this.#wakeUps.visibleAt(queue.name, visibleAgainMs);
      return received;
    });
  }

  /** A handle deletes its message as long as nobody has received it since. @returns whether it did */
  delete(queue: Queue, receiptHandle: string): boolean {
    const { id, receipt } = parseHandle(receiptHandle);
    const { changes } = this.#store
      .prepare('DELETE FROM sqs_message WHERE id = ? AND queue = ? AND receipt = ?')
      .run(id, queue.name, receipt);
    return changes === 1;
  }

  /** @throws AwsError `MessageNotInflight`, `ReceiptHandleIsInvalid` */
  changeVisibility(queue: Queue, receiptHandle: string, timeoutSeconds: number): void {
    const { id, receipt } = parseHandle(receiptHandle);
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

  /** Makes visible what pollers inside this process had in flight: at start, when they are no more. */
  releaseReceived(): void {
    this.#store
      .prepare('UPDATE sqs_message SET visible_at = 0, receiver = NULL WHERE receiver IS NOT NULL')
      .run();
  }

  #visible(queue: Queue, nowMs: number, most: number): MessageRow[] {
    return this.#store
      .prepare(
        `SELECT id, message_id, body, attributes, trace_header, sent_at, receive_count, first_received_at, dead_letter_source
         FROM sqs_message WHERE queue = ? AND visible_at <= ? ORDER BY visible_at, id LIMIT ?`,
      )
      .all(queue.name, nowMs, most) as unknown as MessageRow[];
  }

  #take(
    row: MessageRow,
    nowMs: number,
    visibleAgainMs: number,
    receiver: string | undefined,
  ): ReceivedMessage {
    const receipt = randomBytes(12).toString('base64url');
    this.#store
      .prepare(
        `UPDATE sqs_message SET visible_at = ?, receive_count = receive_count + 1, receipt = ?, receiver = ?,
           first_received_at = coalesce(first_received_at, ?) WHERE id = ?`,
      )
      .run(visibleAgainMs, receipt, receiver ?? null, nowMs, row.id);
    return {
      messageId: row.message_id,
      receiptHandle: Buffer.from(`${row.id}:${receipt}`).toString('base64'),
      body: row.body,
      attributes: row.attributes === null ? {} : (JSON.parse(row.attributes) as MessageAttributes),
      traceHeader: row.trace_header ?? undefined,
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

  #dropExpired({ name, settings }: Queue, nowMs: number): void {
    this.#store
      .prepare('DELETE FROM sqs_message WHERE queue = ? AND sent_at <= ?')
      .run(name, nowMs - settings.messageRetentionSeconds * SECOND_MS);
  }
}

const attributesText = (attributes: MessageAttributes): string | null =>
  Object.keys(attributes).length === 0 ? null : JSON.stringify(attributes);

function parseHandle(receiptHandle: string): { id: number; receipt: string } {
  const [, id, receipt] =
    /^(\d{1,15}):([\w-]{16})$/.exec(Buffer.from(receiptHandle, 'base64').toString('latin1')) ?? [];
  if (id === undefined || receipt === undefined) {
    throw new AwsError(
      'ReceiptHandleIsInvalid',
      `The input receipt handle ${JSON.stringify(receiptHandle)} is invalid.`,
    );
  }
  return { id: Number(id), receipt };
}
