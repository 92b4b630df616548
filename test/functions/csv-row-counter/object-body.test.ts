import { Readable } from 'node:stream';
import { afterEach, expect, test, vi } from 'vitest';
import { wholeBody } from '../../../functions/csv-row-counter/object-body.ts';

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
