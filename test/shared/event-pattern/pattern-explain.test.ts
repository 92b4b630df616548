import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidEventPatternError } from '../../../shared/event-pattern/pattern-clauses.ts';
import { parseEvent } from '../../../shared/event-pattern/pattern-event.ts';
import { type ClauseResult, compilePattern } from '../../../shared/event-pattern/pattern-matcher.ts';

interface Case {
  readonly pattern: string;
  readonly event: string;
  readonly expect: boolean | 'invalid';
}

const cases = readFileSync(new URL('event-patterns.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);
const invalid = [...new Set(cases.filter((one) => one.expect === 'invalid').map(({ pattern }) => pattern))];

function refusal(pattern: string): InvalidEventPatternError {
  try {
    compilePattern(pattern);
  } catch (error) {
    if (error instanceof InvalidEventPatternError) return error;
    throw error;
  }
  throw new Error(`accepted: ${pattern}`);
}

const parses = (text: string): boolean => {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
};
const isPatternObject = (text: string): boolean =>
  parses(text) && JSON.parse(text) !== null && !Array.isArray(JSON.parse(text));

describe('every pattern that AWS’s matcher refuses', () => {
  test('is refused here too, and there are 58 of them', () => {
    expect(invalid).toHaveLength(58);
  });

  test.each(invalid.filter(isPatternObject))('%s is refused with its clause and the reason', (pattern) => {
    const { message, path, value } = refusal(pattern);

    // every one of these fields exists in the pattern, and what is wrong with it stands behind it
    expect(path).toMatch(/^(?:detail\.k|a|a\.b|\$or)$/);
    expect(pattern.replaceAll(/\s/g, '')).toContain(path.split('.').at(-1));
    expect(value).toBeDefined();
    expect(message.startsWith(`event pattern at ${path}: `)).toBe(true);
    expect(message.slice(message.indexOf(value!) + value!.length)).toMatch(/^: .*[a-z]{2,} .+/);
  });

  test.each(invalid.filter((pattern) => !isPatternObject(pattern)))(
    '%s is refused as no pattern at all, with what stands there',
    (pattern) => {
      const { message, path } = refusal(pattern);

      expect(path).toBe('');
      expect(message).toMatch(
        /^event pattern: (?:not JSON: at position \d+ stands .+, expected .+|.+: a field wants .+)$/,
      );
    },
  );

  test.each([
    ['{"a":[{"prefx":"x"}]}', 'prefx: {"prefx":"x"}: there is no such operator; did you mean "prefix"?'],
    ['{"a":[{"regex":"x"}]}', 'there is no such operator; there are prefix, suffix, wildcard,'],
    [
      '{"a":[{"prefix":"x","suffix":"y"}]}',
      'a: {"prefix":"x","suffix":"y"}: an object of a list holds one operator, this has "prefix" and "suffix"',
    ],
  ])('%s is told what to write', (pattern, words) => {
    expect(refusal(pattern).message).toContain(words);
  });
});

// so few names and values that patterns and events meet
const text = fc.constantFrom('x', 'xy', 'y');
const number = fc.constantFrom(0, 1, 2);
const matcher = fc.oneof(
  text,
  number,
  fc.constantFrom(
    null,
    { exists: true },
    { exists: false },
    { prefix: 'x' },
    { suffix: 'y' },
    { wildcard: 'x*' },
    { 'equals-ignore-case': 'XY' },
    { 'anything-but': 'x' },
    { 'anything-but': ['x', 'xy'] },
    { 'anything-but': { prefix: 'x' } },
    { numeric: ['>', 0] },
    { numeric: ['>=', 0, '<', 2] },
  ),
);
const list = fc.array(matcher, { minLength: 1, maxLength: 3 });
const optional = { requiredKeys: [] };
const fields = fc
  .record({ a: list, b: list }, optional)
  .map((some) => ('a' in some || 'b' in some ? some : { a: [1] }));
const patternObject = fc
  .record(
    {
      c: fields,
      d: fc.oneof(list, fields),
      $or: fc.array(fc.record({ e: list, c: fields }, optional), { minLength: 2, maxLength: 2 }),
    },
    optional,
  )
  .filter((pattern) => Object.keys(pattern).length > 0);
const scalar = fc.oneof(text, number);
const element = fc.record({ a: scalar, b: scalar }, optional);
const value = fc.oneof(scalar, element, fc.array(fc.oneof(element, element, scalar), { maxLength: 3 }));
const event = fc.record({ c: value, d: value, e: scalar }, { requiredKeys: ['c', 'd'] });

/** The pattern's text, if it is one: a field may be there twice, inside and outside of `$or`. */
const compiled = patternObject
  .map((object) => {
    try {
      return compilePattern(JSON.stringify(object));
    } catch (error) {
      if (error instanceof InvalidEventPatternError) return undefined;
      throw error;
    }
  })
  .filter((one) => one !== undefined);

const fieldsIn = (results: readonly ClauseResult[]): readonly ClauseResult[] =>
  results.flatMap((result) => result.alternatives?.flatMap(fieldsIn) ?? [result]);

describe('explain', () => {
  test('agrees with matches on every case of AWS’s matcher', () => {
    const disagreeing = cases.filter(({ pattern, event, expect: expected }) => {
      if (expected === 'invalid') return false;
      const results = compilePattern(pattern).explain(event);
      return results.every(({ matched }) => matched) !== expected;
    });

    expect(disagreeing).toEqual([]);
  });

  test('has no failed clause exactly when the pattern matches, whatever pattern and event', () => {
    let [matching, inOneElement] = [0, 0];
    fc.assert(
      fc.property(compiled, event, (matcher, object) => {
        const parsed = parseEvent(JSON.stringify(object));
        const results = matcher.explain(parsed);
        const matches = matcher.matches(parsed);
        if (matches) matching++;
        if (results.some(({ path, matched }) => path === '' && !matched)) inOneElement++;
        expect(results.every(({ matched }) => matched)).toBe(matches);
      }),
      { numRuns: 3_000 },
    );
    // both ways are tried, and the line about arrays too
    expect(matching).toBeGreaterThan(50);
    expect(inOneElement).toBeGreaterThan(0);
  });

  test('says of each clause what a pattern of that clause alone says, where no array holds its field', () => {
    fc.assert(
      fc.property(compiled, event, (matcher, object) => {
        const parsed = parseEvent(JSON.stringify(object));
        const inNoArray = fieldsIn(matcher.explain(parsed)).filter(
          ({ path }) =>
            path !== '' && (parsed.leaves.get(path) ?? []).every(({ place }) => place === undefined),
        );
        for (const { path, wanted, found, matched, held = [] } of inNoArray) {
          const alone = compilePattern(`{${JSON.stringify(path)}:${wanted}}`);
          expect(found).toHaveLength(parsed.leaves.get(path)?.length ?? 0);
          expect([matched, held.length > 0 && !matched]).toEqual([alone.matches(parsed), false]);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('says of a $or that it holds exactly when all clauses of one of its alternatives do', () => {
    fc.assert(
      fc.property(compiled, event, (matcher, object) => {
        for (const { alternatives, matched } of matcher.explain(JSON.stringify(object))) {
          if (alternatives === undefined) continue;
          expect(matched).toBe(alternatives.some((inner) => inner.every((one) => one.matched)));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('names those of a list that hold', () => {
    const [clause] = compilePattern('{"a":["y",{"prefix":"x"},{"suffix":"y"},{"exists":false}]}').explain(
      '{"a":"xy"}',
    );

    expect(clause).toMatchObject({ matched: true, held: ['{"prefix":"x"}', '{"suffix":"y"}'] });
  });

  test('names an absence that holds', () => {
    const [clause] = compilePattern('{"a":["y",{"exists":false}]}').explain('{"b":1}');

    expect(clause).toMatchObject({ matched: true, found: [], held: ['{"exists":false}'] });
  });
});
