import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeMetadata, encodeMetadata } from '../../../local/s3/metadata-text.ts';

describe('user metadata', () => {
  test('of any text goes out as printable ASCII, and means the same when it comes in again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        // an encoded word that is the text itself would be read when it comes in, and is none afterwards
        fc.pre(decodeMetadata(text) === text);
        const header = encodeMetadata(text);

        expect(header).toMatch(/^[ -~]*$/);
        expect(decodeMetadata(header)).toBe(text);
      }),
    );
  });

  test.each([
    ['=?UTF-8?Q?a?= =?utf-8?q?_b?= c', 'a b c'],
    ['=?ISO-8859-1?Q?gr=FCn?=', 'grün'],
  ])('reads %j as %j', (header, text) => {
    expect(decodeMetadata(header)).toBe(text);
  });

  test.each(['=?UTF-8?Q?=C3?=', '=?nothing?Q?a?=', '=?UTF-8?B?a?=', 'x=?UTF-8?Q?a?=', '=?UTF-8?Q?a b?='])(
    'leaves %j, which is no encoded word, as it is',
    (header) => {
      expect(decodeMetadata(header)).toBe(header);
    },
  );
});
