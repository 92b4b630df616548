/** A trailer is short: a last line that is longer is none. */
const TAIL_BYTES = 1_024;

/** Keeps the end of a text that is being read. */
export class TextTail {
  readonly #bytes = Buffer.alloc(TAIL_BYTES);
  #length = 0;

  /** The chunks, unchanged, while the last bytes are kept: as a copy, since a chunk may be memory that its owner uses again. */
  async *of(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      const end = chunk.subarray(-TAIL_BYTES);
      const before = Math.min(this.#length, TAIL_BYTES - end.length);
      this.#bytes.copyWithin(0, this.#length - before, this.#length);
      this.#bytes.set(end, before);
      this.#length = before + end.length;
      yield chunk;
    }
  }

  /** The last line that is not blank, as Latin-1; undefined when it is longer than what was kept. */
  lastLine(): string | undefined {
    const text = this.#bytes.toString('latin1', 0, this.#length).trimEnd();
    const begins = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
    return begins === 0 && this.#length === TAIL_BYTES ? undefined : text.slice(begins);
  }
}
