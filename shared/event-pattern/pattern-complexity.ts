import type { Alternative } from './pattern-alternatives.ts';

/** AWS was seen to refuse patterns that measure 11 and 12. */
export const REFUSED_FROM = 11;

/** AWS was seen to accept patterns that measure 7, and one of 9: above 7 nobody can be sure. */
export const SURELY_ACCEPTED = 7;

/** Sets of prefixes to look at; what needs more of them is far too complex for a rule. */
const MOST_SETS = 5_000;

/** One wildcard of a field, and how many of its characters a text has matched. */
interface Prefix {
  readonly wildcard: readonly string[];
  readonly length: number;
}

/**
 * How complex a rule is by the measure of AWS's open matcher: the largest number of prefixes of its wildcards that one
 * text can match at once. `{"wildcard": "csv/*.csv"}` measures 2: `csv/.csv` is matched by `csv/*` and by `csv/*.csv`.
 * Duplicates count once, the fields of a rule by themselves; the largest counts. A rule without wildcards measures 0.
 *
 * AWS's own limit is not published. Counting stops at 11, which was seen refused.
 *
 * @see https://github.com/aws/event-ruler (MachineComplexityEvaluator)
 */
export function complexityOf(alternatives: readonly Alternative[]): number {
  let most = 0;
  for (const wildcards of fieldsOf(alternatives).values()) {
    most = Math.max(most, mostPrefixesAtOnce([...wildcards]));
    if (most >= REFUSED_FROM) break;
  }
  return most;
}

export const isTooComplex = (complexity: number): boolean => complexity >= REFUSED_FROM;

/** The wildcards that are looked for together: those of one field, after the same fields before it. */
function fieldsOf(alternatives: readonly Alternative[]): ReadonlyMap<string, ReadonlySet<string>> {
  const fields = new Map<string, Set<string>>();
  for (const alternative of alternatives) {
    let before = '';
    for (const { path, wanted, wildcards } of alternative) {
      const place = `${before}\n${path}`;
      if (wildcards.length > 0) {
        const together = fields.get(place) ?? new Set();
        for (const wildcard of wildcards) together.add(wildcard);
        fields.set(place, together);
      }
      before = `${place} ${wanted}`;
    }
  }
  return fields;
}

/** Lets texts grow character by character, and keeps the set of prefixes that each of them matches. */
function mostPrefixesAtOnce(wildcards: readonly string[]): number {
  const parsed = wildcards.map(charactersOf);
  const start = throughStars(parsed.map((wildcard) => ({ wildcard, length: 0 })));
  const seen = new Set<string>();
  const sets = [start];
  let most = 0;
  for (const set of sets) {
    for (const character of charactersThatMatter(set)) {
      const next = throughStars(set.flatMap((prefix) => after(prefix, character)));
      const name = nameOf(next, parsed);
      if (next.length === 0 || seen.has(name)) continue;
      seen.add(name);
      most = Math.max(most, next.length);
      if (most >= REFUSED_FROM || seen.size > MOST_SETS) return REFUSED_FROM;
      sets.push(next);
    }
  }
  return most;
}

/** The characters that make some prefix longer, and one that stands for all others: only a star matches those. */
function charactersThatMatter(set: readonly Prefix[]): ReadonlySet<string> {
  const next = set.flatMap(({ wildcard, length }) => wildcard[length] ?? []);
  return new Set([...next.filter((character) => character !== STAR), OTHER]);
}

/** The star of a wildcard, as no character of a text can be. */
const STAR = '';
/** A character that stands in no wildcard. */
const OTHER = '\u{10ffff}\u{10ffff}';

/** `a*\*` is `a`, the star, and a literal `*`. */
function charactersOf(wildcard: string): string[] {
  const characters: string[] = [];
  let escaped = false;
  for (const character of wildcard) {
    if (!escaped && character === '\\') {
      escaped = true;
      continue;
    }
    characters.push(!escaped && character === '*' ? STAR : character);
    escaped = false;
  }
  return characters;
}

/** The prefixes that are matched after one more character. A star before the end of a prefix takes it in. */
function after({ wildcard, length }: Prefix, character: string): Prefix[] {
  const endsInStar = length > 0 && wildcard[length - 1] === STAR;
  const goesOn = length < wildcard.length && wildcard[length] === character;
  return [
    ...(endsInStar ? [{ wildcard, length }] : []),
    ...(goesOn ? [{ wildcard, length: length + 1 }] : []),
  ];
}

/** Each prefix, and where a star follows it, also the prefix with that star: a star may match nothing. */
function throughStars(prefixes: readonly Prefix[]): Prefix[] {
  const all = new Map<readonly string[], Map<number, Prefix>>();
  const add = (prefix: Prefix) => {
    const lengths = all.get(prefix.wildcard) ?? new Map<number, Prefix>();
    all.set(prefix.wildcard, lengths.set(prefix.length, prefix));
  };
  for (const prefix of prefixes) {
    add(prefix);
    if (prefix.wildcard[prefix.length] === STAR) add({ ...prefix, length: prefix.length + 1 });
  }
  return [...all.values()].flatMap((lengths) => [...lengths.values()]);
}

const nameOf = (set: readonly Prefix[], wildcards: readonly (readonly string[])[]): string =>
  set
    .map(({ wildcard, length }) => `${wildcards.indexOf(wildcard)}:${length}`)
    .toSorted()
    .join(' ');
