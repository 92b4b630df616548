import { compareUtf8 } from '../../../objects/utf8-order.ts';
import type { AnsweredPage, ListedObject } from './listed-pages.ts';

/** Lists keys in their order, from behind `after`. */
export type AskBehind = (after: string | undefined) => Promise<AnsweredPage>;

/**
 * Which of these keys the bucket holds. Pages of a list are leafed through from key to key: so no more are asked for than
 * there are keys, nor than there are pages.
 *
 * @param onFound called as they are found
 */
export async function lookUpKeys(
  keys: readonly string[],
  ask: AskBehind,
  onFound: (object: ListedObject) => void,
): Promise<void> {
  const wanted = [...new Set(keys)].toSorted(compareUtf8);
  const isWanted = new Set(wanted);
  for (let at = 0; at < wanted.length;) {
    const { objects, next } = await ask(justBefore(wanted[at]!));
    for (const object of objects) if (isWanted.has(object.key)) onFound(object);
    const end = objects.at(-1)?.key;
    if (next === undefined || end === undefined) return;
    const begun = at;
    while (at < wanted.length && compareUtf8(wanted[at]!, end) <= 0) at++;
    // a page that does not reach the key it begins with would be asked for again and again
    if (at === begun) at++;
  }
}

/** The last character there is. */
const LAST = '\u{10FFFF}';

/** A text before the key, with as good as nothing between them; undefined: before every text. */
export function justBefore(key: string): string | undefined {
  const characters = Array.from(key);
  const last = characters.pop()?.codePointAt(0);
  const begin = characters.join('');
  if (last === undefined) return undefined;
  if (last === 0) return begin === '' ? undefined : begin;
  // what lies between are halves of pairs
  const before = last - 1 === 0xdfff ? 0xd7ff : last - 1;
  return begin + String.fromCodePoint(before) + LAST;
}
