const NOTHING = Buffer.alloc(0);

/** Bytes that come in chunks, which can be looked at before they are taken. Each byte is given once. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #waiting: Buffer = NOTHING;
  #taken = 0;
  #isOver = false;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Bytes taken so far: where in the whole the next one stands. */
  get position(): number {
    return this.#taken;
  }

  /** The next bytes, which stay: `count` of them, fewer only where the bytes end. Good until the next call. */
  async peek(count: number): Promise<Buffer> {
    if (this.#waiting.length < count && !this.#isOver) {
      // Copies: the owner of a chunk may use its memory again for the next one.
      const parts = [Buffer.from(this.#waiting)];
      let length = this.#waiting.length;
      while (length < count) {
        const chunk = await this.#pull();
        if (chunk === undefined) break;
        parts.push(Buffer.from(chunk));
        length += chunk.length;
      }
      this.#waiting = Buffer.concat(parts);
    }
    return this.#waiting.subarray(0, count);
  }

  /** Takes bytes that `peek` has shown. */
  skip(count: number): void {
    this.#waiting = this.#waiting.subarray(count);
    this.#taken += count;
  }

  /** The next chunk, never an empty one; undefined at the end. Good until the next call. */
  async next(): Promise<Buffer | undefined> {
    const chunk = this.#waiting.length > 0 ? this.#waiting : await this.#pull();
    this.#waiting = NOTHING;
    this.#taken += chunk?.length ?? 0;
    return chunk;
  }

  /** Gives the end of the chunk back that `next` gave. */
  giveBack(rest: Buffer): void {
    this.#waiting = rest;
    this.#taken -= rest.length;
  }

  /** All that is left. The source is closed when its reader leaves. */
  async *rest(): AsyncGenerator<Buffer> {
    try {
      for (let chunk = await this.next(); chunk !== undefined; chunk = await this.next()) {
        yield chunk;
      }
    } finally {
      await this.close();
    }
  }

  /** Ends where the chunks come from. */
  async close(): Promise<void> {
    this.#isOver = true;
    await this.#chunks.return?.();
  }

  async #pull(): Promise<Buffer | undefined> {
    while (!this.#isOver) {
      const { done, value } = await this.#chunks.next();
      if (done === true) {
        this.#isOver = true;
      } else if (value.length > 0) {
        return Buffer.from(value.buffer, value.byteOffset, value.length);
      }
    }
    return undefined;
  }
}
