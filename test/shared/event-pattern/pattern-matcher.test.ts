import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidEventPatternError } from '../../../shared/event-pattern/pattern-clauses.ts';
import { InvalidEventTextError, parseEvent } from '../../../shared/event-pattern/pattern-event.ts';
import { compilePattern } from '../../../shared/event-pattern/pattern-matcher.ts';
import { compileWildcard } from '../../../shared/event-pattern/pattern-text.ts';

interface Case {
  readonly op: string;
  readonly pattern: string;
  readonly event: string;
  readonly expect: boolean | 'invalid';
}

/** What AWS's open-source matcher (event-ruler 2.0.1) answers; `invalid` = it refuses the pattern. */
const cases = readFileSync(new URL('event-patterns.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

function outcome(pattern: string, event: string): boolean | 'invalid' {
  try {
    return compilePattern(pattern).matches(event);
  } catch (error) {
    if (error instanceof InvalidEventPatternError) return 'invalid';
    throw error;
  }
}

const or = (name: string, length: number) =>
  `"$or":[${Array.from({ length }, (_, at) => `{"${name}${at}":[1]}`).join(',')}]`;

const threeOrs = (a: number, b: number, c: number) =>
  `{${or('a', a)},"p":{${or('b', b)}},"q":{${or('c', c)}}}`;

const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

function refusal(pattern: string): InvalidEventPatternError {
  try {
    compilePattern(pattern);
  } catch (error) {
    return error as InvalidEventPatternError;
  }
  throw new Error(`accepted: ${pattern}`);
}

describe("AWS's own matcher", () => {
  test('is answered for in 812 cases', () => {
    expect(cases).toHaveLength(812);
  });

  describe.each([...Map.groupBy(cases, ({ op }) => op)])('on %s', (_, group) => {
    test.each([true, false, 'invalid'] as const)('agrees where it says %s', (expected) => {
      const ofThisKind = group.filter((one) => one.expect === expected);
      const wrong = ofThisKind.filter(({ pattern, event }) => outcome(pattern, event) !== expected);
      expect(wrong).toEqual([]);
    });
  });
});

describe('what the cases leave open', () => {
  test.each([
    ['a field named __proto__', '{"__proto__":{"x":["1"]}}', '{"__proto__":{"x":"1"}}', true],
    ['a field that Object has and the event has not', '{"toString":[{"exists":false}]}', '{"a":1}', true],
    ['an IPv4-mapped address as the IPv4 one', '{"a":["10.0.0.1"]}', '{"a":"::ffff:0a00:1"}', true],
    ['a dotted IPv6 tail as plain text', '{"a":["10.0.0.1"]}', '{"a":"::ffff:10.0.0.1"}', false],
    ['an exact string that is not quite an address', '{"a":["1.2.3"]}', '{"a":"1.2.3"}', true],
    ['`exactly` by text, an address too', '{"a":[{"exactly":"10.0.0.1"}]}', '{"a":"10.0.0.01"}', false],
    ['either value of a field that is there twice', '{"a":[2]}', '{"a":1,"a":2}', true],
    ['a number of 400 digits by its text', `{"a":[${'9'.repeat(400)}]}`, `{"a":${'9'.repeat(400)}}`, true],
    ['a number too small for a double by its text', '{"a":[0]}', '{"a":1e-400}', false],
    ['plain elements of one array for two fields', '{"a":["1"],"a.b":["2"]}', '{"a":["1",{"b":"2"}]}', true],
    ['stars that meet in an empty text', '{"a":[{"wildcard":"*a*a*"}]}', '{"a":"aa"}', true],
    ['a text shorter than both ends of a wildcard', '{"a":[{"wildcard":"ab*ba"}]}', '{"a":"aba"}', false],
  ])('reads %s', (_, pattern, event, expected) => {
    expect(outcome(pattern, event)).toBe(expected);
  });

  test.each([
    ['a field in two spellings', '{"a.b":["1"],"a":{"b":["2"]}}'],
    ['a field inside and outside of $or', '{"a":["1"],"$or":[{"a":["2"]},{"b":["3"]}]}'],
    ['an operator as a field of $or', '{"$or":[{"prefix":["a"]},{"b":["3"]}]}'],
    ['strings and numbers in one anything-but', '{"a":[{"anything-but":["a",1]}]}'],
    ['an upper bound before the lower one', '{"a":[{"numeric":["<",5,">",1]}]}'],
    ['a range of one value', '{"a":[{"numeric":[">=",5,"<=",5]}]}'],
    ['text after the pattern', '{"a":["1"]} x'],
    ['a control character in a string', '{"a":["\n"]}'],
    ['half an escape', '{"a":["\\u12"]}'],
  ])('refuses %s', (_, pattern) => {
    expect(outcome(pattern, '{}')).toBe('invalid');
  });
});

describe('a refused pattern', () => {
  test('is named by path, operator, value and reason', () => {
    const error = refusal('{"detail":{"object":{"key":["a",{"prefix":1}]}}}');
    expect(error).toMatchObject({ path: 'detail.object.key', operator: 'prefix', value: '{"prefix":1}' });
    expect(error.message).toBe('event pattern at detail.object.key: prefix: {"prefix":1}: 1 is not a string');
  });

  test('may have 2,048 characters and no more', () => {
    const longest = `{"a":["${'x'.repeat(2_038)}"]}`;
    expect(longest).toHaveLength(2_048);
    expect(outcome(longest, '{}')).toBe(false);
    expect(refusal(`${longest} `).message).toContain('2049 characters are more than the 2048');
  });

  test('may have 1,000 combinations of $or and no more', () => {
    expect(outcome(threeOrs(10, 10, 10), '{"a3":1,"p":{"b0":1},"q":{"c9":1}}')).toBe(true);
    expect(refusal(threeOrs(10, 10, 11)).message).toContain('more than 1000 combinations');
  });

  test('is refused at once when its combinations would fill the memory', () => {
    let inner = '{"z":[1]}';
    for (let depth = 0; depth < 30; depth++) inner = `{"$or":[{"a":[1]},{"b":[1]}],"${depth}":${inner}}`;
    expect(refusal(inner).message).toContain('combinations');
  });
});

describe('an event', () => {
  test.each(['', '[]', '"a"', '{"a":1', '{"a":1}}', 'null', '{a:1}', '{"a":01}', '{"a":+1}'])(
    'is refused when it is no JSON object: %s',
    (text) => {
      expect(() => compilePattern('{"a":[1]}').matches(text)).toThrow(InvalidEventTextError);
    },
  );

  test('nested 900 levels deep is read, one of 100,000 is refused by name', () => {
    const pattern = compilePattern(`{"a":{"a":[{"exists":false}]}}`);
    expect(pattern.matches(nested(900))).toBe(true);
    expect(() => pattern.matches(nested(100_000))).toThrow(/nested deeper than 1000 levels/);
  });

  test('is parsed once for many patterns', () => {
    const event = parseEvent('{"a":"1","b":[{"c":2},{"c":3}]}');
    expect(compilePattern('{"a":["1"],"b":{"c":[3]}}').matches(event)).toBe(true);
    expect(compilePattern('{"a":["1"],"b":{"c":[4]}}').matches(event)).toBe(false);
  });

  test('of a thousand elements in three arrays costs their sum, not their product', () => {
    const list = JSON.stringify(Array.from({ length: 1_000 }, (_, x) => ({ x, y: 1 })));
    const field = '{"x":[{"numeric":[">=",0]}],"y":[2]}';
    const pattern = compilePattern(`{"a":{"x":[{"numeric":[">=",0]}],"y":[1]},"b":{"y":[1]},"c":${field}}`);
    expect(pattern.matches(`{"a":${list},"b":${list},"c":${list}}`)).toBe(false);
  });
});

describe('explain', () => {
  const pattern = compilePattern(
    '{"source":["aws.s3"],"detail":{"size":[{"numeric":[">",0]}],"object":{"key":[{"prefix":"csv/"},{"exists":false}]}}}',
  );

  test('names each clause, what it wanted, what it found and whether it matched', () => {
    expect(pattern.explain('{"source":"aws.s3","detail":{"size":1e2,"object":{"key":"a\\"b"}}}')).toEqual([
      { path: 'source', wanted: '["aws.s3"]', found: ['"aws.s3"'], matched: true },
      { path: 'detail.size', wanted: '[{"numeric":[">",0]}]', found: ['1e2'], matched: true },
      {
        path: 'detail.object.key',
        wanted: '[{"prefix":"csv/"},{"exists":false}]',
        found: ['"a\\"b"'],
        matched: false,
      },
    ]);
  });

  test('finds nothing at an absent field', () => {
    const results = pattern.explain('{}');
    expect(results.map(({ found, matched }) => [found, matched])).toEqual([
      [[], false],
      [[], false],
      [[], true],
    ]);
  });

  test('tells the clauses of every alternative of a $or', () => {
    const [or] = compilePattern('{"detail":{"$or":[{"a":[1]},{"b":[2],"c":[3]}]}}').explain(
      '{"detail":{"b":2,"c":4}}',
    );
    expect(or).toMatchObject({
      path: 'detail.$or',
      matched: false,
      alternatives: [
        [{ path: 'detail.a', found: [], matched: false }],
        [
          { path: 'detail.b', found: ['2'], matched: true },
          { path: 'detail.c', found: ['4'], matched: false },
        ],
      ],
    });
  });

  test('says so when each field matches, but none of the elements by itself', () => {
    const results = compilePattern('{"a":{"b":[1],"c":[2]}}').explain('{"a":[{"b":1},{"c":2}]}');
    expect(results.map(({ path, matched }) => [path, matched])).toEqual([
      ['a.b', true],
      ['a.c', true],
      ['', false],
    ]);
  });

  test('has a failed clause exactly when the pattern does not match', () => {
    for (const { pattern: text, event, expect: expected } of cases) {
      if (expected === 'invalid') continue;
      const failed = compilePattern(text)
        .explain(event)
        .filter(({ matched }) => !matched);
      expect([text, event, failed.length === 0]).toEqual([text, event, expected]);
    }
  });
});

/** A second, plainer reading of the operators, to hold the first one against. */
function oracle(wildcard: string, text: string): boolean {
  // table[p][t]: whether the pattern from p on matches the text from t on
  const table = Array.from({ length: wildcard.length + 1 }, () =>
    Array<boolean>(text.length + 1).fill(false),
  );
  for (let p = wildcard.length; p >= 0; p--) {
    for (let t = text.length; t >= 0; t--) {
      if (p === wildcard.length) table[p]![t] = t === text.length;
      else if (wildcard[p] === '*') {
        table[p]![t] = table[p + 1]![t]! || (t < text.length && table[p]![t + 1]!);
      } else table[p]![t] = wildcard[p] === text[t] && t < text.length && table[p + 1]![t + 1]!;
    }
  }
  return table[0]![0]!;
}

const word = fc.string({ unit: fc.constantFrom('a', 'b', '/', 'é', '😀'), maxLength: 24 });
const starred = fc
  .string({ unit: fc.constantFrom('a', 'b', '*', '/', 'é'), maxLength: 24 })
  .map((text) => text.replaceAll(/\*+/g, '*'));
const single = (matcher: unknown) => JSON.stringify({ k: [matcher] });
const value = (text: unknown) => JSON.stringify({ k: text });

describe('properties', () => {
  test('a wildcard agrees with a table of all its splits', () => {
    fc.assert(
      fc.property(starred, word, (wildcard, text) => {
        expect(outcome(single({ wildcard }), value(text))).toBe(oracle(wildcard, text));
      }),
      { numRuns: 3_000 },
    );
  });

  test('a thousand stars against a long text that nearly matches take no time to speak of', () => {
    const matches = compileWildcard(`${'*a'.repeat(1_000)}b*`) as (text: string) => boolean;
    expect(matches('a'.repeat(200_000))).toBe(false);
  });

  test('prefix, suffix and anything-but agree with the plain words', () => {
    fc.assert(
      fc.property(
        word,
        fc.array(
          word.filter((text) => text !== ''),
          { minLength: 1, maxLength: 4 },
        ),
        (text, words) => {
          const [first] = words as [string];
          expect(outcome(single({ prefix: first }), value(text))).toBe(text.startsWith(first));
          expect(outcome(single({ suffix: first }), value(text))).toBe(text.endsWith(first));
          expect(outcome(single({ 'anything-but': words }), value(text))).toBe(!words.includes(text));
          expect(outcome(single({ 'anything-but': { prefix: words } }), value(text))).toBe(
            !words.some((one) => text.startsWith(one)),
          );
          expect(outcome(single({ 'anything-but': { suffix: words } }), value(text))).toBe(
            !words.some((one) => text.endsWith(one)),
          );
        },
      ),
    );
  });

  test('any string equals itself, however it is escaped, and in any case of its letters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const escaped = text
          .split('')
          .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
        expect(outcome(single(text), `{"k":"${escaped.join('')}"}`)).toBe(true);
        expect(outcome(single({ 'equals-ignore-case': text }), value(text))).toBe(true);
      }),
    );
  });

  test('a number equals every spelling of itself and no neighbour', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.nat(6), (number, zeros) => {
        const [mantissa = '', exponent = '0'] = String(number).split('e');
        const point = mantissa.includes('.') ? '' : '.';
        const shifted = `${mantissa}${point}${'0'.repeat(zeros + 1)}E${exponent}`;
        const neighbour = `${mantissa}${point}${'0'.repeat(zeros)}1e${exponent}`;
        expect(outcome(`{"k":[${number}]}`, `{"k":${shifted}}`)).toBe(true);
        expect(outcome(`{"k":[${number}]}`, `{"k":${neighbour}}`)).toBe(false);
      }),
    );
  });

  test('fields must meet in one element of every array, as in a search over all elements', () => {
    const bit = fc.constantFrom('0', '1');
    const element = fc.record(
      { x: bit, y: bit, in: fc.array(fc.record({ z: bit, w: bit }), { maxLength: 3 }) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.array(element, { maxLength: 4 }),
        fc.record({ x: bit, y: bit, z: bit, w: bit }),
        (list, wanted) => {
          const pattern = { l: { x: [wanted.x], y: [wanted.y], in: { z: [wanted.z], w: [wanted.w] } } };
          const found = list.some(
            ({ x, y, in: inner = [] }) =>
              x === wanted.x && y === wanted.y && inner.some(({ z, w }) => z === wanted.z && w === wanted.w),
          );
          expect(outcome(JSON.stringify(pattern), JSON.stringify({ l: list }))).toBe(found);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('every text is either a pattern or refused as one, and any JSON object is an event', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        expect(outcome(text, '{}')).toBeDefined();
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        expect(compilePattern('{"a":[{"exists":true}]}').explain(JSON.stringify(object))).toHaveLength(1);
      }),
    );
  });
});
