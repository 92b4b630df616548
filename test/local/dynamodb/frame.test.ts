import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Frame, FrameReader, toFrame } from '../../../local/dynamodb/frame.ts';

describe('frames of the table store', () => {
  test('are put together again wherever their bytes were cut', () => {
    const frame = fc.record({
      head: fc.dictionary(fc.string(), fc.string({ unit: 'grapheme' })),
      body: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    });
    fc.assert(
      fc.property(fc.array(frame), fc.array(fc.nat({ max: 40 })), (sent, cuts) => {
        const received: Frame<Record<string, string>>[] = [];
        const reader = new FrameReader<Record<string, string>>((one) => received.push(one));
        let rest = Buffer.concat(sent.map(({ head, body }) => toFrame(head, body)));
        for (const bytes of cuts) {
          reader.push(rest.subarray(0, bytes));
          rest = rest.subarray(bytes);
        }
        reader.push(rest);

        expect(received).toEqual(sent);
      }),
    );
  });

  test('begin with the length of the rest and that of the head', () => {
    expect(toFrame({ a: 1 }, Buffer.from('{}')).toString('latin1')).toBe('\0\0\0\r\0\0\0\u0007{"a":1}{}');
  });
});
