import { plural } from './units.ts';

const WORDS: Readonly<Record<string, (count: number) => string>> = {
  'expired-messages': (count) => `${plural(count, 'message')} expired into letters`,
  'expired-letters': (count) => `${plural(count, 'letter')} expired, and gone`,
  'given-back': (count) => `${plural(count, 'receive')} given back`,
  'cut-off-uploads': (count) => `${plural(count, 'upload')} cut off before it was acknowledged, and removed`,
  'damaged-bodies': (count) => `${plural(count, 'read')} of a damaged body, refused`,
  'lost-and-found': (count) => `${plural(count, 'file')} set aside in lost-and-found/`,
};

/** What the local runtime did without being asked, a line each: `2 receives given back`. A name without words stands as it is. */
export function tallyLines(tally: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(tally)
    .filter(([, count]) => count !== 0)
    .map(([name, count]) => (Object.hasOwn(WORDS, name) ? WORDS[name]!(count) : `${name}: ${count}`));
}
