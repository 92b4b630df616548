import { join } from 'node:path';
import { log, logError } from '../log.ts';
import { Tally } from '../storage/tally.ts';
import type { Store } from '../store.ts';
import type { BodyFolder, Sweep } from './body-folder.ts';
import type { BodyRemovals } from './body-removals.ts';

/** Names in one line of the log: the others are in the folder. */
const MOST_NAMES = 20;

/** Brings bodies and store together (`BodyFolder.sweep`), and says and counts what that came to. */
export async function tidyBodies(store: Store, folder: BodyFolder, removals: BodyRemovals): Promise<Sweep> {
  const rows = store
    .prepare('SELECT file FROM s3_version WHERE file IS NOT NULL UNION ALL SELECT file FROM s3_part')
    .all() as { file: string }[];
  const removed = removals.pending();
  const sweep = await folder.sweep(new Set(rows.map(({ file }) => file)), removed);
  removals.forget(removed);
  const tally = new Tally(store);
  tally.add('lost-and-found', sweep.setAside.length);
  tally.add('cut-off-uploads', sweep.cutOff);
  const aside = join(store.dataDir, 'lost-and-found');
  const say = (tell: typeof log, message: string, names: readonly string[], folder = aside): void => {
    if (names.length > 0) tell(message, { count: names.length, folder, files: names.slice(0, MOST_NAMES) });
  };
  say(
    log,
    'bodies that no object owns were set aside; they are of uploads that a crash cut off, or of a database that was lost or put back',
    sweep.setAside,
  );
  say(log, 'bodies that had been set aside belong to objects again, and were put back', sweep.foundAgain);
  const objects = join(store.dataDir, 'objects');
  say(logError, 'bodies of objects are missing; reading those fails', sweep.missing, objects);
  say(log, 'files that are not the runtime’s were left alone', sweep.strange, objects);
  if (sweep.cutOff > 0) {
    log('uploads that were cut off, and never acknowledged, were removed', { count: sweep.cutOff });
  }
  return sweep;
}
