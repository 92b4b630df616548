import type { PolledQueue } from '../lambda/source-queue.ts';
import { md5OfText, systemAttributes } from './message-operations.ts';
import { md5OfAttributes, type MessageAttributes } from './message-attributes.ts';
import type { ReceivedMessage } from './messages.ts';
import type { Sqs } from './sqs.ts';

/** A queue as a function's event source. @throws Error when there is no such queue */
export function polledQueue(sqs: Sqs, arn: string): PolledQueue {
  const queue = () => {
    const found = sqs.queues.withArn(arn);
    if (found === undefined) {
      throw new Error(`an event source mapping polls ${arn}, and there is no such queue`);
    }
    return found;
  };
  const [, , , awsRegion = ''] = arn.split(':');
  return {
    arn,
    receive: (most) =>
      sqs.poll(queue(), most).map((message) => recordOf(message, arn, awsRegion, sqs.accountId)),
    delete: (receiptHandles) =>
      sqs.store.repeatableTransaction(() => {
        for (const handle of receiptHandles) sqs.messages.delete(queue(), handle);
      }),
    begin: (receiptHandles) => sqs.store.repeatableTransaction(() => sqs.polled.begin(receiptHandles)),
    hide: (receiptHandles) => {
      const visibilityMs = queue().settings.visibilityTimeoutSeconds * 1_000;
      sqs.store.repeatableTransaction(() => sqs.polled.hide(receiptHandles, visibilityMs));
      return visibilityMs;
    },
    fail: (receiptHandles) => sqs.store.repeatableTransaction(() => sqs.polled.fail(receiptHandles)),
    onMessages: (listener) => sqs.onMessages(queue(), listener),
    transaction: (work) => sqs.store.repeatableTransaction(work),
  };
}

/** As Lambda writes a message into a function's event. */
function recordOf(message: ReceivedMessage, eventSourceARN: string, awsRegion: string, accountId: string) {
  const md5OfMessageAttributes = md5OfAttributes(message.attributes);
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: systemAttributes(message, accountId),
    messageAttributes: recordAttributes(message.attributes),
    ...(md5OfMessageAttributes !== undefined && { md5OfMessageAttributes }),
    md5OfBody: md5OfText(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN,
    awsRegion,
  };
}

function recordAttributes(attributes: MessageAttributes): object {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        ...(StringValue !== undefined && { stringValue: StringValue }),
        ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ]),
  );
}
