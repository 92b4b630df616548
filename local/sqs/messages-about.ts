import type { MessageAbout } from '../../shared/control-api.ts';
import { parseObjectEventText } from '../../shared/object-event/object-event-parser.ts';
import type { Sqs } from './sqs.ts';

/**
 * The messages about an object in all queues, dead-letter queues included: what SQS itself lets nobody ask. Bodies are
 * parsed only where the key could be in them: as JSON writes it, escaped otherwise, or form-encoded in a notification.
 */
export function messagesAbout({ store, clock }: Sqs, bucket: string, key: string): MessageAbout[] {
  const nowMs = clock.now();
  const rows = store
    .prepare(
      `SELECT queue, message_id, body, sent_at, visible_at, receive_count, receipt FROM sqs_message
       WHERE instr(body, ?) > 0 OR instr(body, '\\u') > 0 OR instr(body, '"Records"') > 0 ORDER BY id`,
    )
    .iterate(JSON.stringify(key).slice(1, -1)) as Iterable<MessageRow>;
  const found: MessageAbout[] = [];
  for (const { queue, message_id, body, sent_at, visible_at, receive_count, receipt } of rows) {
    if (!isAbout(body, bucket, key)) continue;
    found.push({
      queueName: queue,
      messageId: message_id,
      receiveCount: receive_count,
      sentAt: new Date(sent_at).toISOString(),
      visibleAt: new Date(Math.max(sent_at, visible_at)).toISOString(),
      inFlight: visible_at > nowMs && receipt !== null,
    });
  }
  return found;
}

interface MessageRow {
  readonly queue: string;
  readonly message_id: string;
  readonly body: string;
  readonly sent_at: number;
  readonly visible_at: number;
  readonly receive_count: number;
  readonly receipt: string | null;
}

function isAbout(body: string, bucket: string, key: string): boolean {
  try {
    return parseObjectEventText(body).some((event) => event.bucket === bucket && event.key === key);
  } catch {
    return false;
  }
}
