import { afterPrefix, keyBytes, keyText } from './keys.ts';

/** Where a listing starts: at this key (included), or, of the entries of this very key, behind the one named by `within`. */
export interface Bound {
  readonly key: Buffer;
  readonly within?: string;
}

/** Reads what is listed, in order. */
export interface ListingSource<Entry> {
  /** At most `limit` entries from the bound on, up to the key `end` (left out; absent = no end). */
  fetch(from: Bound, end: Buffer | undefined, limit: number): Entry[];
  keyOf(entry: Entry): Buffer;
  /** The bound that lets exactly this entry and all before it out. */
  behind(entry: Entry): Bound;
}

export interface Listing<Entry> {
  readonly entries: readonly Entry[];
  readonly commonPrefixes: readonly string[];
  readonly truncated: boolean;
  /** What the page ends with. */
  readonly last: { readonly entry: Entry } | { readonly commonPrefix: string } | undefined;
}

/** What a request asks to be listed. */
export interface Scope {
  readonly prefix: string;
  readonly delimiter: string | undefined;
}

/**
 * One page of keys under a prefix, in byte order, those that share the part up to the delimiter rolled up into one
 * common prefix, which counts as one.
 *
 * @param start `undefined` when nothing can follow
 */
export function listPage<Entry>(
  source: ListingSource<Entry>,
  scope: Scope,
  start: Bound | undefined,
  limit: number,
): Listing<Entry> {
  const prefix = keyBytes(scope.prefix);
  const end = prefix.length === 0 ? undefined : afterPrefix(prefix);
  const entries: Entry[] = [];
  const commonPrefixes: string[] = [];
  let last: Listing<Entry>['last'];
  let from = limit === 0 ? undefined : start;
  while (from !== undefined) {
    const chunk = source.fetch(from, end, limit + 1);
    let rolledUp: Buffer | undefined;
    for (const entry of chunk) {
      const key = source.keyOf(entry);
      if (rolledUp !== undefined && startsWith(key, rolledUp)) continue;
      if (entries.length + commonPrefixes.length === limit) {
        return { entries, commonPrefixes, truncated: true, last };
      }
      rolledUp = commonPrefixOf(key, prefix, scope.delimiter);
      if (rolledUp === undefined) {
        entries.push(entry);
        last = { entry };
      } else {
        const commonPrefix = keyText(rolledUp);
        commonPrefixes.push(commonPrefix);
        last = { commonPrefix };
      }
    }
    if (chunk.length <= limit) break;
    // seek over the rest of what is rolled up, instead of reading it
    from = rolledUp === undefined ? source.behind(chunk.at(-1)!) : boundBehindPrefix(rolledUp);
  }
  return { entries, commonPrefixes, truncated: false, last };
}

/** The start of a listing with no marker. */
export function boundOf(prefix: string): Bound {
  return { key: keyBytes(prefix) };
}

/** Behind everything that starts with a common prefix. */
export function boundBehindPrefix(prefix: Buffer): Bound | undefined {
  const key = afterPrefix(prefix);
  return key === undefined ? undefined : { key };
}

/** Behind a key that a client names; behind everything under it when it is itself a common prefix, which was listed. */
export function boundBehindMarker(marker: string, { prefix, delimiter }: Scope): Bound | undefined {
  const key = keyBytes(marker);
  const rolledUp = commonPrefixOf(key, keyBytes(prefix), delimiter);
  return latest(
    rolledUp?.equals(key) === true ? boundBehindPrefix(key) : boundBehindKey(key),
    boundOf(prefix),
  );
}

/** Behind every entry of a key. */
export function boundBehindKey(key: Buffer): Bound {
  return { key: Buffer.concat([key, Buffer.of(0)]) };
}

/** The bound that lets less through: a marker before the prefix is no reason to read what is before the prefix. */
export function latest(bound: Bound | undefined, other: Bound): Bound | undefined {
  if (bound === undefined) return undefined;
  return Buffer.compare(bound.key, other.key) < 0 ? other : bound;
}

function commonPrefixOf(key: Buffer, prefix: Buffer, delimiter: string | undefined): Buffer | undefined {
  if (delimiter === undefined || !startsWith(key, prefix)) return undefined;
  const bytes = keyBytes(delimiter);
  const at = key.indexOf(bytes, prefix.length);
  return at === -1 ? undefined : key.subarray(0, at + bytes.length);
}

function startsWith(key: Buffer, prefix: Buffer): boolean {
  return key.subarray(0, prefix.length).equals(prefix);
}
