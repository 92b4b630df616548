import { useEffect, useState } from 'preact/hooks';
import { call, ServerError, type Trouble } from '../server.ts';
import { session } from '../session.ts';
import { commonPrefix } from './dropped-keys.ts';
import type { ListedObject } from './listed-pages.ts';
import { lookUpKeys } from './looked-up-keys.ts';
import { listArgs, type ObjectsDocument } from './objects-question.ts';

export interface ExistingKeys {
  readonly keys: ReadonlySet<string>;
  readonly isAsking: boolean;
  readonly trouble: Trouble | undefined;
}

const PAUSE_MS = 200;
const MOST_AT_ONCE = 1_000;

/** Which of these keys hold an object already. */
export function useExistingKeys(keys: readonly string[]): ExistingKeys {
  const [asked, setAsked] = useState<ExistingKeys & { readonly of: readonly string[] }>();
  useEffect(() => {
    if (keys.length === 0) return undefined;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      const found = new Set<string>();
      const told = (trouble?: Trouble): void => {
        if (!stop.signal.aborted) setAsked({ of: keys, keys: found, isAsking: false, trouble });
      };
      listedAmong(keys, { limit: MOST_AT_ONCE, hasOutcomes: false }, stop.signal, ({ key }) =>
        found.add(key),
      ).then(() => told(), told);
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [keys]);
  if (asked?.of === keys) return asked;
  return { keys: new Set(), isAsking: keys.length > 0, trouble: undefined };
}

/** What a list tells of those of these keys that the bucket holds. @throws what is a `Trouble` */
export async function listedAmong(
  keys: readonly string[],
  { limit, hasOutcomes }: { readonly limit: number; readonly hasOutcomes: boolean },
  signal: AbortSignal,
  onFound: (object: ListedObject) => void,
): Promise<void> {
  const question = { prefix: commonPrefix(keys), order: 'key' } as const;
  await lookUpKeys(
    keys,
    async (after) => {
      const args = listArgs(question, session.value!.bucket, { after, limit, hasOutcomes });
      const { document, trouble } = await call<ObjectsDocument>(args, { signal });
      if (document?.isComplete === true) return document;
      throw new ServerError(trouble ?? { message: 'the list broke off' });
    },
    onFound,
  );
}
