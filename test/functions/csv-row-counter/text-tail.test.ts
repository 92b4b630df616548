import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TextTail } from '../../../functions/csv-row-counter/text-tail.ts';

async function tailOf(chunks: readonly Uint8Array[]): Promise<TextTail> {
  const tail = new TextTail();
  const given: Uint8Array[] = [];
  for await (const chunk of tail.of(ReadableStream.from(chunks) as AsyncIterable<Uint8Array>)) {
    given.push(chunk.slice());
    // as memory that its owner uses again
    chunk.fill(0x2a);
  }
  expect(Buffer.concat(given)).toEqual(Buffer.concat(chunks.map((_, at) => given[at]!)));
  return tail;
}

const lastLine = async (text: string, ...cuts: number[]): Promise<string | undefined> => {
  const bytes = Buffer.from(text);
  const at = [0, ...cuts, bytes.length];
  return (
    await tailOf(at.slice(1).map((end, index) => Buffer.from(bytes.subarray(at[index], end))))
  ).lastLine();
};

describe('the last line of a text', () => {
  test.each([
    ['', ''],
    ['one', 'one'],
    ['a\nb', 'b'],
    ['a\nb\n', 'b'],
    ['a\r\nb\r\n', 'b'],
    ['a\rb\r\r', 'b'],
    ['a\nTRL,2\n\n  \n', 'TRL,2'],
  ])('of %j is %j', async (text, expected) => {
    expect(await lastLine(text)).toBe(expected);
  });

  test('is not known when it is longer than a trailer may be', async () => {
    expect(await lastLine(`a\n${'x'.repeat(1_023)}`)).toBe('x'.repeat(1_023));
    expect(await lastLine(`a\n${'x'.repeat(1_024)}`)).toBeUndefined();
  });

  test('is the same wherever the chunks are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('a', '\n', '\r', ' '), maxLength: 2_000 }),
        fc.array(fc.nat(2_000), { maxLength: 20 }),
        async (text, cuts) => {
          const within = cuts.filter((cut) => cut <= text.length).toSorted((left, right) => left - right);

          expect(await lastLine(text, ...within)).toBe(await lastLine(text));
        },
      ),
    );
  });
});
