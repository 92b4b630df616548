import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldIs } from '../../../cli/logs/log-events.ts';
import { lineFilter } from '../../../local/logs/filter-pattern.ts';

describe('the filter pattern for a key', () => {
  test.each(['k', '"', '訂', '😀', 'é\\'])(
    'made of %j has 1,024 characters at most, and finds its lines',
    (piece) => {
      const key = piece.repeat(Math.floor(1_024 / Buffer.byteLength(piece)));
      const pattern = fieldIs('key', key);

      expect(pattern.length).toBeLessThanOrEqual(1_024);
      expect(lineFilter(pattern)(JSON.stringify({ key }))).toBe(true);
      expect(lineFilter(pattern)(JSON.stringify({ key: `x${key}` }))).toBe(false);
    },
  );

  test('finds its lines, whatever the key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 400 }), (key) => {
        expect(lineFilter(fieldIs('key', key))(JSON.stringify({ key }))).toBe(true);
      }),
    );
  });
});
