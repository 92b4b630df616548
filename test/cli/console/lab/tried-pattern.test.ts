import { describe, expect, test } from 'vitest';
import {
  charactersAsRule,
  refusedPattern,
  typedJson,
  type PatternMistake,
  type TypedJson,
} from '../../../../cli/console/page/lab/tried-pattern.ts';
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
  test.each(Object.entries(MISTAKES))('with %s is refused where that stands', async (_, [text, marked]) => {
    const mistake = await mistakeIn(text);

    expect(mistake?.place).toEqual(expect.anything());
    expect(text.slice(mistake!.place!.start, mistake!.place!.end)).toBe(marked);
  });

  test.each(
    Object.values(MISTAKES)
      .map(([text]) => text)
      .filter((text) => typedJson(text).kind === 'mistake'),
  )('%s, which is no JSON, is refused in the words of the command line', async (text) => {
    const { message } = typedJson(text) as PatternMistake;

    expect(await saidOf(text)).toBe(`no pattern: event pattern: ${message}`);
  });

  test('that is no object is not asked about', () => {
    expect(typedJson('[]')).toMatchObject({
      kind: 'mistake',
      message: expect.stringMatching(/object/) as unknown,
    });
  });

  test('that is refused as a whole has no place', async () => {
    const mistake = await mistakeIn('{"detail":{"object":{"key":[{"wildcard":"*a*a*a*a*a*a*a*a*"}]}}}');

    expect(mistake?.message).toMatch(/^event pattern/);
    expect(await mistakeIn('{}')).toMatchObject({ place: undefined });
  });

  test('is no mistake when the verb has failed for another reason', () => {
    expect(refusedPattern('{}', 'nothing listens at 4566')).toBeUndefined();
  });

  test('may be laid out: what is asked about is its compact form, as it was written', () => {
    const { compact } = typedJson('{\n  "detail": { "object": { "size": [ 300.0, 3e2 ] } }\n}') as TypedJson;

    expect(compact).toBe('{"detail":{"object":{"size":[300.0,3e2]}}}');
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

/** What the verb says of the text in place of an answer. */
const saidOf = async (text: string): Promise<string | undefined> =>
  await patternJudge(text).then(
    () => undefined,
    (error: Error) => error.message,
  );

/** What the page says of it. */
async function mistakeIn(text: string): Promise<PatternMistake | undefined> {
  const typed = typedJson(text);
  if (typed.kind === 'mistake') return typed;
  return refusedPattern(text, (await saidOf(typed.compact)) ?? '');
}
