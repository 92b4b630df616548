import { type JsonValue, JsonTextError, readJson, writeJson } from './pattern-json.ts';
import {
  compileMatcher,
  type Matcher,
  MatcherError,
  type ValueTest,
  wildcardsOf,
} from './pattern-operators.ts';

/** A field of a pattern with its list, or a `$or`. What a pattern is made of, in the order it was written. */
export type Clause = FieldClause | OrClause;

export interface FieldClause {
  /** `detail.object.key` */
  readonly path: string;
  /** The list as JSON text: `[{"prefix":"csv/"}]`. */
  readonly wanted: string;
  /** Any of them will do. */
  readonly tests: readonly ValueTest[];
  /** Every element of the list, as JSON text, with its test. */
  readonly matchers: readonly (readonly [wanted: string, matcher: Matcher])[];
  /** Whether the field may be absent: its list has an `{"exists": false}`. */
  readonly orAbsent: boolean;
  /** The texts of its wildcards, those of an `anything-but` too. */
  readonly wildcards: readonly string[];
}

interface OrClause {
  /** Where it stands, e.g. `detail.$or`. */
  readonly path: string;
  readonly alternatives: readonly (readonly Clause[])[];
}

/** The pattern is refused. The message names the clause: its path, operator and value, and what is wrong with it. */
export class InvalidEventPatternError extends Error {
  override readonly name = 'InvalidEventPatternError';
  /** `detail.object.key`; empty for the pattern as a whole. */
  readonly path: string;
  readonly operator: string | undefined;
  /** As JSON text; absent for the pattern as a whole. */
  readonly value: string | undefined;

  constructor(
    reason: string,
    clause: { path: string; operator?: string; value?: string },
    options?: ErrorOptions,
  ) {
    const { path, operator, value } = clause;
    const place = path === '' ? 'event pattern' : `event pattern at ${path}`;
    super(
      [
        place,
        ...(operator === undefined ? [] : [operator]),
        ...(value === undefined ? [] : [value]),
        reason,
      ].join(': '),
      options,
    );
    this.path = path;
    this.operator = operator;
    this.value = value;
  }
}

/** EventBridge's limit of a rule's pattern. */
export const LONGEST_PATTERN = 2_048;

// a field of one of these names inside `$or` would read as an operator; AWS keeps them for itself
const RESERVED_IN_OR = new Set(
  (
    'exactly equals-ignore-case prefix suffix anything-but exists wildcard numeric cidr = < <= > >= regex ' +
    'not-wildcard not-equals-ignore-case date-after date-on-or-after date-before date-on-or-before in-date-range ' +
    'ip-address-in-range ip-address-not-in-range'
  ).split(' '),
);

/** @throws InvalidEventPatternError */
export function readClauses(text: string): readonly Clause[] {
  if (text.length > LONGEST_PATTERN) {
    throw new InvalidEventPatternError(
      `${text.length} characters are more than the ${LONGEST_PATTERN} that a rule may have`,
      { path: '' },
    );
  }
  let root: JsonValue;
  try {
    root = readJson(text);
  } catch (cause) {
    if (!(cause instanceof JsonTextError)) throw cause;
    throw new InvalidEventPatternError(cause.message, { path: '' }, { cause });
  }
  return clausesOf(root, undefined, false);
}

function clausesOf(value: JsonValue, path: string | undefined, insideOr: boolean): readonly Clause[] {
  if (value.kind !== 'object') {
    throw new InvalidEventPatternError('a field wants a list of values, or an object of fields', {
      path: path ?? '',
      value: writeJson(value),
    });
  }
  if (value.fields.length === 0) {
    throw new InvalidEventPatternError('an empty object matches nothing; leave it out', {
      path: path ?? '',
      value: '{}',
    });
  }
  const names = new Set<string>();
  return value.fields.flatMap(([name, field]): readonly Clause[] => {
    const at = path === undefined ? name : `${path}.${name}`;
    if (names.has(name)) {
      throw new InvalidEventPatternError('the field is there twice', { path: at, value: writeJson(field) });
    }
    names.add(name);
    if (name === '$or') return [orClause(field, path, at)];
    if (insideOr && RESERVED_IN_OR.has(name)) {
      throw new InvalidEventPatternError(`a field in $or cannot be named ${JSON.stringify(name)}`, {
        path: at,
      });
    }
    return field.kind === 'array' ? [fieldClause(field, at)] : clausesOf(field, at, insideOr);
  });
}

function orClause(value: JsonValue, path: string | undefined, at: string): OrClause {
  const items = value.kind === 'array' ? value.items : [];
  if (items.length < 2 || items.some(({ kind }) => kind !== 'object')) {
    throw new InvalidEventPatternError('it wants a list of at least two objects', {
      path: at,
      operator: '$or',
      value: writeJson(value),
    });
  }
  return { path: at, alternatives: items.map((item) => clausesOf(item, path, true)) };
}

function fieldClause(list: JsonValue & { readonly kind: 'array' }, path: string): FieldClause {
  if (list.items.length === 0) {
    throw new InvalidEventPatternError('an empty list matches nothing', { path, value: '[]' });
  }
  const matchers = list.items.map((item) => {
    try {
      return compileMatcher(item);
    } catch (cause) {
      if (!(cause instanceof MatcherError)) throw cause;
      const { operator, message } = cause;
      const value = writeJson(item);
      throw new InvalidEventPatternError(
        message,
        { path, value, ...(operator !== undefined && { operator }) },
        { cause },
      );
    }
  });
  return {
    path,
    wanted: writeJson(list),
    matchers: matchers.map((matcher, at) => [writeJson(list.items[at]!), matcher]),
    tests: matchers.filter((matcher) => matcher !== 'absent').map(({ test }) => test),
    orAbsent: matchers.includes('absent'),
    wildcards: list.items.flatMap(wildcardsOf),
  };
}
