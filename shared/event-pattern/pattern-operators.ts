import { compileCidr, parseAddress, sameAddress } from './pattern-address.ts';
import { nearestWord } from '../nearest-word.ts';
import { writeJson, type JsonScalar, type JsonValue } from './pattern-json.ts';
import { comparableNumber, compileRange } from './pattern-number.ts';
import { compileIgnoringCase, compileWildcard } from './pattern-text.ts';

/** The test of one value of an event. */
export type ValueTest = (value: JsonScalar) => boolean;

/** One element of a pattern's list: a test of values, or the wish that the field be absent. */
export type Matcher = { readonly test: ValueTest } | 'absent';

/** What is wrong with one element of a pattern's list, without its place in the pattern. */
export class MatcherError extends Error {
  /** Undefined where the element has no operator, or several. */
  readonly operator: string | undefined;

  constructor(operator: string | undefined, message: string) {
    super(message);
    this.operator = operator;
  }
}

/** @throws MatcherError */
export function compileMatcher(value: JsonValue): Matcher {
  switch (value.kind) {
    case 'object':
      return compileOperator(value);
    case 'array':
      throw new MatcherError(undefined, 'a list in a list; write one list of values');
    case 'string':
      return { test: equalsString(value.value) };
    case 'number':
      return { test: equalsNumber(value.literal) };
    case 'literal':
    default:
      return { test: (other) => other.kind === 'literal' && other.literal === value.literal };
  }
}

/** The wildcards that a valid element of a list holds: `{"wildcard": "a*"}`, `{"anything-but": {"wildcard": ["a*"]}}`. */
export function wildcardsOf(value: JsonValue): readonly string[] {
  if (value.kind !== 'object') return [];
  return value.fields.flatMap(([operator, operand]) => {
    if (operator === 'anything-but') return wildcardsOf(operand);
    return operator === 'wildcard' ? listOf(operand).map((item) => stringOf(item, operator)) : [];
  });
}

function compileOperator(object: JsonValue): Matcher {
  const [operator, operand] = onlyField(object, undefined);
  switch (operator) {
    case 'exactly':
      return { test: equalsText(stringOf(operand, operator)) };
    case 'prefix':
    case 'suffix':
      return { test: prefixOrSuffix(operator, operand) };
    case 'equals-ignore-case':
      return { test: onText(compileIgnoringCase(stringOf(operand, operator)).equals) };
    case 'wildcard':
      return { test: onText(wildcard(operand, operator)) };
    case 'anything-but':
      return { test: compileAnythingBut(operand) };
    case 'numeric':
      return { test: compileNumeric(operand) };
    case 'cidr':
      return { test: compileCidrTest(operand) };
    case 'exists':
      if (operand.kind !== 'literal' || operand.literal === 'null') {
        throw new MatcherError(operator, 'it wants true or false');
      }
      return operand.literal === 'true' ? { test: () => true } : 'absent';
    default:
      throw new MatcherError(operator, noSuchOperator(operator));
  }
}

/** The operators that are documented. `exactly` and those that other matchers have are not offered. */
export const OPERATORS = [
  'prefix',
  'suffix',
  'wildcard',
  'anything-but',
  'equals-ignore-case',
  'numeric',
  'exists',
  'cidr',
] as const;

function noSuchOperator(operator: string): string {
  const meant = nearestWord(operator, OPERATORS);
  return meant === undefined
    ? `there is no such operator; there are ${OPERATORS.join(', ')}`
    : `there is no such operator; did you mean ${JSON.stringify(meant)}?`;
}

function prefixOrSuffix(operator: 'prefix' | 'suffix', operand: JsonValue): ValueTest {
  if (operand.kind === 'object') {
    const [inner, wanted] = onlyField(operand, operator);
    if (inner !== 'equals-ignore-case') {
      throw new MatcherError(operator, 'it wants a string or {"equals-ignore-case": string}');
    }
    return onText(compileIgnoringCase(stringOf(wanted, operator))[operator]);
  }
  return onText(beginsOrEnds(operator, stringOf(operand, operator)));
}

const beginsOrEnds = (operator: 'prefix' | 'suffix', wanted: string) =>
  operator === 'prefix' ? (text: string) => text.startsWith(wanted) : (text: string) => text.endsWith(wanted);

function compileAnythingBut(operand: JsonValue): ValueTest {
  const excluded = operand.kind === 'object' ? excludedTexts(operand) : excludedValues(operand);
  return (value) => !excluded.some((test) => test(value));
}

function excludedTexts(object: JsonValue): readonly ValueTest[] {
  const [operator, operand] = onlyField(object, 'anything-but');
  const texts = listOf(operand).map((item) => stringOf(item, 'anything-but'));
  if (texts.length === 0) throw new MatcherError('anything-but', 'the list is empty');
  switch (operator) {
    case 'prefix':
    case 'suffix':
      // it would exclude every text
      if (texts.includes('')) throw new MatcherError('anything-but', `the ${operator} is empty`);
      return texts.map((text) => onText(beginsOrEnds(operator, text)));
    case 'equals-ignore-case':
      return texts.map((text) => onText(compileIgnoringCase(text).equals));
    case 'wildcard':
      return listOf(operand).map((item) => onText(wildcard(item, 'anything-but')));
    default:
      throw new MatcherError('anything-but', `it does not go with ${JSON.stringify(operator)}`);
  }
}

function excludedValues(operand: JsonValue): readonly ValueTest[] {
  const items = listOf(operand);
  const kinds = new Set(items.map(({ kind }) => kind));
  if (kinds.size !== 1 || !(kinds.has('string') || kinds.has('number'))) {
    throw new MatcherError('anything-but', 'it wants strings, or numbers, but not both, and at least one');
  }
  return items.map((item) => {
    if (item.kind === 'number') {
      numberOf(item, 'anything-but');
      return equalsNumber(item.literal);
    }
    return equalsText(stringOf(item, 'anything-but'));
  });
}

function compileNumeric(operand: JsonValue): ValueTest {
  const items = operand.kind === 'array' ? operand.items : [];
  const operators = items.filter((_, at) => at % 2 === 0).map((item) => stringOf(item, 'numeric'));
  const bounds = items.filter((_, at) => at % 2 === 1).map((item) => numberOf(item, 'numeric'));
  const range = compileRange(operators, bounds);
  if (typeof range === 'string') throw new MatcherError('numeric', range);
  return (value) => {
    const number = value.kind === 'number' ? comparableNumber(value.literal) : undefined;
    return number !== undefined && range(number);
  };
}

function compileCidrTest(operand: JsonValue): ValueTest {
  const block = compileCidr(stringOf(operand, 'cidr'));
  if (typeof block === 'string') throw new MatcherError('cidr', block);
  return onText((text) => {
    const address = parseAddress(text);
    return address !== undefined && block(address);
  });
}

function equalsString(wanted: string): ValueTest {
  const address = parseAddress(wanted);
  if (address === undefined) return equalsText(wanted);
  // an exact string that is an IP address means the address, in whatever spelling
  return onText((text) => {
    const other = parseAddress(text);
    return other !== undefined && sameAddress(address, other);
  });
}

function equalsNumber(wanted: string): ValueTest {
  const number = comparableNumber(wanted);
  return (value) =>
    value.kind === 'number' &&
    (value.literal === wanted || (number !== undefined && comparableNumber(value.literal) === number));
}

const equalsText = (wanted: string) => onText((text) => text === wanted);

const onText =
  (test: (text: string) => boolean): ValueTest =>
  (value) =>
    value.kind === 'string' && test(value.value);

function wildcard(operand: JsonValue, operator: string): (text: string) => boolean {
  const test = compileWildcard(stringOf(operand, operator));
  if (typeof test === 'string') throw new MatcherError(operator, test);
  return test;
}

function onlyField(object: JsonValue, operator: string | undefined): readonly [string, JsonValue] {
  const [field, ...more] = object.kind === 'object' ? object.fields : [];
  if (field === undefined) {
    throw new MatcherError(operator, 'an object of a list holds one operator, this has none');
  }
  if (more.length > 0) {
    const names = [field, ...more].map(([name]) => JSON.stringify(name)).join(' and ');
    throw new MatcherError(
      operator,
      `an object of a list holds one operator, this has ${names}; write an object for each, of which any may hold, or one wildcard`,
    );
  }
  return field;
}

const listOf = (value: JsonValue) => (value.kind === 'array' ? value.items : [value]);

function stringOf(value: JsonValue, operator: string): string {
  if (value.kind !== 'string') throw new MatcherError(operator, `${writeJson(value)} is not a string`);
  return value.value;
}

function numberOf(value: JsonValue, operator: string): number {
  const number = value.kind === 'number' ? comparableNumber(value.literal) : undefined;
  if (number === undefined) {
    throw new MatcherError(operator, `${writeJson(value)} is not a number that a double holds exactly`);
  }
  return number;
}
