import { AwsError } from '../protocols/aws-error.ts';

/** What DynamoDB takes of an expression, and dynalite does not ask. @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const LONGEST_EXPRESSION_BYTES = 4_096;
const MOST_OPERATORS = 300;

/** Lists and maps around a value; with the value itself it is the 32 levels that AWS's documents speak of. */
const DEEPEST_ATTRIBUTE = 31;

/** No request has a need of more; what follows the nesting by calling itself must stop before the stack does. */
const DEEPEST_JSON = 200;

const EXPRESSIONS = [
  'ConditionExpression',
  'FilterExpression',
  'KeyConditionExpression',
  'ProjectionExpression',
  'UpdateExpression',
];

/** @throws AwsError `ValidationException`, in DynamoDB's words, for what is longer or deeper than it takes */
export function checkRequestLimits(input: Readonly<Record<string, unknown>>): void {
  for (const name of EXPRESSIONS) {
    const expression = input[name];
    if (typeof expression === 'string') checkExpression(name, expression);
  }
  checkNesting(input, 0, 0);
}

function checkExpression(name: string, expression: string): void {
  const invalid = (why: string) => new AwsError('ValidationException', `Invalid ${name}: ${why}`);
  const bytes = Buffer.byteLength(expression);
  if (bytes > LONGEST_EXPRESSION_BYTES) {
    throw invalid(`Expression size has exceeded the maximum allowed size; expression size: ${bytes}`);
  }
  const { operators, deepest } = measure(expression);
  if (operators > MOST_OPERATORS) {
    throw invalid(`The expression contains too many operators; operator count: ${operators}`);
  }
  // each pair that is not redundant holds an operator
  if (deepest > MOST_OPERATORS) throw invalid('The expression has redundant parentheses;');
}

const TOKEN = /[#:]?\w+|<=|>=|<>|[=<>+\-()]/g;
const WORD_OPERATORS = new Set(['AND', 'OR', 'NOT', 'IN', 'BETWEEN']);

/** Operators and functions, and how deep its parentheses go. */
function measure(expression: string): { operators: number; deepest: number } {
  let [operators, depth, deepest] = [0, 0, 0];
  let before = '';
  let isBetween = false;
  for (const [token] of expression.matchAll(TOKEN)) {
    const word = token.toUpperCase();
    if (token === '(') {
      depth++;
      deepest = Math.max(deepest, depth);
      // a name before a parenthesis is a function
      if (/^[A-Z_]\w*$/.test(before) && !WORD_OPERATORS.has(before)) operators++;
    } else if (token === ')') depth--;
    // the AND of `BETWEEN :a AND :b` is a part of it
    else if (word === 'AND' && isBetween) isBetween = false;
    else if (WORD_OPERATORS.has(word) || /^[=<>+-]/.test(token)) {
      operators++;
      isBetween ||= word === 'BETWEEN';
    }
    before = word;
  }
  return { operators, deepest };
}

function checkNesting(value: unknown, attributeDepth: number, jsonDepth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (attributeDepth > DEEPEST_ATTRIBUTE || jsonDepth > DEEPEST_JSON) {
    throw new AwsError(
      'ValidationException',
      'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit',
    );
  }
  const entries = Object.entries(value);
  const isContainer = entries.length === 1 && ['L', 'M'].includes(entries[0]![0]) && !Array.isArray(value);
  for (const [, inner] of entries) checkNesting(inner, attributeDepth + (isContainer ? 1 : 0), jsonDepth + 1);
}
