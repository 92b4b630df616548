import { useEffect, useState } from 'preact/hooks';
import { call, ServerError, type Trouble } from '../server.ts';
import { session } from '../session.ts';
import {
  eventsLike,
  reachGroups,
  type ExplainDocument,
  type FutureObject,
  type ReachGroup,
} from './reach.ts';

export interface AskedReach {
  /** Undefined before the first answer. */
  readonly groups: readonly ReachGroup[] | undefined;
  readonly trouble: Trouble | undefined;
}

const PAUSE_MS = 200;
/** An answer holds every clause of every rule for each key. */
const AT_A_TIME = 100;

/** Which consumers these objects would reach, asked when the typing pauses. */
export function useReach(objects: readonly FutureObject[]): AskedReach {
  const [asked, setAsked] = useState<AskedReach>({ groups: undefined, trouble: undefined });
  const question = JSON.stringify(objects);
  useEffect(() => {
    if (objects.length === 0) return undefined;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      reachOf(objects, stop.signal).then(
        (groups) => setAsked({ groups, trouble: undefined }),
        (error: Trouble) => {
          if (!stop.signal.aborted) setAsked({ groups: undefined, trouble: error });
        },
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [question]);
  return asked;
}

async function reachOf(
  objects: readonly FutureObject[],
  signal: AbortSignal,
): Promise<readonly ReachGroup[]> {
  const [first] = await explained(`s3://${session.value!.bucket}/${objects[0]!.key}`, signal);
  if (first === undefined) return [];
  const events: ExplainDocument['events'][number][] = [];
  for (let at = 0; at < objects.length; at += AT_A_TIME) {
    events.push(...(await explained(eventsLike(first, objects.slice(at, at + AT_A_TIME)), signal)));
  }
  return reachGroups(events);
}

async function explained(what: string, signal: AbortSignal): Promise<ExplainDocument['events']> {
  const { document, trouble } = await call<ExplainDocument>(['explain', '--', what], { signal });
  if (document === undefined) throw new ServerError(trouble ?? { message: 'nobody could explain the keys' });
  return document.events;
}
