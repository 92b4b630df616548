import {
  DeleteMessageBatchCommand,
  SendMessageBatchCommand,
  type BatchResultErrorEntry,
  type MessageAttributeValue,
} from '@aws-sdk/client-sqs';
import { Backoff } from './backoff.ts';
import type { Pipeline } from './pipeline.ts';

export interface OutgoingMessage {
  readonly body: string;
  readonly attributes?: Record<string, MessageAttributeValue>;
}

/** What became of the entries of a batch, by their places in it. */
export interface BatchResult {
  readonly done: readonly number[];
  readonly refused: readonly { readonly index: number; readonly error: string }[];
}

/** A backfill envelope as JSON, without the two characters that a message must not hold and JSON does not escape. */
export const envelopeText = (envelope: object): string =>
  JSON.stringify(envelope).replaceAll(/[\ufffe\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16)}`);

/** Sends up to ten messages in one request. What SQS refuses for now is sent again; what it refuses for good is told. */
export async function sendBatch(
  { sqs }: Pipeline,
  queueUrl: string,
  messages: readonly OutgoingMessage[],
): Promise<BatchResult> {
  return await inBatches(messages, async (entries) =>
    sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: entries.map(({ id, entry: { body, attributes } }) => ({
          Id: id,
          MessageBody: body,
          ...(attributes !== undefined && { MessageAttributes: attributes }),
        })),
      }),
    ),
  );
}

/** Deletes up to ten messages by their receipt handles, likewise. */
export async function deleteBatch(
  { sqs }: Pipeline,
  queueUrl: string,
  receiptHandles: readonly string[],
): Promise<BatchResult> {
  return await inBatches(receiptHandles, async (entries) =>
    sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: entries.map(({ id, entry }) => ({ Id: id, ReceiptHandle: entry })),
      }),
    ),
  );
}

interface BatchAnswer {
  readonly Successful?: readonly { readonly Id?: string | undefined }[] | undefined;
  readonly Failed?: readonly BatchResultErrorEntry[] | undefined;
}

async function inBatches<Entry>(
  all: readonly Entry[],
  request: (entries: readonly { readonly id: string; readonly entry: Entry }[]) => Promise<BatchAnswer>,
): Promise<BatchResult> {
  const done: number[] = [];
  const refused: { index: number; error: string }[] = [];
  const backoff = new Backoff();
  let left = all.map((entry, index) => ({ id: String(index), entry }));
  while (left.length > 0) {
    const { Successful = [], Failed = [] } = await request(left);
    const succeeded = new Set(Successful.map(({ Id }) => Id));
    const failed = new Map(Failed.map((entry) => [entry.Id, entry]));
    done.push(...left.filter(({ id }) => succeeded.has(id)).map(({ id }) => Number(id)));
    const again = left.filter(({ id }) => failed.get(id)?.SenderFault === false);
    const isAgain = again.length > 0 && (await backoff.next());
    for (const one of left) {
      const failure = failed.get(one.id);
      if (succeeded.has(one.id) || (isAgain && again.includes(one))) continue;
      const error =
        failure === undefined ? 'SQS did not answer for it' : `${failure.Code}: ${failure.Message ?? ''}`;
      refused.push({ index: Number(one.id), error });
    }
    left = isAgain ? again : [];
  }
  return { done, refused };
}
