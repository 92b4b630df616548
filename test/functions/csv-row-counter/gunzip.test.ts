import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gunzip } from '../../../functions/csv-row-counter/gunzip.ts';

const TEXT = 'id,name\n1,Ada\n';
const MEMBER = gzipSync(TEXT);
const NO_CAPS = { outputBytes: Infinity, ratio: Infinity, ratioAppliesFrom: 0 };

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(chunks)).toString();
}

/** The bytes in chunks of this size. */
async function* inChunks(bytes: Uint8Array, size = bytes.length): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    yield bytes.subarray(at, at + size);
  }
}

describe('gunzip', () => {
  test('reads several members as one stream, wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ maxLength: 50 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 60 }),
        async (texts, size) => {
          const bytes = Buffer.concat(texts.map((text) => gzipSync(text)));

          expect(await textOf(gunzip(inChunks(bytes, size)))).toBe(texts.join(''));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('takes zero bytes behind the last member for padding', async () => {
    expect(await textOf(gunzip(inChunks(Buffer.concat([MEMBER, Buffer.alloc(512)]), 7)))).toBe(TEXT);
  });

  test('refuses a stream that stops short at any byte', async () => {
    for (let length = 1; length < MEMBER.length; length++) {
      const error = { status: 'malformed-csv', message: expect.stringContaining('stops short') };
      await expect(textOf(gunzip(inChunks(MEMBER.subarray(0, length), 5)))).rejects.toMatchObject(error);
      const second = Buffer.concat([MEMBER, MEMBER.subarray(0, length)]);
      await expect(textOf(gunzip(inChunks(second, 5)))).rejects.toMatchObject(error);
    }
  });

  test.each([
    ['something else behind the last member', Buffer.concat([MEMBER, Buffer.from('and more')])],
    ['no gzip at all', Buffer.from(TEXT)],
    ['a wrong checksum', Buffer.concat([MEMBER.subarray(0, -8), Buffer.alloc(4), MEMBER.subarray(-4)])],
  ])('refuses %s', async (_, bytes) => {
    await expect(textOf(gunzip(inChunks(bytes)))).rejects.toMatchObject({
      status: 'malformed-csv',
      message: expect.stringContaining('damaged'),
    });
  });

  test('hands on what its chunks throw, and not that the stream stops short', async () => {
    await expect(textOf(gunzip(resetAfter(MEMBER.subarray(0, 12))))).rejects.toThrow('reset');
  });

  test('gives an endless bomb up at the cap on its output', async () => {
    let readBytes = 0;
    async function* bomb(): AsyncGenerator<Uint8Array> {
      for (const member = gzipSync(Buffer.alloc(2 ** 20)); ;) {
        readBytes += member.length;
        yield member;
      }
    }

    await expect(textOf(gunzip(bomb(), { ...NO_CAPS, outputBytes: 2 ** 24 }))).rejects.toMatchObject({
      status: 'object-too-large',
      message: expect.stringContaining('at most 16777216 bytes'),
    });
    // What makes the 16 MiB, and what was read ahead of it into the stream's buffers.
    expect(readBytes).toBeLessThan(256 * 1_024);
  });

  test('gives a bomb up at the cap on its ratio, but not before it has grown', async () => {
    const bomb = gzipSync(Buffer.alloc(2 ** 20));
    const caps = { ...NO_CAPS, ratio: 100 };

    await expect(textOf(gunzip(inChunks(bomb), caps))).rejects.toMatchObject({ status: 'object-too-large' });
    expect(await textOf(gunzip(inChunks(bomb), { ...caps, ratioAppliesFrom: 2 ** 20 }))).toHaveLength(
      2 ** 20,
    );
  });

  test('ends its source when its reader leaves', async () => {
    let ended = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          yield MEMBER;
        }
      } finally {
        ended = true;
      }
    }

    for await (const chunk of gunzip(endless(), NO_CAPS)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }

    await expect.poll(() => ended).toBe(true);
  });
});

async function* resetAfter(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
  throw new Error('reset');
}
