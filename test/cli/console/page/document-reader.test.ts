import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DocumentReader } from '../../../../cli/console/page/document-reader.ts';

/** As Terminal.listDocument writes it. */
const listText = (items: readonly unknown[]): string =>
  `{"schemaVersion":1,"verb":"verify","findings":[${items
    .map((item, at) => `${at === 0 ? '' : ','}\n${JSON.stringify(item)}`)
    .join('')}],"isComplete":true}\n`;

function read(parts: Iterable<string>): unknown {
  const reader = new DocumentReader();
  for (const part of parts) reader.push(part);
  return reader.end();
}

function* inParts(text: string, cuts: readonly number[]): Generator<string> {
  let from = 0;
  for (const cut of cuts.map((one) => one % (text.length + 1)).toSorted((left, right) => left - right)) {
    yield text.slice(from, cut);
    from = cut;
  }
  yield text.slice(from);
}

const item = fc.record({ key: fc.string(), lists: fc.array(fc.constantFrom('],', '":[', ',', '\n')) });

describe('a document that comes in parts', () => {
  test('with a list is what it would be as a whole, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.array(item), fc.array(fc.nat()), (items, cuts) => {
        const text = listText(items);
        expect(read(inParts(text, cuts))).toEqual(JSON.parse(text));
      }),
    );
  });

  test('without one is so too, on a line or on many', () => {
    fc.assert(
      fc.property(fc.array(item), fc.array(fc.nat()), fc.constantFrom(0, 2), (items, cuts, indent) => {
        const text = JSON.stringify({ items, list: [] }, null, indent);
        expect(read(inParts(text, cuts))).toEqual(JSON.parse(text));
      }),
    );
  });

  test('is none when nothing came, and an error when it broke off', () => {
    expect(read([])).toBeUndefined();
    expect(read(['\n'])).toBeUndefined();
    expect(() => read([listText([1, 2]).slice(0, -5)])).toThrow(SyntaxError);
  });
});
