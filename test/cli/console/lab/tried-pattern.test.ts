import { describe, expect, test } from 'vitest';
import { charactersAsRule, tryPattern } from '../../../../cli/console/page/lab/tried-pattern.ts';
import { lineAndColumn } from '../../../../cli/console/page/lab/pattern-place.ts';
import { patternJudge } from '../../../../cli/explain/judge.ts';

/** A pattern that is none, and what of it is marked. */
const MISTAKES: Readonly<Record<string, readonly [text: string, marked: string]>> = {
  'a brace that is not closed': ['{ "source": ["aws.s3"]', ''],
  'a word without quotes': ['{ source: ["aws.s3"] }', 's'],
  'a comma too many': ['{ "source": ["aws.s3"], }', '}'],
  'a value that is no list': ['{ "source": "aws.s3" }', '"aws.s3"'],
  'an empty list': ['{ "detail": { "reason": [] } }', '[]'],
  'an operator that there is not': [
    '{ "detail": { "object": { "key": [{ "suffix": "a" }, { "prefx": "csv/" }] } } }',
    '{ "prefx": "csv/" }',
  ],
  'a number for a prefix': ['{ "detail": { "object": { "key": [{ "prefix": 1 }] } } }', '{ "prefix": 1 }'],
  'a mistake in the second alternative': [
    '{ "detail": { "$or": [{ "reason": ["a"] }, { "reason": [{ "exists": 1 }] }] } }',
    '{ "exists": 1 }',
  ],
  'one alternative': ['{ "detail": { "$or": [{ "reason": ["a"] }] } }', '[{ "reason": ["a"] }]'],
  'a field that is there twice': ['{ "source": ["a"], "source": ["b"] }', '["b"]'],
};

describe('a pattern that is typed', () => {
  test.each(Object.entries(MISTAKES))('with %s is refused where that stands', (_, [text, marked]) => {
    const tried = tryPattern(text);

    expect(tried).toMatchObject({ kind: 'mistake', place: expect.anything() as unknown });
    const { place } = tried as Extract<typeof tried, { kind: 'mistake' }>;
    expect(text.slice(place!.start, place!.end)).toBe(marked);
  });

  test.each([
    ...Object.values(MISTAKES).map(([text]) => text),
    '[]',
    '{}',
    '{"detail":{"object":{"key":[{"wildcard":"*a*a*a*a*a*a*a*a*"}]}}}',
  ])('%s is refused in the words of the command line', async (text) => {
    const tried = tryPattern(text);
    const said = await patternJudge(text).then(
      () => undefined,
      (error: Error) => error.message,
    );

    expect(tried.kind).toBe('mistake');
    expect(said).toBe(`no pattern: ${prefixed((tried as { message: string }).message)}`);
  });

  test('may be laid out: its length is that of its compact form', () => {
    const spread = JSON.stringify(
      { detail: { reason: Array.from({ length: 150 }, (_, n) => `reason-${n}`) } },
      null,
      8,
    );

    expect(spread.length).toBeGreaterThan(2_048);
    expect(tryPattern(spread)).toMatchObject({ kind: 'pattern', combinations: 1 });
  });

  test('is measured as a rule, with what every rule is pinned to', () => {
    const pins = { account: '111122223333', bucket: 'uploads' };

    expect(charactersAsRule('{"detail":{"reason":["PutObject"]}}', pins)).toBe(
      '{"detail":{"reason":["PutObject"],"bucket":{"name":["uploads"]}},"source":["aws.s3"],"account":["111122223333"]}'
        .length,
    );
    const deployed =
      '{"source":["aws.s3"],"account":["111122223333"],"detail":{"bucket":{"name":["uploads"]},"reason":["PutObject"]}}';
    expect(charactersAsRule(deployed, pins)).toBe(deployed.length);
  });

  test('tells complexity and combinations', () => {
    const text =
      '{ "detail": { "object": { "key": [{ "wildcard": "csv/*.csv" }] }, "$or": [{ "reason": ["a"] }, { "requester": ["b"] }] } }';

    expect(tryPattern(text)).toMatchObject({ kind: 'pattern', combinations: 2, matcher: { complexity: 2 } });
  });
});

describe('a place in a text', () => {
  test.each([
    [0, 1, 1],
    [3, 1, 4],
    [4, 2, 1],
    [6, 2, 3],
  ])('%i of abc⏎def is line %i, column %i', (position, line, column) => {
    expect(lineAndColumn('abc\ndef', position)).toEqual({ line, column });
  });
});

/** What is no JSON is said of the pattern as a whole. */
const prefixed = (message: string): string =>
  message.startsWith('event pattern') ? message : `event pattern: ${message}`;
