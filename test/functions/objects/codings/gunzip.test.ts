import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteSource } from '../../../../functions/objects/codings/byte-source.ts';
import { gunzip } from '../../../../functions/objects/codings/gunzip.ts';
import { cutAt, inChunks, PLACES, textOf } from './chunks.ts';

const TEXT = 'id,name\n1,Ada\n';
const MEMBER = gzipSync(TEXT);
/** The block with which bgzip ends a file. */
const BGZF_END = Buffer.from('1f8b08040000000000ff0600424302001b0003000000000000000000', 'hex');

function gunzipped(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  return textOf(gunzip(new ByteSource(chunks)));
}

/** What is thrown, in one chunk, byte by byte, and in chunks of seven. */
async function refusals(bytes: Uint8Array): Promise<unknown[]> {
  const all = [bytes.length, 1, 7].map((size) => gunzipped(inChunks(bytes, size)).catch((error) => error));
  return Promise.all(all);
}

describe('gunzip', () => {
  test('reads several members as one stream, wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ maxLength: 50 }), { minLength: 1, maxLength: 4 }),
        PLACES,
        async (texts, places) => {
          const bytes = Buffer.concat(texts.map((text) => gzipSync(text)));

          expect(await gunzipped(cutAt(bytes, places))).toBe(texts.join(''));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('reads members that are too large for one call, between small ones', async () => {
    const large = Array.from(
      { length: 40_000 },
      (_, row) => `${row},${Math.imul(row, 2654435761) >>> 0}\n`,
    ).join('');
    const texts = [TEXT, large, TEXT, large, large, TEXT];
    const bytes = Buffer.concat(texts.map((text) => gzipSync(text)));

    for (const size of [1_000, 65_536, bytes.length]) {
      expect(await gunzipped(inChunks(bytes, size))).toBe(texts.join(''));
    }
  });

  test('reads what bgzip writes: blocks with an extra field, and an empty one at the end', async () => {
    const block = gzipSync(TEXT);
    const blocks = Buffer.concat([block, block, BGZF_END]);

    expect(await gunzipped(inChunks(blocks, 5))).toBe(TEXT + TEXT);
    expect(await gunzipped(inChunks(Buffer.concat([BGZF_END, block])))).toBe(TEXT);
  });

  test('reads a header with a name, a comment and a checksum of its own', async () => {
    const named = Buffer.concat([
      Buffer.from('1f8b081f00000000000302006162', 'hex'),
      Buffer.from('orders.csv\0of Monday\0'),
    ]);
    const { crc32 } = await import('node:zlib');
    const checksum = Buffer.alloc(2);
    checksum.writeUInt16LE(crc32(named) & 0xffff);
    const bytes = Buffer.concat([named, checksum, MEMBER.subarray(10)]);

    expect(await gunzipped(inChunks(bytes, 3))).toBe(TEXT);
    expect(await refusals(Buffer.concat([named, Buffer.alloc(2), MEMBER.subarray(10)]))).toEqual(
      Array.from({ length: 3 }, () =>
        expect.objectContaining({
          status: 'damaged-content',
          message: expect.stringContaining('checksum of the header'),
        }),
      ),
    );
  });

  test('takes zero bytes behind the last member for padding', async () => {
    expect(await gunzipped(inChunks(Buffer.concat([MEMBER, Buffer.alloc(512)]), 7))).toBe(TEXT);
    expect(await gunzipped(inChunks(Buffer.concat([MEMBER, Buffer.alloc(200_000)]), 65_536))).toBe(TEXT);
  });

  test('refuses a stream that stops short at any byte', async () => {
    for (let length = 1; length < MEMBER.length; length++) {
      const error = { status: 'damaged-content', message: expect.stringContaining('stops short') };
      await expect(gunzipped(inChunks(MEMBER.subarray(0, length), 5))).rejects.toMatchObject(error);
      const second = Buffer.concat([MEMBER, MEMBER.subarray(0, length)]);
      await expect(gunzipped(inChunks(second, 5))).rejects.toMatchObject({
        ...error,
        message: expect.stringContaining(`stops short after ${second.length} bytes`),
      });
    }
  });

  test.each([
    ['no gzip at all', Buffer.from(TEXT)],
    ['a wrong checksum', Buffer.concat([MEMBER.subarray(0, -8), Buffer.alloc(4), MEMBER.subarray(-4)])],
    ['a wrong length', Buffer.concat([MEMBER.subarray(0, -1), Buffer.from([1])])],
    ['a damaged block', Buffer.concat([MEMBER.subarray(0, 12), Buffer.from([0xff]), MEMBER.subarray(13)])],
    ['another method than deflate', Buffer.concat([Buffer.from([0x1f, 0x8b, 7]), MEMBER.subarray(3)])],
  ])('refuses %s as damaged', async (_, bytes) => {
    for (const error of await refusals(bytes)) {
      expect(error).toMatchObject({ status: 'damaged-content', message: expect.stringContaining('damaged') });
    }
  });

  test.each([
    [
      'a zero byte and a member',
      [0],
      MEMBER,
      'byte 34, and 1 zero byte of padding, there are 34 bytes from byte 35 on',
    ],
    [
      'zero bytes and text',
      [0, 0, 0],
      Buffer.from('and more'),
      '3 zero bytes of padding, there are 8 bytes from byte 37 on',
    ],
    [
      'text',
      [],
      Buffer.from('and more'),
      'ends at byte 34, there are 8 bytes from byte 34 on (61 6e 64 20 6d 6f 72 65), no gzip member',
    ],
    ['a stray line end', [], Buffer.from('\n'), 'ends at byte 34, there is 1 byte from byte 34 on (0a)'],
  ])('refuses %s behind a member, and says how much and where', async (_, zeros, rest, words) => {
    for (const error of await refusals(Buffer.concat([MEMBER, Buffer.from(zeros), rest]))) {
      expect(error).toMatchObject({ status: 'damaged-content', message: expect.stringContaining(words) });
    }
  });

  test('drops no byte, wherever a zero byte stands between members', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 70_000 }),
        PLACES,
        async (members, zeros, places) => {
          const bytes = Buffer.concat([
            ...Array.from({ length: members }, () => MEMBER),
            Buffer.alloc(zeros),
            MEMBER,
          ]);

          await expect(gunzipped(cutAt(bytes, places))).rejects.toMatchObject({ status: 'damaged-content' });
        },
      ),
      { numRuns: 50 },
    );
  });

  test('reads its chunks to their end, so that one that ends early is heard of', async () => {
    for (const rest of [Buffer.alloc(0), Buffer.alloc(3)]) {
      await expect(gunzipped(resetAfter(Buffer.concat([MEMBER, rest])))).rejects.toThrow('reset');
    }
  });

  test('hands on what its chunks throw, and not that the stream stops short', async () => {
    await expect(gunzipped(resetAfter(MEMBER.subarray(0, 12)))).rejects.toThrow('reset');
  });

  test('reads ten thousand small members', async () => {
    const bytes = Buffer.concat(Array.from({ length: 10_000 }, () => MEMBER));

    expect((await gunzipped(inChunks(bytes, 65_536))).length).toBe(TEXT.length * 10_000);
  });
});

async function* resetAfter(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
  throw new Error('reset');
}
