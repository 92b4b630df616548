import type { SentVersion, Standing } from '../../shared/control-objects.ts';
import type { Attempts } from '../lambda/attempts.ts';
import type { Store } from '../store.ts';
import type { WouldSendRecords } from '../would-send/would-send-records.ts';
import { undoneOfKeys, type UndoneOfKeysSearch } from './undone-events.ts';

export interface StandingOptions {
  readonly store: Store;
  readonly attempts: Pick<Attempts, 'doneWith'>;
  readonly wouldSend: Pick<WouldSendRecords, 'about'>;
}

/** How some keys stand: what is undone about each, and what was done with it, in one look for all of them. */
export function standingOfKeys(
  { store, attempts, wouldSend }: StandingOptions,
  search: UndoneOfKeysSearch,
): Standing {
  const { bucket, keys, after } = search;
  const { events: undone, next } = undoneOfKeys(store, search);
  const asked = after === undefined ? [...keys] : [];
  return {
    undone,
    done: asked.flatMap((key) => attempts.doneWith(bucket, key)),
    sent: asked.flatMap((key): readonly SentVersion[] =>
      wouldSend.about(bucket, key).flatMap(({ by, events }) =>
        events === undefined
          ? [{ key, by }]
          : events.map(({ versionId, etag }) => ({
              key,
              by,
              ...(versionId !== undefined && { versionId }),
              ...(etag !== undefined && { etag }),
            })),
      ),
    ),
    ...(next !== undefined && { next }),
  };
}
