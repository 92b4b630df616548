import type { Letter, LetterSource } from './letter.ts';
import { releaseLetters, takeLetters } from './letters.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { deleteBatch } from '../pipeline/send-batch.ts';

export interface Purged {
  readonly deleted: number;
  /** What stopped it, where something did: a request that failed as a whole. The count is of what came before. */
  readonly brokenOff?: Error;
}

/** Deletes just the letters named, for good; one that came meanwhile stays. */
export async function purge(
  pipeline: Pipeline,
  source: LetterSource,
  messageIds: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Purged> {
  const kept: Letter[] = [];
  let deleted = 0;
  try {
    try {
      for await (const letters of takeLetters(pipeline, source)) {
        const named = letters.filter(({ messageId }) => messageIds.has(messageId));
        kept.push(...letters.filter((letter) => !named.includes(letter)));
        if (named.length > 0) deleted += await deleteLetters(pipeline, source, named);
        if (signal.aborted || deleted === messageIds.size) break;
      }
    } finally {
      await releaseLetters(pipeline, source, kept);
    }
  } catch (error) {
    // what it has in hand is back within a minute
    return { deleted, brokenOff: error instanceof Error ? error : new Error(String(error)) };
  }
  return { deleted };
}

/** @returns how many were deleted */
async function deleteLetters(
  pipeline: Pipeline,
  { queueUrl }: LetterSource,
  letters: readonly Letter[],
): Promise<number> {
  const handles = letters.map(({ receiptHandle }) => receiptHandle);
  return (await deleteBatch(pipeline, queueUrl, handles)).done.length;
}
