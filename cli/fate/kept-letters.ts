import type { Letter, LetterSource } from '../dead-letters/letter.ts';
import { letterCount, lookAtLetters, sourcesOf } from '../dead-letters/letters.ts';
import type { Consumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

interface KeptLook {
  readonly atMs: number;
  /** How many letters the queue held, about. */
  readonly count: number;
  readonly letters: readonly Letter[];
}

/** What was looked at lately, by the queue. */
const kept = new WeakMap<Pipeline, Map<string, KeptLook>>();

/** SQS shows a letter by handing it out, which hides it from others for a moment: so not more often than this. */
const KEPT_MS = 60_000;
// as of one object
const LETTERS_LOOKED_AT = 1_000;

/**
 * The consumer's letters in AWS, for a list that is looked at again and again: a look that is less than a minute old is used again
 * while the queue holds as many as then.
 */
export async function keptLetters(
  pipeline: Pipeline,
  consumer: Consumer,
  signal: AbortSignal,
): Promise<readonly Letter[]> {
  const looks = await Promise.all(sourcesOf([consumer]).map((source) => keptLook(pipeline, source, signal)));
  return looks.flat();
}

async function keptLook(
  pipeline: Pipeline,
  source: LetterSource,
  signal: AbortSignal,
): Promise<readonly Letter[]> {
  const { waiting, inHand } = await letterCount(pipeline, source);
  const count = waiting + inHand;
  if (count === 0) return [];
  const byQueue = kept.get(pipeline) ?? new Map<string, KeptLook>();
  kept.set(pipeline, byQueue);
  const last = byQueue.get(source.queueUrl);
  if (last?.count === count && Date.now() - last.atMs < KEPT_MS) return last.letters;
  const letters = await lookAtLetters(pipeline, source, { most: LETTERS_LOOKED_AT, signal });
  if (!signal.aborted) byQueue.set(source.queueUrl, { atMs: Date.now(), count, letters });
  return letters;
}
