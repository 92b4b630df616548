import * as fc from 'fast-check';

/** The bytes in chunks of this size, all in the same memory: who keeps a chunk finds another in its place. */
export async function* inChunks(bytes: Uint8Array, size = bytes.length): AsyncGenerator<Uint8Array> {
  const memory = new Uint8Array(size);
  for (let at = 0; at < bytes.length; at += size) {
    const chunk = bytes.subarray(at, at + size);
    memory.fill(0xee);
    memory.set(chunk);
    yield memory.subarray(0, chunk.length);
  }
}

/** The bytes cut at these places. */
export async function* cutAt(bytes: Uint8Array, places: readonly number[]): AsyncGenerator<Uint8Array> {
  const cuts = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted(
    (a, b) => a - b,
  );
  for (const [index, from] of cuts.slice(0, -1).entries()) {
    // A copy that is destroyed: who keeps a chunk has nothing.
    const chunk = bytes.slice(from, cuts[index + 1]);
    yield chunk;
    chunk.fill(0xee);
  }
}

/** Where to cut. */
export const PLACES = fc.array(fc.nat(100_000), { maxLength: 12 });

/** All bytes of the chunks, each taken before the next is asked for. */
export async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

export async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  return (await bytesOf(chunks)).toString();
}
