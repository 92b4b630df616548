import type { Letter, LetterSource } from './letter.ts';
import { releaseLetters, takeLetters } from './letters.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { deleteBatch } from '../pipeline/send-batch.ts';

/** Deletes just the letters named, for good; one that came meanwhile stays. @returns how many it has deleted */
export async function purge(
  pipeline: Pipeline,
  source: LetterSource,
  messageIds: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<number> {
  const kept: Letter[] = [];
  let deleted = 0;
  try {
    for await (const letters of takeLetters(pipeline, source)) {
      const doomed = letters.filter(({ messageId }) => messageIds.has(messageId));
      kept.push(...letters.filter((letter) => !doomed.includes(letter)));
      if (doomed.length > 0) {
        const { done } = await deleteBatch(
          pipeline,
          source.queueUrl,
          doomed.map(({ receiptHandle }) => receiptHandle),
        );
        deleted += done.length;
      }
      if (signal.aborted || deleted === messageIds.size) break;
    }
  } finally {
    await releaseLetters(pipeline, source, kept);
  }
  return deleted;
}
