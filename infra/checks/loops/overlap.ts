import { matchesGlob } from '../../../shared/glob.ts';
import { atomsOf, type Text } from './text.ts';

/**
 * Whether some text is matched by both: by the resource that a statement names, and by what somebody listens to. What is not known
 * counts as matched.
 *
 * @param pattern `arn:aws:s3:::⟨Files/Ingest⟩/in/*`
 * @param target `arn:aws:s3:::⟨Files/Ingest⟩/*.csv`
 */
export function overlaps(pattern: Text, target: Text): boolean {
  if (pattern === target || pattern === '*') return true;
  if (beginsOtherwise(pattern, target)) return false;
  // a parameter cannot hold a name that CloudFormation makes up in the same deployment
  if (pattern.startsWith(`${BUCKET}⟨`) && target.startsWith(`${BUCKET}⟪`)) return false;
  const guessesName = mayGuessName(pattern);
  const [segments, others] = [segmentsOf(pattern), segmentsOf(target)];
  // what is unknown in a segment of an ARN, such as the Region, is no more than that segment
  return segments !== undefined && others !== undefined && segments.length === others.length
    ? segments.every((segment, at) => meet(segment, others[at]!, guessesName))
    : meet(pattern, target, guessesName);
}

const BUCKET = 'arn:aws:s3:::';

function meet(pattern: Text, target: Text, guessesName: boolean): boolean {
  if (beginsOtherwise(pattern, target)) return false;
  const [one, other] = withOneMeaning(atomsOf(pattern), atomsOf(target), guessesName);
  return bothMatch(one, other);
}

const SEGMENT = '((?:⟪[^⟫]*⟫|[^:*⟪])*):';
const ARN = new RegExp(`^${SEGMENT.repeat(5)}(.*)$`, 'su');

/** Quick, and enough for most: what both begin with for certain, or are for certain, is not the same. */
function beginsOtherwise(pattern: Text, target: Text): boolean {
  const length = Math.min(certain(pattern), certain(target));
  return (
    pattern.slice(0, length) !== target.slice(0, length) ||
    (pattern !== target && !/[*?⟪⟨]/.test(pattern + target))
  );
}

function certain(text: Text): number {
  const end = text.search(/[*?⟪⟨]/);
  return end === -1 ? text.length : end;
}

/** The five segments before the resource, and the resource; undefined for what is no ARN, or has a wildcard before the resource. */
function segmentsOf(text: Text): readonly Text[] | undefined {
  const found = ARN.exec(text);
  return found?.slice(1);
}

/** Whether the pattern of a denial matches all that the text matches. What is not known counts as not matched. */
export function covers(pattern: Text, text: Text): boolean {
  if (pattern.includes('?')) return pattern === text;
  // a star of the text is matched by a star alone
  return matchesGlob(pattern, text.replaceAll(/[*?]/g, '\u0000'));
}

/** Whether a wildcard stands in the name of a bucket, or of any other resource: it may match a name that nobody knows yet. */
function mayGuessName(pattern: Text): boolean {
  const plain = pattern.replaceAll(/⟪[^⟫]*⟫/g, '?');
  const [, bucket] = /^arn:aws:s3:::([^/]*)/.exec(plain) ?? [];
  const [, resource = plain] = /^arn:aws:[^:]*:[^:]*:[^:]*:(.*)$/.exec(plain) ?? [];
  // behind the name: a function's version, a table's index, an object's key
  const name = bucket ?? resource.replace(/[:/]\*$/, '');
  return /[*?]/.test(name);
}

const ANY = '*';
const isUnknown = (atom: string): boolean => atom.startsWith('⟪');
const isMadeUp = (atom: string): boolean => atom.startsWith('⟨');

/** What is unknown becomes a star, unless it is the same thing on both sides. A name that CloudFormation makes up is no literal text. */
function withOneMeaning(
  pattern: readonly string[],
  target: readonly string[],
  guessesName: boolean,
): readonly [readonly string[], readonly string[]] {
  const shared = new Set(pattern.filter((atom) => isUnknown(atom) && target.includes(atom)));
  const simple = (atoms: readonly string[]) =>
    atoms.map((atom) => {
      if (isUnknown(atom) && !shared.has(atom)) return ANY;
      return isMadeUp(atom) && guessesName && !pattern.includes(atom) ? ANY : atom;
    });
  return [simple(pattern), simple(target)];
}

/** Row by row over the target: which beginnings of the pattern can match the same text as this beginning of the target. */
function bothMatch(pattern: readonly string[], target: readonly string[]): boolean {
  let row = firstRow(pattern);
  for (const atom of target) {
    const next = [atom === ANY && row[0]!];
    for (const [at, one] of pattern.entries()) {
      next.push(meets(one, atom, { diagonal: row[at]!, above: row[at + 1]!, left: next[at]! }));
    }
    if (!next.includes(true)) return false;
    row = next;
  }
  return row.at(-1)!;
}

/** Which beginnings of the pattern match no character at all: those of stars alone. */
function firstRow(pattern: readonly string[]): readonly boolean[] {
  const row = [true];
  for (const [at, one] of pattern.entries()) row.push(row[at]! && one === ANY);
  return row;
}

interface Neighbours {
  readonly diagonal: boolean;
  readonly above: boolean;
  readonly left: boolean;
}

function meets(one: string, other: string, { diagonal, above, left }: Neighbours): boolean {
  if (one === ANY || other === ANY) return above || left;
  return diagonal && (one === other || one === '?' || other === '?');
}
