import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { wholeBody } from '../../../functions/objects/whole-body.ts';

const MEGABYTE = 1024 * 1024;
const exposed = globalThis.gc;

afterEach(() => {
  globalThis.gc = exposed;
});

async function read(megabytes: number): Promise<number> {
  const chunks = Array<Buffer>(megabytes * 16).fill(Buffer.alloc(MEGABYTE / 16));
  const object = {
    sizeBytes: megabytes * MEGABYTE,
    metadata: undefined,
    contentEncoding: undefined,
    body: Readable.from(chunks),
  };
  let bytes = 0;
  for await (const chunk of wholeBody(object, new AbortController().signal)) bytes += chunk.length;
  return bytes;
}

test('the memory of a body is asked back every 4 MiB, from the young objects alone', async () => {
  const gc = vi.fn<(options?: object) => void>();
  globalThis.gc = gc as unknown as typeof globalThis.gc;

  await read(17);

  expect(gc.mock.calls).toEqual(Array.from({ length: 4 }, () => [{ type: 'minor' }]));
});

test('a Node without --expose-gc reads all the same', async () => {
  globalThis.gc = undefined;

  expect(await read(9)).toBe(9 * MEGABYTE);
});

test.each([0, 1, 9])('a body of ten bytes that ends after %d is no body', async (bytes) => {
  const body = Readable.from([Buffer.alloc(bytes)]);
  const read = Array.fromAsync(wholeBody({ body, sizeBytes: 10 }, new AbortController().signal));

  await expect(read).rejects.toThrow(`the body ended after ${bytes} of 10 bytes`);
});

test('a body is the same bytes however it was cut, and no two chunks of it fit into 64 KiB together', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 30 }), async (lengths) => {
      const sizeBytes = lengths.reduce((sum, length) => sum + length, 0);
      const bytes = Buffer.from(Uint8Array.from({ length: sizeBytes }, (_, at) => (at * 31) % 251));
      const ends = lengths.map((_, index) =>
        lengths.slice(0, index + 1).reduce((sum, length) => sum + length, 0),
      );
      const cut = ends.map((end, index) => bytes.subarray(end - lengths[index]!, end));
      const object = { sizeBytes, metadata: undefined, contentEncoding: undefined, body: Readable.from(cut) };
      const chunks: Buffer[] = [];

      for await (const chunk of wholeBody(object, new AbortController().signal)) {
        chunks.push(Buffer.from(chunk));
      }

      expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
      // no two neighbours would have fitted into one
      const together = chunks.slice(1).map(({ length }, before) => length + chunks[before]!.length);
      expect(together.every((length) => length > 65_536)).toBe(true);
    }),
  );
});
