import { describe, expect, test } from 'vitest';
import { type ByteRange, rangeHeader } from '../../../functions/objects/byte-range.ts';

describe('a range of bytes', () => {
  test.each([
    [{ from: 0, to: 9 }, 'bytes=0-9'],
    [{ from: 10 }, 'bytes=10-'],
    [{ from: 7, to: 7 }, 'bytes=7-7'],
    [{ last: 100 }, 'bytes=-100'],
  ] as const)('%j is written as %s', (range, header) => {
    expect(rangeHeader(range)).toBe(header);
  });

  test.each<ByteRange>([{ from: 9, to: 0 }, { from: -1 }, { from: 0.5 }, { last: 0 }, { from: Number.NaN }])(
    '%j is refused, with what to say instead',
    (range) => {
      expect(() => rangeHeader(range)).toThrow(`${JSON.stringify(range)} is no range of bytes: say`);
    },
  );
});
