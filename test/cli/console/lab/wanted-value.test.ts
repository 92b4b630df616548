import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isWanted, withWanted } from '../../../../cli/console/page/lab/wanted-value.ts';
import { jsonText } from '../../../../cli/console/page/lab/json-text.ts';
import { parseEvent } from '../../../../shared/event-pattern/pattern-event.ts';
import { readJson, writeJson } from '../../../../shared/event-pattern/pattern-json.ts';
import { compilePattern } from '../../../../shared/event-pattern/pattern-matcher.ts';
import { sampleEvent } from '../../../../shared/object-event/sample-event.ts';
import { BUS_SAMPLE_KINDS } from '../../../../shared/object-event/sample-kinds.ts';

const wanting = (pattern: string, path: string, matcher: string) =>
  writeJson(withWanted(readJson(pattern), path.split('.'), matcher));

describe('a value that is wanted by a click', () => {
  test.each([
    ['{}', 'detail.object.key', '"a.csv"', '{"detail":{"object":{"key":["a.csv"]}}}'],
    [
      '{"detail":{"object":{"key":["a"]}}}',
      'detail.object.key',
      '"b"',
      '{"detail":{"object":{"key":["a","b"]}}}',
    ],
    ['{"source":["x"],"detail":{"reason":["a"]}}', 'detail.reason', '"a"', '{"source":["x"]}'],
    ['{"detail":{"reason":["a"]}}', 'detail.reason', '"a"', '{}'],
    ['{"detail":{"object":{"key":[{"prefix":"csv/"}]}}}', 'detail.object.key', '{"prefix":"csv/"}', '{}'],
  ])('makes of %s, at %s, with %s: %s', (pattern, path, matcher, wanted) => {
    expect(wanting(pattern, path, matcher)).toBe(wanted);
  });

  test('is one that the event it was found in has', () => {
    const someLeaves = fc.constantFrom(...BUS_SAMPLE_KINDS).chain((kind) => {
      const text = JSON.stringify(sampleEvent(kind));
      const leaves = [...parseEvent(text).leaves].map(
        ([path, [leaf]]) => [path, writeJson(leaf!.value)] as const,
      );
      return fc.record({ text: fc.constant(text), leaves: fc.subarray(leaves, { minLength: 1 }) });
    });
    fc.assert(
      fc.property(someLeaves, ({ text, leaves }) => {
        let pattern = readJson('{}');
        for (const [path, json] of leaves) pattern = withWanted(pattern, path.split('.'), json);

        expect(compilePattern(writeJson(pattern)).matches(text)).toBe(true);
        expect(leaves.every(([path, json]) => isWanted(pattern, path.split('.'), json))).toBe(true);
        for (const [path, json] of leaves) pattern = withWanted(pattern, path.split('.'), json);
        expect(writeJson(pattern)).toBe('{}');
      }),
    );
  });
});

describe('a pattern laid out', () => {
  test('has on one line what fits on it', () => {
    const pattern =
      '{"detail-type":["Object Created"],"detail":{"object":{"key":[{"prefix":"csv/"},{"wildcard":"orders/*/incoming/*.csv"}]}}}';

    expect(jsonText(readJson(pattern))).toBe(`{
  "detail-type": ["Object Created"],
  "detail": {
    "object": {
      "key": [
        { "prefix": "csv/" },
        { "wildcard": "orders/*/incoming/*.csv" }
      ]
    }
  }
}`);
  });

  test('means the same', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const value = readJson(json);
        expect(writeJson(readJson(jsonText(value)))).toBe(writeJson(value));
      }),
    );
  });
});
