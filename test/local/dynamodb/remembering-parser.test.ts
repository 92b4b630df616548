import { createRequire } from 'node:module';
import { array, assert, constantFrom, letrec, nat, oneof, property, tuple, type Arbitrary } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rememberingParser, type Parser } from '../../../local/dynamodb/remembering-parser.ts';
import { LINEAR, timeRatio } from '../../support/linear-time.ts';

const require = createRequire(import.meta.url);

/** What the parser makes of the text, and what it leaves of the names that no expression has used. */
function outcome(parser: Parser, text: string): unknown {
  const context = {
    attrNames: { '#a': 'a', '#b': 'size' },
    attrVals: { ':n': { N: '1' }, ':s': { S: 's' } },
    unusedAttrNames: { '#a': true, '#b': true },
    unusedAttrVals: { ':n': true, ':s': true },
    isReserved: (name: string) => name.toUpperCase() === 'NAME',
    compare: () => false,
  };
  try {
    const result = JSON.stringify(parser.parse(text, { context }));
    return [result, context.unusedAttrNames, context.unusedAttrVals];
  } catch (error) {
    return (error as Error).message;
  }
}

const operand = constantFrom(
  'a',
  '#a',
  '#b',
  ':n',
  ':s',
  ':unknown',
  'name',
  'a.b[1]',
  '#a.c',
  'size(a)',
  '(a)',
);
const { condition } = letrec<{ condition: string }>((tie) => ({
  condition: oneof(
    { depthSize: 'small', maxDepth: 3 },
    tuple(operand, constantFrom('=', '<>', '<', '<=', '>', '>='), operand).map((parts) => parts.join(' ')),
    tuple(operand, operand, operand).map(([a, b, c]) => `${a} BETWEEN ${b} AND ${c}`),
    tuple(operand, operand).map(([a, b]) => `${a} IN (${b}, :n)`),
    tuple(constantFrom('attribute_exists', 'begins_with', 'contains', 'nothing'), operand, operand).map(
      ([name, a, b]) => `${name}(${a}${name === 'attribute_exists' ? '' : `, ${b}`})`,
    ),
    tie('condition').map((inner) => `(${inner})`),
    tie('condition').map((inner) => `NOT ${inner}`),
    tuple(tie('condition'), constantFrom('AND', 'or'), tie('condition')).map((parts) => parts.join(' ')),
  ),
}));
const update = array(
  oneof(
    tuple(operand, operand, operand).map(([a, b, c]) => `SET ${a} = ${b} + ${c}`),
    tuple(operand, operand).map(([a, b]) => `SET ${a} = if_not_exists(${a}, ${b})`),
    operand.map((path) => `REMOVE ${path}`),
    tuple(operand, operand).map(([a, b]) => `ADD ${a} ${b}`),
  ),
  { minLength: 1, maxLength: 4 },
).map((sections) => sections.join(' '));
const projection = array(operand, { minLength: 1, maxLength: 4 }).map((paths) => paths.join(', '));
/** Some of them are no expressions any more. */
const damaged = (texts: Arbitrary<string>) =>
  tuple(texts, nat(), constantFrom('', '', ')', '(', ' ', ',')).map(
    ([text, at, more]) => text.slice(0, at % (text.length + 1)) + more + text.slice(at % (text.length + 1)),
  );

describe('a parser with a memory', () => {
  test.each([
    ['dynalite/db/conditionParser', condition],
    ['dynalite/db/updateParser', update],
    ['dynalite/db/projectionParser', projection],
  ])('%s says what it says without one', (module, texts) => {
    const [own, remembering] = [require(module) as Parser, rememberingParser(module)];

    assert(
      property(damaged(texts), (text) => {
        expect(outcome(remembering, text)).toEqual(outcome(own, text));
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['parentheses', (n: number) => `${'('.repeat(n)}a = :n${')'.repeat(n)}`],
    ['unclosed parentheses', (n: number) => '('.repeat(n)],
    ['negations', (n: number) => `${'NOT ('.repeat(n)}a = :n${')'.repeat(n)}`],
    ['conditions in conditions', (n: number) => `${'(a = :n OR '.repeat(n)}a = :n${')'.repeat(n)}`],
    ['conditions', (n: number) => `${'a = :n OR '.repeat(n)}a = :n`],
    ['a name', (n: number) => `${'a'.repeat(n)} = :n`],
    ['a path', (n: number) => `a${'.b[1]'.repeat(n)} = :n`],
    ['spaces', (n: number) => `a${' '.repeat(n)}= :n`],
    ['arguments', (n: number) => `a IN (${':n, '.repeat(n)}:n)`],
  ])('takes about twice the time for twice as many %s', async (_, textOf) => {
    const parser = rememberingParser('dynalite/db/conditionParser');
    const work = (text: string) => {
      for (let times = 0; times < 30; times++) outcome(parser, text);
    };

    expect(await timeRatio(textOf, work, 150)).toBeLessThanOrEqual(LINEAR);
  });
});
