import { isMeant, type LetterFilter } from './letter-filter.ts';
import { ownAttributes, type Letter, type LetterSource } from './letter.ts';
import { releaseLetters, takeLetters } from './letters.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { queueName } from '../pipeline/queue-name.ts';
import { deleteBatch, sendBatch } from '../pipeline/send-batch.ts';

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

/** A request of SQS takes so many bytes of messages. */
const REQUEST_BYTES = 1_048_576;

/**
 * Moves letters back to the consumer's queue, without the attributes that made letters of them; only those that were there
 * when it began, or a consumer that still fails would be fed for ever. It sends a portion, and
 * deletes from the dead-letter queue what was sent. Killed in between, it has sent at most one portion of ten that it
 * has not deleted: those come back after a minute, and are sent again by the next redrive; consumers take a repetition
 * for what it is. May be repeated.
 */
export async function redrive(
  pipeline: Pipeline,
  source: LetterSource,
  { filter, limit = Infinity, signal, onMoved }: RedriveOptions,
): Promise<Redriven> {
  const begunAt = (await pipeline.now()).toISOString();
  const kept: Letter[] = [];
  const failures: { messageId: string; error: string }[] = [];
  let moved = 0;
  let notDeleted = 0;
  let brokenOff: Error | undefined;
  try {
    for await (const letters of takeLetters(pipeline, source)) {
      const wanted = letters
        .filter((letter) => letter.sentAt <= begunAt && isMeant(filter, letter))
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
    const size = sizeOf(letter);
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

function sizeOf(letter: Letter): number {
  const attributes = Object.entries(ownAttributes(letter)).flatMap(
    ([name, { DataType = '', StringValue = '', BinaryValue }]) => [
      Buffer.byteLength(name + DataType + StringValue),
      BinaryValue?.length ?? 0,
    ],
  );
  return attributes.reduce((sum, bytes) => sum + bytes, Buffer.byteLength(letter.body));
}

async function send(
  pipeline: Pipeline,
  source: LetterSource,
  letters: readonly Letter[],
): Promise<{ sent: Letter[]; refused: { messageId: string; error: string }[] }> {
  const { done, refused } = await sendBatch(
    pipeline,
    source.consumer.queueUrl,
    letters.map((letter) => ({ body: letter.body, attributes: ownAttributes(letter) })),
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
function wasMeantFor({ consumer }: LetterSource, { targetArn }: Letter): boolean {
  return targetArn === undefined || queueName(targetArn) === queueName(consumer.queueUrl);
}

const misdirected = ({ messageId, targetArn, consumer }: Letter) => ({
  messageId,
  error: `it was meant for ${targetArn}, which is not the queue of ${consumer} any more; it stays where it is`,
});
