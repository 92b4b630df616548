import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { undoCodings } from '../../../../functions/objects/codings/undo-codings.ts';
import { bytesOf, inChunks } from './chunks.ts';

const GZIPPED = { key: 'csv/a.csv.gz', contentEncoding: undefined };
const MIB = 2 ** 20;

describe('a gzip that never ends', () => {
  test('is given up at the cap on its output', async () => {
    let readBytes = 0;
    async function* bomb(): AsyncGenerator<Uint8Array> {
      for (const member = gzipSync(Buffer.alloc(MIB, 'a\n')); ;) {
        readBytes += member.length;
        yield member;
      }
    }
    const caps = { outputBytes: 16 * MIB };
    const decoded = undoCodings(bomb(), { ...GZIPPED, caps, availableMs: 900_000, now: () => 0 });

    await expect(bytesOf(decoded.chunks)).rejects.toMatchObject({
      status: 'object-too-large',
      message: expect.stringContaining('at most 16777216 bytes'),
    });
    // What makes the 16 MiB, and what was looked at before.
    expect(readBytes).toBeLessThan(256 * 1_024);
  });

  test('is given up while there is time to say so', async () => {
    let ms = 0;
    const bytes = gzipSync(Buffer.alloc(64 * MIB, 'a\n'));
    const decoded = undoCodings(inChunks(bytes, 65_536), {
      ...GZIPPED,
      availableMs: 900_000,
      // Each look at the clock is a second later.
      now: () => {
        ms += 1_000;
        return ms;
      },
    });

    await expect(bytesOf(decoded.chunks)).rejects.toMatchObject({
      status: 'object-too-large',
      message: expect.stringMatching(/compressed bytes had given \d+ after 891 s, .*the function has 900 s/),
    });
  });

  test('is given up where another gzip in it swallows all that comes out', async () => {
    const inner = Buffer.concat([gzipSync('a\n'), Buffer.alloc(64 * MIB)]);
    const caps = { outputBytes: 16 * MIB };
    const decoded = undoCodings(inChunks(gzipSync(inner), 65_536), {
      ...GZIPPED,
      caps,
      availableMs: 900_000,
      now: () => 0,
    });

    await expect(bytesOf(decoded.chunks)).rejects.toMatchObject({ status: 'object-too-large' });
  });
});

describe('a gzip of a thousand to one', () => {
  test('is read to its end', async () => {
    const bytes = gzipSync(Buffer.alloc(300 * MIB, 'a\n'), { level: 9 });
    const decoded = undoCodings(inChunks(bytes, 65_536), { ...GZIPPED, availableMs: 900_000, now: () => 0 });
    let length = 0;
    for await (const chunk of decoded.chunks) length += chunk.length;

    expect(length).toBe(300 * MIB);
    expect(length / bytes.length).toBeGreaterThan(900);
  });
});
