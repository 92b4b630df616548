import { describe, expect, test } from 'vitest';
import { inTime } from '../../../functions/objects/in-time.ts';

const MINUTE = 60_000;

/** Reads chunks of 1,000 bytes that each take so long, of an object of a million bytes; gives how many were read. */
async function chunksRead(msPerChunk: number, availableMs: number): Promise<number> {
  let clock = 0;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let chunk = 0; chunk < 1_000; chunk++) {
      clock += msPerChunk;
      yield new Uint8Array(1_000);
    }
  }
  let read = 0;
  for await (const chunk of inTime(chunks(), {
    sizeBytes: 1_000_000,
    availableMs,
    now: () => clock,
    instead: 'count it with Step Functions, AWS Batch or Glue',
  })) {
    read += chunk.length / 1_000;
  }
  return read;
}

describe('reading in time', () => {
  test('lets an object pass that comes in time', async () => {
    expect(await chunksRead(899, 15 * MINUTE)).toBe(1_000);
  });

  test('gives up soon what would take longer than the function has, and names the next step', async () => {
    await expect(chunksRead(1_000, 15 * MINUTE)).rejects.toMatchObject({
      status: 'object-too-large',
      message:
        "at the rate of its first 11000 bytes the object's 1000000 bytes would take 1000 s, and the function has 900 s: " +
        'count it with Step Functions, AWS Batch or Glue, or upload it in parts',
    });
  });

  test('does not judge by the first ten seconds', async () => {
    expect(await chunksRead(10, 9_000)).toBe(1_000);
  });
});
