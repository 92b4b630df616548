import { useEffect, useRef, useState } from 'preact/hooks';
import type { Trouble } from '../server.ts';
import { session } from '../session.ts';
import type { ListedObject } from './listed-pages.ts';
import { isSettled } from './outcome-groups.ts';
import { Pace } from '../pace.ts';
import type { UploadedFile } from './upload-queue.ts';
import { useChanges } from './use-changes.ts';
import { listedAmong } from './use-existing-keys.ts';

/** One look asks for so many of them. */
const AT_ONCE = 200;

export interface UploadOutcomes {
  /** By the key. */
  readonly outcomes: ReadonlyMap<string, ListedObject>;
  readonly trouble: Trouble | undefined;
  readonly again: () => void;
}

/** What became of each file that was uploaded, looked at again as long as it can change. */
export function useUploadOutcomes(files: readonly UploadedFile[]): UploadOutcomes {
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, ListedObject>>(new Map());
  const [trouble, setTrouble] = useState<Trouble>();
  const latest = useRef({ files, outcomes });
  latest.current = { files, outcomes };
  const pace = useRef<Pace>(undefined);
  pace.current ??= new Pace(async (signal) => {
    const open = openKeys(latest.current.files, latest.current.outcomes);
    if (open.length === 0) return;
    const found = new Map<string, ListedObject>();
    try {
      await listedAmong(open, { limit: AT_ONCE, hasOutcomes: true }, signal, (object) => {
        found.set(object.key, object);
      });
      setTrouble(undefined);
    } catch (error) {
      if (!signal.aborted) setTrouble(error as Trouble);
    }
    setOutcomes((before) => new Map([...before, ...found]));
  });
  const done = files.filter(({ state }) => state === 'done').length;
  useEffect(() => {
    // what is sent anew has another outcome
    const isDone = new Set(files.filter(({ state }) => state === 'done').map(({ key }) => key));
    setOutcomes((before) => new Map([...before].filter(([key]) => isDone.has(key))));
    pace.current?.ask();
  }, [done]);
  useChanges(() => pace.current?.ask());
  useEffect(() => () => pace.current?.stop(), []);
  return { outcomes, trouble, again: () => pace.current?.ask() };
}

function openKeys(
  files: readonly UploadedFile[],
  outcomes: ReadonlyMap<string, ListedObject>,
): readonly string[] {
  const { consumers } = session.value!;
  return files
    .filter(({ key, state }) => {
      const object = outcomes.get(key);
      return state === 'done' && (object === undefined || !isSettled(object, consumers));
    })
    .slice(0, AT_ONCE)
    .map(({ key }) => key);
}
