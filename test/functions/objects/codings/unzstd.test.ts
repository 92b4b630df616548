import { zstdCompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteSource } from '../../../../functions/objects/codings/byte-source.ts';
import { unzstd } from '../../../../functions/objects/codings/unzstd.ts';
import { cutAt, inChunks, PLACES, textOf } from './chunks.ts';

const TEXT = 'id,name\n1,Ada\n';
const FRAME = zstdCompressSync(TEXT);
const SKIPPABLE = Buffer.concat([Buffer.from('5a2a4d1803000000', 'hex'), Buffer.from('abc')]);

function unzstdded(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  return textOf(unzstd(new ByteSource(chunks)));
}

describe('unzstd', () => {
  test('reads frames, with skippable ones between them, wherever they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(fc.string({ maxLength: 50 })), { minLength: 1, maxLength: 5 }),
        PLACES,
        async (texts, places) => {
          const frames = texts.map((text) => (text === null ? SKIPPABLE : zstdCompressSync(text)));

          expect(await unzstdded(cutAt(Buffer.concat(frames), places))).toBe(texts.join(''));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('takes zero bytes behind the last frame for padding', async () => {
    for (const size of [1, 7, 1_000]) {
      expect(await unzstdded(inChunks(Buffer.concat([FRAME, Buffer.alloc(512)]), size))).toBe(TEXT);
    }
  });

  test('refuses a stream that stops short at any byte', async () => {
    for (let length = 1; length < FRAME.length; length++) {
      for (const bytes of [FRAME.subarray(0, length), Buffer.concat([FRAME, FRAME.subarray(0, length)])]) {
        for (const size of [1, 5, bytes.length]) {
          await expect(unzstdded(inChunks(bytes, size))).rejects.toMatchObject({
            status: 'damaged-content',
            message: expect.stringContaining(`stops short after ${bytes.length} bytes`),
          });
        }
      }
    }
  });

  test.each([
    [
      'text',
      Buffer.from('and more'),
      'ends at byte 23, there are 8 bytes from byte 23 on (61 6e 64 20 6d 6f 72 65), no zstd frame',
    ],
    ['a stray line end', Buffer.from('\n'), 'there is 1 byte from byte 23 on (0a)'],
    [
      'zero bytes and a frame',
      Buffer.concat([Buffer.alloc(2), FRAME]),
      '2 zero bytes of padding, there are 23 bytes from byte 25 on',
    ],
  ])('refuses %s behind a frame, and says how much and where', async (_, rest, words) => {
    for (const size of [1, 7, 1_000]) {
      await expect(unzstdded(inChunks(Buffer.concat([FRAME, rest]), size))).rejects.toMatchObject({
        status: 'damaged-content',
        message: expect.stringContaining(words),
      });
    }
  });

  test('refuses what is no zstd, or damaged', async () => {
    const large = zstdCompressSync(
      Buffer.from(Array.from({ length: 20_000 }, (_, row) => `${row},x\n`).join('')),
    );
    large[large.length - 1] = (large.at(-1) ?? 0) ^ 0xff;
    large[40] = (large[40] ?? 0) ^ 0xff;
    for (const bytes of [Buffer.from(TEXT), large]) {
      await expect(unzstdded(inChunks(bytes, 1_000))).rejects.toMatchObject({
        status: 'damaged-content',
        message: expect.stringContaining('damaged in its bytes'),
      });
    }
  });

  test('says that a dictionary, or a window above 128 MiB, is not supported', async () => {
    const withDictionary = Buffer.from('28b52ffd2107000000000e0100', 'hex');
    const withWindow = Buffer.from('28b52ffd00a0010000', 'hex');

    await expect(unzstdded(inChunks(withDictionary))).rejects.toMatchObject({
      status: 'unsupported-encoding',
      message: expect.stringContaining('dictionary'),
    });
    await expect(unzstdded(inChunks(withWindow))).rejects.toMatchObject({
      status: 'unsupported-encoding',
      message: expect.stringContaining('window above 128 MiB'),
    });
  });
});
