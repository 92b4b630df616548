import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { suggestionsAt, type Suggestion } from '../../../../cli/console/page/lab/suggestions.ts';
import { seenValues } from '../../../../cli/console/page/lab/seen-values.ts';
import { OPERATORS } from '../../../../shared/event-pattern/pattern-operators.ts';
import { sampleEvent } from '../../../../shared/object-event/sample-event.ts';

const SEEN = seenValues(
  ['csv/2026/a.csv', 'csv/2026/b.csv', 'images/cat.tar.gz'].map((key) =>
    sampleEvent('put', { key, size: 7 }),
  ),
);

/** @param text with `|` where the caret stands */
function at(text: string) {
  const caret = text.indexOf('|');
  return suggestionsAt(text.replace('|', ''), caret, SEEN);
}

const labels = (text: string) => at(text).map(({ label }) => label);

/** The text after a suggestion is taken, with `|` for the caret. */
function taken(text: string, label: string): string {
  const plain = text.replace('|', '');
  const { over, text: written, caret } = at(text).find((one) => one.label === label) as Suggestion;
  const whole = plain.slice(0, over.start) + written + plain.slice(over.end);
  return `${whole.slice(0, caret)}|${whole.slice(caret)}`;
}

describe('suggestions in a pattern', () => {
  test.each([
    ['{ | }', ['source', 'detail-type', 'detail', 'account']],
    ['{ "so| }', ['source', 'resources']],
    ['{ "detail": { "object": { | } } }', ['key', 'size', 'etag', 'version-id']],
    ['{ "detail": { "object": { "key": [""], | } } }', ['size', 'etag']],
    ['{ "detail": { "$or": [{ "object": { "ver| } }] } }', ['version-id']],
    ['{ "detail-type": ["|"] }', ['Object Created', 'Object Deleted']],
    ['{ "detail-type": ["deleted|"] }', ['Object Deleted', 'Object Tags Deleted']],
    ['{ "detail": { "object": { "size": [|] } } }', ['7', 'numeric', 'exists']],
    ['{ "detail": { "object": { "key": ["cat|"] } } }', ['images/cat.tar.gz']],
    ['{ "detail": { "object": { "key": [{ "pre| }] } } }', ['prefix']],
    ['{ "detail": { "object": { "key": [{ "prefix": "|" }] } } }', ['csv/2026/', 'csv/', 'images/']],
    ['{ "detail": { "object": { "key": [{ "suffix": "|" }] } } }', ['.csv', '.tar.gz', '.gz']],
    ['{ "detail": { "object": { "key": [{ "wildcard": "|" }] } } }', ['csv/2026/*.csv', 'csv/*.csv']],
    ['{ "detail": { "reason": [{ "exists": | }] } }', ['true', 'false']],
    ['{ "detail": { "reason": [{ "anything-but": ["|"] }] } }', ['PutObject', 'CopyObject']],
    ['{ "detail": { "object": { "key": [{ "anything-but": { "| } }] } } }', ['prefix', 'suffix']],
    ['{ "detail": { "object": { "key": [{ "prefix": { "| } }] } } }', ['equals-ignore-case']],
  ])('of %s are, among others, %j', (text, wanted) => {
    const all = labels(text);

    expect(wanted.filter((label) => !all.includes(label))).toEqual([]);
  });

  test('are, of operators, all that patterns have', () => {
    expect(labels('{ "detail": { "object-retention-event-data": [{ | }] } }')).toEqual([...OPERATORS]);
  });

  test('name what begins with the typed letters first', () => {
    expect(labels('{ "detail": { "e| } }')[0]).toBe('event-version');
    expect(labels('{ "de| }')).toEqual(['detail-type', 'detail']);
  });

  test.each([
    ['behind the pattern', '{} |'],
    ['behind a value, where a comma comes', '{ "source": ["aws.s3"] | }'],
    ['behind a name, where a colon comes', '{ "source" | }'],
    ['of fields that S3’s events have not', '{ "detail": { "colour": { | } } }'],
    ['with numbers where texts are compared', '{ "detail": { "object": { "key": [{ "numeric": | }] } } }'],
  ])('are none %s', (_, text) => {
    expect(labels(text)).toEqual([]);
  });

  test.each([
    ['{ | }', 'detail', '{ "detail": { | } }'],
    ['{ "det| }', 'detail-type', '{ "detail-type": [|] }'],
    ['{ "det|": ["Object Created"] }', 'detail-type', '{ "detail-type"|: ["Object Created"] }'],
    ['{ "detail-type":| }', '[ values ]', '{ "detail-type": [|] }'],
    ['{ "detail-type": [|] }', 'Object Created', '{ "detail-type": ["Object Created"|] }'],
    ['{ "detail-type": ["Obj|"] }', 'Object Created', '{ "detail-type": ["Object Created"|] }'],
    ['{ "detail": { "reason": [|] } }', 'prefix', '{ "detail": { "reason": [{ "prefix": "|" }] } }'],
    ['{ "detail": { "reason": [{ | }] } }', 'exists', '{ "detail": { "reason": [{ "exists": | }] } }'],
    ['{ "detail": { | } }', '$or', '{ "detail": { "$or": [{ | }, {  }] } }'],
  ])('of %s, with %s taken, leave %s', (text, label, wanted) => {
    expect(taken(text, label)).toBe(wanted);
  });

  test('never break, whatever was typed and wherever the caret stands', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"detail"',
      '"object"',
      '$or',
      '1',
      ' ',
      '\n',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.nat(60), (pieces, caret) => {
        const text = pieces.join('');
        for (const { over, text: written, caret: then } of suggestionsAt(
          text,
          Math.min(caret, text.length),
          SEEN,
        )) {
          expect(over.start).toBeLessThanOrEqual(over.end);
          expect(over.end).toBeLessThanOrEqual(text.length);
          expect(then).toBeLessThanOrEqual(over.start + written.length);
        }
      }),
    );
  });
});
