/** A trailer is short: a last line that is longer is none. */
const TAIL_BYTES = 1_024;

/** Keeps the end of a text that is being read. */
export class TextTail {
  #kept: Uint8Array = new Uint8Array();

  /** The chunks, unchanged, while the last bytes are kept. */
  async *of(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      const end = chunk.subarray(-TAIL_BYTES);
      // a copy: a chunk may be a view into memory that its owner uses again
      this.#kept = Buffer.concat([this.#kept, end]).subarray(-TAIL_BYTES);
      yield chunk;
    }
  }

  /** The last line that is not blank, as Latin-1; undefined when it is longer than what was kept. */
  lastLine(): string | undefined {
    const text = Buffer.from(this.#kept).toString('latin1').trimEnd();
    const begins = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
    return begins === 0 && this.#kept.length === TAIL_BYTES ? undefined : text.slice(begins);
  }
}
