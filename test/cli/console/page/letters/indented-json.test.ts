import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indentedJson } from '../../../../../cli/console/page/letters/indented-json.ts';

const HARD = fc.string({
  unit: fc.constantFrom('a', '"', '\\', '{', ',', ':', '\u202e', '\u0000', '\ud800'),
});

describe('JSON shown to a person', () => {
  test('has a member a line, and empty ones on theirs', () => {
    expect(indentedJson('{"a":[1,{}],"b":{"c":[]}}')).toBe(
      JSON.stringify({ a: [1, {}], b: { c: [] } }, null, 2),
    );
  });

  test('keeps every value as it was written, and members of one name', () => {
    expect(indentedJson('{"a":1.0,"a":12345678901234567890}')).toBe(
      '{\n  "a": 1.0,\n  "a": 12345678901234567890\n}',
    );
  });

  test('is what JSON.stringify indents, whatever it holds', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme-ascii' }), (value) => {
        expect(indentedJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });

  test('means what it meant, whatever characters are in it', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(HARD, fc.option(HARD))), (value) => {
        expect(JSON.parse(indentedJson(JSON.stringify(value)))).toEqual(value);
      }),
    );
  });

  test('shows what cannot be seen, in JSON and in what is none', () => {
    expect(indentedJson('{"a":"b\u202ec"}')).toBe(String.raw`{
  "a": "b\u202ec"
}`);
    expect(indentedJson('no\u202e json\n{')).toBe(String.raw`no\u202e json
{`);
  });
});
