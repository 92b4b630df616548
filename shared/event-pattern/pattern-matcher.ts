import { multiplyOut } from './pattern-alternatives.ts';
import { matchesInOneElement } from './pattern-arrays.ts';
import { type Clause, type FieldClause, InvalidEventPatternError, readClauses } from './pattern-clauses.ts';
import { complexityOf, isTooComplex } from './pattern-complexity.ts';
import { type Leaf, parseEvent, type ParsedEvent } from './pattern-event.ts';
import { writeJson } from './pattern-json.ts';

/** What one clause of a pattern says of an event: for people who ask why a rule did not fire. */
export interface ClauseResult {
  /** `detail.object.key`; of a `$or`, where it stands: `detail.$or`. */
  readonly path: string;
  /** The clause as JSON text: `[{"prefix":"csv/"}]`; of a `$or` in words. */
  readonly wanted: string;
  /** The event's values there, as JSON texts; empty when the field is absent. */
  readonly found: readonly string[];
  readonly matched: boolean;
  /** Those elements of a list of several that hold, as JSON texts; absent when there is none. */
  readonly held?: readonly string[];
  /** The clauses of each alternative of a `$or`. */
  readonly alternatives?: readonly (readonly ClauseResult[])[];
}

/** A pattern, ready to be held against events. Both methods take an event's JSON text, or what `parseEvent` made of it. */
export interface EventMatcher {
  /** By the measure of AWS's open matcher; up to 7 is surely accepted, 11 refused. See `complexityOf`. */
  readonly complexity: number;
  /** @throws InvalidEventTextError when the text is no event */
  matches(event: string | ParsedEvent): boolean;
  /**
   * Each clause in the order of the pattern. When every one holds for some element of an array but none for all of
   * them, the pattern does not match; a last result with the path `""` says so.
   *
   * @throws InvalidEventTextError when the text is no event
   */
  explain(event: string | ParsedEvent): readonly ClauseResult[];
}

/**
 * Compiles an event pattern to EventBridge's own semantics; agrees with AWS's open-source matcher on the cases in
 * test/shared/event-pattern/event-patterns.jsonl. Time grows with pattern times event, whatever either holds.
 *
 * @param text e.g. `{"source":["aws.s3"],"detail":{"object":{"key":[{"wildcard":"csv/*.csv"}]}}}`, at most 2,048 characters
 * @throws InvalidEventPatternError naming the clause
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function compilePattern(text: string): EventMatcher {
  const clauses = readClauses(text);
  const alternatives = multiplyOut(clauses);
  const complexity = complexityOf(alternatives);
  if (isTooComplex(complexity)) {
    throw new InvalidEventPatternError(
      'Rule is too complex - try using fewer wildcard characters, or a prefix or a suffix in their place',
      { path: '' },
    );
  }
  const matches = (event: ParsedEvent) =>
    alternatives.some((fields) => {
      if (!fields.every((clause) => holds(clause, leavesOf(clause, event)))) return false;
      // the usual event has no objects in arrays, and is done here
      return inNoArray(fields, event) || matchesInOneElement(fields, event);
    });
  return {
    complexity,
    matches: (event) => matches(parsed(event)),
    explain(event) {
      const parsedEvent = parsed(event);
      const results = clauses.map((clause) => explain(clause, parsedEvent));
      if (matches(parsedEvent) || results.some(({ matched }) => !matched)) return results;
      return [
        ...results,
        { path: '', wanted: 'all fields in the same element of an array', found: [], matched: false },
      ];
    },
  };
}

const parsed = (event: string | ParsedEvent) => (typeof event === 'string' ? parseEvent(event) : event);

const NO_LEAVES: readonly Leaf[] = [];
const leavesOf = ({ path }: FieldClause, { leaves }: ParsedEvent) => leaves.get(path) ?? NO_LEAVES;

/** Whether the clause can hold by itself. An absent field may be absent from one element of an array only. */
function holds(
  { tests, orAbsent }: Pick<FieldClause, 'tests' | 'orAbsent'>,
  leaves: readonly Leaf[],
): boolean {
  return (
    (orAbsent && leaves.every(({ place }) => place !== undefined)) ||
    leaves.some(({ value }) => tests.some((test) => test(value)))
  );
}

const heldOf = ({ matchers }: FieldClause, leaves: readonly Leaf[]): readonly string[] =>
  matchers
    .filter(([, matcher]) =>
      holds(
        matcher === 'absent' ? { tests: [], orAbsent: true } : { tests: [matcher.test], orAbsent: false },
        leaves,
      ),
    )
    .map(([wanted]) => wanted);

const inNoArray = (fields: readonly FieldClause[], event: ParsedEvent) =>
  fields.every((clause) => leavesOf(clause, event).every(({ place }) => place === undefined));

function explain(clause: Clause, event: ParsedEvent): ClauseResult {
  if ('alternatives' in clause) {
    const alternatives = clause.alternatives.map((inner) => inner.map((one) => explain(one, event)));
    return {
      path: clause.path,
      wanted: `one of ${alternatives.length} alternatives`,
      found: [],
      matched: alternatives.some((results) => results.every(({ matched }) => matched)),
      alternatives,
    };
  }
  const leaves = leavesOf(clause, event);
  const found = leaves.map(({ value }) => writeJson(value));
  const held = heldOf(clause, leaves);
  return {
    path: clause.path,
    wanted: clause.wanted,
    found,
    matched: holds(clause, leaves),
    ...(held.length > 0 && clause.matchers.length > 1 && { held }),
  };
}
