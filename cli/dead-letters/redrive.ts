import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import { REDRIVEN_ATTRIBUTE } from '../../shared/letter-attributes.ts';
import { isMeant, type LetterFilter } from './letter-filter.ts';
import { ownAttributes, type Letter, type LetterSource } from './letter.ts';
import { releaseLetters, takeLetters } from './letters.ts';
import { hasQueue, type QueuedConsumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { queueName } from '../pipeline/queue-name.ts';
import { deleteBatch, sendBatch } from '../pipeline/send-batch.ts';

/** Letters that can be sent back: to the consumer's queue. */
interface RedrivableSource extends LetterSource {
  readonly consumer: QueuedConsumer;
}

export const isRedrivable = (source: LetterSource): source is RedrivableSource => hasQueue(source.consumer);

export interface RedriveOptions {
  readonly filter: LetterFilter;
  /** @default all */
  readonly limit?: number;
  readonly signal: AbortSignal;
  /** Called with the number of letters moved so far. */
  readonly onMoved?: (moved: number) => void;
}

export interface Redriven {
  readonly moved: number;
  /** Sent and still in the dead-letter queue: they will be processed twice, which changes nothing. */
  readonly notDeleted: number;
  /** Could not be sent; they stay where they are. */
  readonly failures: readonly { readonly messageId: string; readonly error: string }[];
  /** What stopped it, where something did: a request that failed as a whole. The counts are of what came before. */
  readonly brokenOff?: Error;
}

/** A request of SQS takes so many bytes of messages, and so does a message alone. */
const REQUEST_BYTES = 1_048_576;
const MOST_ATTRIBUTES = 10;

/**
 * Moves letters back to the consumer's queue, without the attributes that made letters of them and marked as redriven; only those that were there
 * when it began, or a consumer that still fails would be fed for ever. It sends a portion, and
 * deletes from the dead-letter queue what was sent. Killed in between, it has sent at most one portion of ten that it
 * has not deleted: those come back after a minute, and are sent again by the next redrive; consumers take a repetition
 * for what it is. May be repeated.
 */
export async function redrive(
  pipeline: Pipeline,
  source: RedrivableSource,
  { filter, limit = Infinity, signal, onMoved }: RedriveOptions,
): Promise<Redriven> {
  const kept: Letter[] = [];
  const failures: { messageId: string; error: string }[] = [];
  let moved = 0;
  let notDeleted = 0;
  let brokenOff: Error | undefined;
  try {
    for await (const letters of takeLetters(pipeline, source)) {
      const wanted = letters
        .filter((letter) => !letter.isNew && isMeant(filter, letter))
        .slice(0, limit - moved);
      const meant = wanted.filter((letter) => wasMeantFor(source, letter));
      kept.push(...letters.filter((letter) => !meant.includes(letter)));
      failures.push(...wanted.filter((letter) => !meant.includes(letter)).map(misdirected));
      for (const portion of portions(meant)) {
        const { sent, refused } = await send(pipeline, source, portion);
        failures.push(...refused);
        kept.push(...portion.filter((letter) => !sent.includes(letter)));
        moved += sent.length;
        // not deleted until SQS says so
        notDeleted += sent.length;
        notDeleted -= await drop(pipeline, source, sent);
        onMoved?.(moved);
      }
      if (signal.aborted || moved >= limit) break;
    }
    await releaseLetters(pipeline, source, kept);
  } catch (error) {
    // what it has in hand is back within a minute
    brokenOff = error instanceof Error ? error : new Error(String(error));
  }
  return { moved, notDeleted, failures, ...(brokenOff !== undefined && { brokenOff }) };
}

/** As few requests as the size of the messages allows. */
function* portions(letters: readonly Letter[]): Generator<readonly Letter[]> {
  let portion: Letter[] = [];
  let bytes = 0;
  for (const letter of letters) {
    const size = sizeOf(letter.body, sentAttributes(letter));
    if (portion.length > 0 && bytes + size > REQUEST_BYTES) {
      yield portion;
      portion = [];
      bytes = 0;
    }
    portion.push(letter);
    bytes += size;
  }
  if (portion.length > 0) yield portion;
}

/** Those that it had before, and the mark of a redrive. Without room for that it goes as it was: the mark saves work, no more. */
function sentAttributes(letter: Letter): Record<string, MessageAttributeValue> {
  const own = ownAttributes(letter);
  const marked = { ...own, [REDRIVEN_ATTRIBUTE]: { DataType: 'String', StringValue: 'true' } };
  const hasRoom =
    sizeOf(letter.body, marked) <= REQUEST_BYTES && Object.keys(marked).length <= MOST_ATTRIBUTES;
  return hasRoom ? marked : own;
}

function sizeOf(body: string, attributes: Readonly<Record<string, MessageAttributeValue>>): number {
  const sizes = Object.entries(attributes).flatMap(
    ([name, { DataType = '', StringValue = '', BinaryValue }]) => [
      Buffer.byteLength(name + DataType + StringValue),
      BinaryValue?.length ?? 0,
    ],
  );
  return sizes.reduce((sum, bytes) => sum + bytes, Buffer.byteLength(body));
}

async function send(
  pipeline: Pipeline,
  source: RedrivableSource,
  letters: readonly Letter[],
): Promise<{ sent: Letter[]; refused: { messageId: string; error: string }[] }> {
  const { done, refused } = await sendBatch(
    pipeline,
    source.consumer.queueUrl,
    letters.map((letter) => ({ body: letter.body, attributes: sentAttributes(letter) })),
  );
  return {
    sent: done.flatMap((index) => letters[index] ?? []),
    refused: refused.map(({ index, error }) => ({ messageId: letters[index]?.messageId ?? '', error })),
  };
}

/** @returns how many were deleted */
async function drop(
  pipeline: Pipeline,
  { queueUrl }: LetterSource,
  letters: readonly Letter[],
): Promise<number> {
  if (letters.length === 0) return 0;
  const { done } = await deleteBatch(
    pipeline,
    queueUrl,
    letters.map(({ receiptHandle }) => receiptHandle),
  );
  return done.length;
}

/** A rule's letter says which queue it was meant for. Another one than the consumer's: the stack was changed since. */
function wasMeantFor({ consumer }: RedrivableSource, { targetArn }: Letter): boolean {
  return targetArn === undefined || queueName(targetArn) === queueName(consumer.queueUrl);
}

const misdirected = ({ messageId, targetArn, consumer }: Letter) => ({
  messageId,
  error: `it was meant for ${targetArn}, which is not the queue of ${consumer} any more; it stays where it is`,
});
