import { parseOperator, type ConditionOperator } from './condition-operator.ts';
import { isKnownKey, isListKey, type RequestContext } from './condition-keys.ts';

/** operator → condition key → values: `{ "ArnEquals": { "aws:SourceArn": ["arn:…"] } }` */
export type PolicyConditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/**
 * Whether a request satisfies all the conditions of a statement: every key of every operator. Of the values of one key, one is
 * enough; of a negated operator, none may match.
 *
 * @throws Error for what `whyNotEvaluated` names: it is asked when the template is read
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
export function conditionsHold(conditions: PolicyConditions, context: RequestContext): boolean {
  return Object.entries(conditions).every(([text, keys]) => {
    const operator = parseOperator(text);
    if (operator === undefined) throw new Error(`the condition operator ${text} cannot be evaluated here`);
    return Object.entries(keys).every(([key, values]) =>
      satisfies(operator, values, context[key.toLowerCase()]),
    );
  });
}

function satisfies(
  operator: ConditionOperator,
  values: readonly string[],
  given: string | readonly string[] | undefined,
): boolean {
  const { comparison, isNegated, set, ifExists } = operator;
  const actual = given === undefined ? [] : [given].flat();
  if (comparison === 'Null') {
    return values.some((value) => (value.toLowerCase() === 'true') === (actual.length === 0));
  }
  if (actual.length === 0) {
    // an absent key is not equal to anything, which the negated operators ask for; no value is also every value, and not any
    return ifExists || (set === undefined ? isNegated : set === 'ForAllValues');
  }
  const isOne = (one: string): boolean => values.some((value) => comparison(value, one)) !== isNegated;
  return set === 'ForAnyValue' ? actual.some(isOne) : actual.every(isOne);
}

/**
 * What of the conditions cannot be evaluated on this machine: `the operator DateLessThan`, `the key aws:SourceIp`; undefined when
 * all can.
 */
export function whyNotEvaluated(conditions: PolicyConditions): string | undefined {
  for (const [text, keys] of Object.entries(conditions)) {
    const operator = parseOperator(text);
    if (operator === undefined) return `the operator ${text}`;
    for (const [key, values] of Object.entries(keys)) {
      if (!isKnownKey(key)) return `the key ${key}`;
      if (isListKey(key) && operator.set === undefined && operator.comparison !== 'Null') {
        return `the key ${key}, which has a list of values, without ForAllValues or ForAnyValue`;
      }
      const variable = values.find((value) => value.includes('${'));
      if (variable !== undefined) return `the policy variable in ${JSON.stringify(variable)}`;
    }
  }
  return undefined;
}
