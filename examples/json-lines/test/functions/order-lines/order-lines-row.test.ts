import { describe, expect, test } from 'vitest';
import { orderLinesRow } from '../../../functions/order-lines/order-lines-row.ts';

/** The text in chunks of so many bytes. */
async function* chunksOf(text: string, length: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

describe('a row of order-lines', () => {
  const text = ['{"id":"a","total":1}', '', '{"id":"ä"}', 'no', '{"id":"b","total":2.5}'].join('\n');

  test.each([1, 2, 7, 1_000])('counts the lines of one object, read %i bytes at a time', async (length) => {
    expect(await orderLinesRow(chunksOf(text, length))).toEqual({
      lines: 4,
      valid: 2,
      rejected: 2,
      rejects:
        '{"line":2,"error":"no total, which is a number","text":"{\\"id\\":\\"ä\\"}"}\n' +
        '{"line":3,"error":"no JSON","text":"no"}\n',
    });
  });
});
