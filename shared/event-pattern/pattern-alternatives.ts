import { type Clause, type FieldClause, InvalidEventPatternError } from './pattern-clauses.ts';

/** The fields that must all match, by path in the order of the paths: the order decides what `exists: false` looks at. */
export type Alternative = readonly FieldClause[];

/** EventBridge's limit: more combinations of `$or` than these are refused. */
export const MOST_ALTERNATIVES = 1_000;

/**
 * What a pattern comes to when its `$or`s are multiplied out; one alternative when it has none.
 *
 * @throws InvalidEventPatternError when they are too many, or one names a path twice
 */
export function multiplyOut(clauses: readonly Clause[]): readonly Alternative[] {
  if (count(clauses) > MOST_ALTERNATIVES) {
    throw new InvalidEventPatternError(
      `its $or lists make more than ${MOST_ALTERNATIVES} combinations; write several rules`,
      { path: '' },
    );
  }
  return combine(clauses).map((fields) => {
    const sorted = fields.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
    const twice = sorted.find(({ path }, at) => path === sorted[at + 1]?.path);
    if (twice !== undefined) {
      throw new InvalidEventPatternError('the field is there twice', {
        path: twice.path,
        value: twice.wanted,
      });
    }
    return sorted;
  });
}

// counted first: the combinations of a short text can outgrow the memory
const count = (clauses: readonly Clause[]): number =>
  clauses.reduce(
    (product, clause) =>
      'alternatives' in clause
        ? product * clause.alternatives.reduce((sum, inner) => sum + count(inner), 0)
        : product,
    1,
  );

function combine(clauses: readonly Clause[]): FieldClause[][] {
  return clauses.reduce<FieldClause[][]>(
    (rows, clause) => {
      const choices = 'alternatives' in clause ? clause.alternatives.flatMap(combine) : [[clause]];
      return rows.flatMap((row) => choices.map((choice) => [...row, ...choice]));
    },
    [[]],
  );
}
