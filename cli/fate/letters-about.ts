import type { Letter } from '../dead-letters/letter.ts';
import { letterCount, lookAtLetters, sourcesOf } from '../dead-letters/letters.ts';
import type { Consumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { AskedVersion } from './asked-version.ts';

// no letter of an object can be further away than that, in a queue that is looked at by hand
const LETTERS_LOOKED_AT = 1_000;

/** The consumer's letters, so many as are looked at. */
export async function lettersOf(
  pipeline: Pipeline,
  consumer: Consumer,
  signal: AbortSignal,
): Promise<readonly Letter[]> {
  const letters = await Promise.all(
    sourcesOf([consumer]).map(async (source) => {
      const { waiting } = await letterCount(pipeline, source);
      return waiting === 0 ? [] : await lookAtLetters(pipeline, source, { most: LETTERS_LOOKED_AT, signal });
    }),
  );
  return letters.flat();
}

/** The newest letter about this version. */
export function letterAbout(letters: readonly Letter[], { key, version }: AskedVersion): Letter | undefined {
  return letters
    .filter(({ events }) =>
      events.some(
        (event) =>
          event.key === key &&
          (event.versionId === undefined
            ? event.etag === version.etag
            : event.versionId === version.versionId),
      ),
    )
    .toSorted((left, right) => (left.sentAt < right.sentAt ? -1 : 1))
    .at(-1);
}

/** What a document shows of a letter. */
export const shownLetter = ({ messageId, reason, errorName, errorMessage, sentAt }: Letter) => ({
  messageId,
  reason,
  ...(errorName !== undefined && { errorName }),
  ...(errorMessage !== undefined && { errorMessage }),
  sentAt,
});
