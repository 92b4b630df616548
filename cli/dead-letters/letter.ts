import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { LetterAttributes } from '../../shared/letter-attributes.ts';
import { parseObjectEventText } from '../../shared/object-event/object-event-parser.ts';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import type { Consumer } from '../pipeline/consumer.ts';

/** A dead-letter queue: `queue` holds what the function could not process, `rule` what EventBridge could not deliver. */
export interface LetterSource {
  readonly consumer: Consumer;
  readonly kind: 'queue' | 'rule';
  readonly queueUrl: string;
}

/** A message in a dead-letter queue. */
export interface Letter {
  readonly consumer: string;
  readonly kind: 'queue' | 'rule';
  readonly messageId: string;
  /**
   * Why it was given up. A letter of kind `queue` says `malformed-event`, `unsupported-event`, `retries-exhausted`,
   * `function-failed` when the function died on it and SQS moved it, `received-too-often` when whoever else drains the queue
   * did not delete it, or `expired` when it waited too long in the local runtime; a letter of kind `rule` says what EventBridge does: `NO_PERMISSIONS`.
   */
  readonly reason: string;
  readonly errorName?: string;
  readonly errorMessage?: string;
  /** When the event was first enqueued, ISO 8601: its retention counts from then. */
  readonly sentAt: string;
  readonly body: string;
  /** What it is about; none when it cannot be read. */
  readonly events: readonly ObjectEvent[];
  /** ARN of the queue that a rule's letter was meant for. */
  readonly targetArn?: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  readonly receiptHandle: string;
}

/** What SQS and EventBridge write on a letter. */
type AwsAttribute =
  | 'RequestID'
  | 'ErrorCode'
  | 'RULE_ARN'
  | 'TARGET_ARN'
  | 'ERROR_CODE'
  | 'ERROR_MESSAGE'
  | 'EXHAUSTED_RETRY_CONDITION'
  | 'RETRY_ATTEMPTS';

/** What the function, Lambda and EventBridge write on a letter. A redriven message goes without them. */
const OUR_ATTRIBUTES: ReadonlySet<string> = new Set<keyof LetterAttributes | AwsAttribute>([
  'Reason',
  'ErrorName',
  'ErrorMessage',
  'OriginalMessageId',
  'RequestID',
  'ErrorCode',
  'RULE_ARN',
  'TARGET_ARN',
  'ERROR_CODE',
  'ERROR_MESSAGE',
  'EXHAUSTED_RETRY_CONDITION',
  'RETRY_ATTEMPTS',
]);

export function letterOf(source: LetterSource, message: Message): Letter {
  const { MessageId = '', ReceiptHandle = '', Body = '', MessageAttributes = {}, Attributes = {} } = message;
  const text = (name: keyof LetterAttributes | AwsAttribute) => MessageAttributes[name]?.StringValue;
  const errorName = text('ErrorName') ?? text('EXHAUSTED_RETRY_CONDITION');
  const errorMessage = text('ErrorMessage') ?? text('ERROR_MESSAGE');
  const targetArn = text('TARGET_ARN');
  return {
    consumer: source.consumer.name,
    kind: source.kind,
    messageId: MessageId,
    reason:
      (source.kind === 'rule' ? text('ERROR_CODE') : text('Reason')) ??
      (source.consumer.kind === 'queue' ? 'received-too-often' : 'function-failed'),
    ...(errorName !== undefined && { errorName }),
    ...(errorMessage !== undefined && { errorMessage }),
    sentAt: new Date(Number(Attributes.SentTimestamp)).toISOString(),
    body: Body,
    events: readableEvents(Body),
    ...(targetArn !== undefined && { targetArn }),
    attributes: MessageAttributes,
    receiptHandle: ReceiptHandle,
  };
}

/** The attributes that the message had before it became a letter. */
export function ownAttributes({ attributes }: Letter): Record<string, MessageAttributeValue> {
  return Object.fromEntries(
    Object.entries(attributes)
      .filter(([name]) => !OUR_ATTRIBUTES.has(name))
      .map(([name, { DataType, StringValue, BinaryValue }]) => [
        name,
        {
          DataType,
          ...(StringValue !== undefined && { StringValue }),
          ...(BinaryValue !== undefined && { BinaryValue }),
        },
      ]),
  );
}

function readableEvents(body: string): readonly ObjectEvent[] {
  try {
    return parseObjectEventText(body);
  } catch {
    return [];
  }
}

/** What a list of letters shows of one. */
export function letterSummary({
  consumer,
  kind,
  messageId,
  reason,
  errorName,
  errorMessage,
  sentAt,
  events,
}: Letter) {
  return {
    consumer,
    kind,
    messageId,
    reason,
    ...(errorName !== undefined && { errorName }),
    ...(errorMessage !== undefined && { errorMessage }),
    sentAt,
    keys: events.map(({ key }) => key),
  };
}

export const newestFirst = (letters: readonly Letter[]): readonly Letter[] =>
  letters.toSorted((left, right) => (left.sentAt > right.sentAt ? -1 : 1));
