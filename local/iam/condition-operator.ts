import { matchesGlob } from '../../shared/glob.ts';

/** Compares a value that the policy gives with one that the request has. */
type Comparison = (wanted: string, actual: string) => boolean;

/** Each may also be written with `Not` before its last word, as IAM does: `StringNotEquals`, `ArnNotLike`. */
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  StringEquals: (wanted, actual) => wanted === actual,
  StringEqualsIgnoreCase: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  StringLike: matchesGlob,
  // both take wildcards
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  Bool: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  NumericEquals: (wanted, actual) => Number(wanted) === Number(actual),
  NumericLessThan: (wanted, actual) => Number(actual) < Number(wanted),
  NumericLessThanEquals: (wanted, actual) => Number(actual) <= Number(wanted),
  NumericGreaterThan: (wanted, actual) => Number(actual) > Number(wanted),
  NumericGreaterThanEquals: (wanted, actual) => Number(actual) >= Number(wanted),
};

const NEGATABLE = /^(String|Arn|Numeric)Not(?=Equals|Like)/;

/** A condition operator of IAM, taken apart. */
export interface ConditionOperator {
  /** `Null` asks whether the request has the key at all. */
  readonly comparison: Comparison | 'Null';
  readonly isNegated: boolean;
  /** For keys with a list of values: whether all of the request's must satisfy the condition, or one. */
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined;
  /** Whether a request without the key satisfies it. */
  readonly ifExists: boolean;
}

/**
 * `ForAllValues:StringNotEqualsIfExists` taken apart; undefined for an operator that cannot be evaluated here (dates, IP addresses,
 * binary values).
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function parseOperator(text: string): ConditionOperator | undefined {
  if (!parsed.has(text)) parsed.set(text, takenApart(text));
  return parsed.get(text);
}

/** Those of the policies that this process knows: each call asks for them again. */
const parsed = new Map<string, ConditionOperator | undefined>();

function takenApart(text: string): ConditionOperator | undefined {
  const [, set, rest = ''] = /^(?:(ForAllValues|ForAnyValue):)?(\w+)$/.exec(text) ?? [];
  const ifExists = rest.endsWith('IfExists');
  const name = ifExists ? rest.slice(0, -'IfExists'.length) : rest;
  const about = { set: set as ConditionOperator['set'], ifExists };
  if (name === 'Null') {
    return ifExists || set !== undefined ? undefined : { ...about, comparison: 'Null', isNegated: false };
  }
  const isNegated = NEGATABLE.test(name);
  const plain = name.replace(NEGATABLE, '$1');
  if (!Object.hasOwn(COMPARISONS, plain) || (isNegated && /Than/.test(plain))) return undefined;
  return { ...about, comparison: COMPARISONS[plain]!, isNegated };
}

/** Each of the six parts of an ARN is compared by itself, so that a star does not reach over a colon into the next one. */
function matchesArn(wanted: string, actual: string): boolean {
  const [wantedParts, actualParts] = [arnParts(wanted), arnParts(actual)];
  if (wantedParts === undefined || actualParts === undefined) return false;
  return wantedParts.every((part, index) => matchesGlob(part, actualParts[index]!));
}

function arnParts(text: string): readonly string[] | undefined {
  // a lone star, which people write for any ARN
  if (text === '*') return ['*', '*', '*', '*', '*', '*'];
  const parts = text.split(':');
  return parts.length < 6 ? undefined : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
