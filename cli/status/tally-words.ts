import type { TallyName } from '../../shared/tally-name.ts';
import { plural } from '../terminal/units.ts';

const WORDS: Readonly<Record<TallyName, (count: number) => string>> = {
  'expired-messages': (count) => `${plural(count, 'message')} expired into letters`,
  'expired-letters': (count) => `${plural(count, 'letter')} expired, and gone`,
  'expired-archive-events': (count) => `${plural(count, 'event')} expired in an archive, and gone`,
  'expired-replay-records': (count) => `${plural(count, 'record')} of replays expired, and gone`,
  'expired-measures': (count) => `${plural(count, 'period')} of measures expired, and gone`,
  'expired-rows': (count) => `${plural(count, 'row')} past the time to live, and gone`,
  'expired-objects': (count) =>
    `${plural(count, 'version')} (or delete marker, or upload) ended by a lifecycle rule`,
  'expired-would-send': (count) =>
    `${plural(count, 'record')} of what would have gone to AWS gone, the oldest first`,
  'dropped-events': (count) => `${plural(count, 'event')} without a dead-letter queue to go to, and gone`,
  'dropped-logs': (count) => `${plural(count, 'full log file')} gone, the oldest first`,
  'dropped-attempts': (count) => `${plural(count, 'record')} of attempts gone, the oldest first`,
  'given-back': (count) => `${plural(count, 'receive')} given back`,
  'cut-off-uploads': (count) =>
    `${plural(count, 'upload')} cut off before ${count === 1 ? 'it was' : 'they were'} acknowledged, and removed`,
  'damaged-bodies': (count) => `${plural(count, 'read')} of a damaged body, refused`,
  'lost-and-found': (count) => `${plural(count, 'file')} set aside in lost-and-found/`,
};

/** What the local runtime did without being asked, a line each: `2 receives given back`. A name without words stands as it is. */
export function tallyLines(tally: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(tally)
    .filter(([, count]) => count !== 0)
    .map(([name, count]) => (hasWords(name) ? WORDS[name](count) : `${name}: ${count}`));
}

const hasWords = (name: string): name is TallyName => Object.hasOwn(WORDS, name);
