import { createHash } from 'node:crypto';
import { AwsError } from '../protocols/aws-error.ts';
import type { Input } from '../protocols/input.ts';
import { runBatch } from './batch.ts';
import { longPoll, type Connection } from './long-poll.ts';
import {
  attributesBytes,
  checkAttributes,
  checkCharacters,
  md5OfAttributes,
  selectAttributes,
  type MessageAttributes,
} from './message-attributes.ts';
import type { NewMessage, ReceivedMessage } from './messages.ts';
import type { QueueOperation } from './queue-operation.ts';
import type { Queue } from './queues.ts';
import type { Sqs } from './sqs.ts';

const MOST_RECEIVED = 10;
const LONGEST_VISIBILITY_SECONDS = 43_200;
const LARGEST_BATCH_BYTES = 1_048_576;

/** Operations on messages. */
export function messageOperations(sqs: Sqs): Readonly<Record<string, QueueOperation>> {
  const { messages } = sqs;
  return {
    SendMessage: { answer: (queue, input) => send(sqs, queue, readNewMessage(queue, input)) },
    SendMessageBatch: {
      action: 'SendMessage',
      answer: (queue, input) =>
        sqs.store.transaction(() =>
          runBatch(input, (entry) => send(sqs, queue, readNewMessage(queue, entry)), batchSizeGuard()),
        ),
    },
    ReceiveMessage: { answer: async (queue, input, request) => receive(sqs, queue, input, request.response) },
    DeleteMessage: {
      answer(queue, input) {
        const handle = input.text('ReceiptHandle');
        input.finish();
        messages.delete(queue, handle);
      },
    },
    DeleteMessageBatch: {
      action: 'DeleteMessage',
      answer: (queue, input) =>
        sqs.store.transaction(() =>
          runBatch(input, (entry) => {
            messages.delete(queue, entry.text('ReceiptHandle'));
            return {};
          }),
        ),
    },
    ChangeMessageVisibility: {
      answer(queue, input) {
        const [handle, seconds] = readVisibility(input);
        input.finish();
        messages.changeVisibility(queue, handle, seconds);
      },
    },
    ChangeMessageVisibilityBatch: {
      action: 'ChangeMessageVisibility',
      answer: (queue, input) =>
        sqs.store.transaction(() =>
          runBatch(input, (entry) => {
            messages.changeVisibility(queue, ...readVisibility(entry));
            return {};
          }),
        ),
    },
  };
}

function readVisibility(input: Input): [handle: string, seconds: number] {
  const seconds = input.integer('VisibilityTimeout', 0, LONGEST_VISIBILITY_SECONDS);
  return [input.text('ReceiptHandle'), seconds ?? input.missing('VisibilityTimeout')];
}

function readNewMessage(queue: Queue, input: Input): NewMessage {
  const body = input.text('MessageBody');
  const attributes = readAttributes(input, 'MessageAttributes');
  const { AWSTraceHeader } = readAttributes(input, 'MessageSystemAttributes');
  const delaySeconds = input.integer('DelaySeconds', 0, 900);
  // fair queues: a standard queue takes it too
  const messageGroupId = input.optionalText('MessageGroupId', /^[\x21-\x7e]{1,128}$/);
  if (input.optionalText('MessageDeduplicationId') !== undefined) {
    input.refuse('MessageDeduplicationId', 'it is for FIFO queues only');
  }
  input.finish();
  checkCharacters(body, 'the message body');
  checkAttributes(attributes);
  const { maximumMessageSizeBytes } = queue.settings;
  if (messageBytes({ body, attributes }) > maximumMessageSizeBytes) {
    throw new AwsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${maximumMessageSizeBytes} bytes.`,
    );
  }
  return { body, attributes, delaySeconds, messageGroupId, traceHeader: AWSTraceHeader?.StringValue };
}

/** Clients may send `ListValues` that AWS does not implement either. */
const readAttributes = (input: Input, name: string) => (input.map(name) ?? {}) as MessageAttributes;

const messageBytes = ({ body, attributes = {} }: NewMessage) =>
  Buffer.byteLength(body) + attributesBytes(attributes);

/** Refuses a batch as a whole once its messages together are too large. */
function batchSizeGuard() {
  let bytes = 0;
  return (entry: Input): void => {
    const body = entry.optionalText('MessageBody') ?? '';
    bytes += messageBytes({ body, attributes: readAttributes(entry, 'MessageAttributes') });
    if (bytes <= LARGEST_BATCH_BYTES) return;
    throw new AwsError(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than ${LARGEST_BATCH_BYTES} bytes.`,
    );
  };
}

function send(sqs: Sqs, queue: Queue, message: NewMessage): object {
  const MessageId = sqs.messages.send(queue, message);
  const md5 = md5OfAttributes(message.attributes ?? {});
  return {
    MessageId,
    MD5OfMessageBody: md5OfText(message.body),
    ...(md5 !== undefined && { MD5OfMessageAttributes: md5 }),
  };
}

async function receive(sqs: Sqs, queue: Queue, input: Input, connection: Connection): Promise<object> {
  const most = input.integer('MaxNumberOfMessages', 1, MOST_RECEIVED) ?? 1;
  const visibilityTimeoutSeconds = input.integer('VisibilityTimeout', 0, LONGEST_VISIBILITY_SECONDS);
  const waitSeconds = input.integer('WaitTimeSeconds', 0, 20) ?? queue.settings.receiveWaitSeconds;
  const wantedAttributes = input.texts('MessageAttributeNames');
  const wantedSystem = [...input.texts('MessageSystemAttributeNames'), ...input.texts('AttributeNames')];
  input.passOver('ReceiveRequestAttemptId');
  input.finish();
  const received = await longPoll(sqs, queue, waitSeconds, connection, () =>
    sqs.messages.receive(queue, most, { visibilityTimeoutSeconds }),
  );
  if (received.length === 0) return {};
  return {
    Messages: received.map((message) =>
      messageOnTheWire(message, wantedSystem, wantedAttributes, sqs.accountId),
    ),
  };
}

function messageOnTheWire(
  message: ReceivedMessage,
  wantedSystem: readonly string[],
  wantedAttributes: readonly string[],
  accountId: string,
): object {
  const attributes = selectAttributes(message.attributes, wantedAttributes);
  const md5 = md5OfAttributes(attributes);
  const system = Object.entries(systemAttributes(message, accountId)).filter(
    ([name]) => wantedSystem.includes('All') || wantedSystem.includes(name),
  );
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5OfText(message.body),
    ...(md5 !== undefined && { MessageAttributes: attributes, MD5OfMessageAttributes: md5 }),
    ...(system.length > 0 && { Attributes: Object.fromEntries(system) }),
  };
}

/** As ReceiveMessage and a function's event have them. */
export function systemAttributes(message: ReceivedMessage, accountId: string): Record<string, string> {
  const { sentAtMs, firstReceivedAtMs, receiveCount, deadLetterSource, traceHeader, messageGroupId } =
    message;
  return {
    SenderId: accountId,
    SentTimestamp: String(sentAtMs),
    ApproximateReceiveCount: String(receiveCount),
    ApproximateFirstReceiveTimestamp: String(firstReceivedAtMs),
    ...(deadLetterSource !== undefined && { DeadLetterQueueSourceArn: deadLetterSource }),
    ...(traceHeader !== undefined && { AWSTraceHeader: traceHeader }),
    ...(messageGroupId !== undefined && { MessageGroupId: messageGroupId }),
  };
}

export const md5OfText = (text: string): string => createHash('md5').update(text).digest('hex');
