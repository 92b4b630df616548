import { CsvError, parse } from 'csv-parse/sync';

/** A header is looked for in so many first bytes; one that is longer is not reported. */
const SAMPLE_BYTES = 64 * 1024;
/** Names reported at most: with 64 KiB of them a row stays far below DynamoDB's 400 KB. */
const MAX_NAMES = 1_000;

export interface HeaderColumns {
  /** The first thousand. */
  readonly names: readonly string[];
  readonly count: number;
}

/** Keeps the beginning of a CSV that is being read, to tell its column names afterwards. */
export class HeaderSample {
  readonly #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #isWhole = true;

  /** The chunks, unchanged, while their beginning is kept. */
  async *of(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      if (this.#isWhole) {
        // A copy: a chunk may be a view into memory that its owner uses again.
        const part = chunk.slice(0, SAMPLE_BYTES - this.#keptBytes);
        this.#kept.push(part);
        this.#keptBytes += part.length;
        this.#isWhole = part.length === chunk.length;
      }
      yield chunk;
    }
  }

  /** Fields of the first record; undefined when it is empty, blank, or does not end within the sample. */
  columns(delimiter: string): HeaderColumns | undefined {
    const sample = Buffer.concat(this.#kept);
    let header: { readonly names: readonly string[]; readonly endsAt: number } | undefined;
    try {
      parse(sample, {
        delimiter,
        bom: true,
        relax_quotes: true,
        record_delimiter: ['\r\n', '\n', '\r'],
        to: 1,
        on_record: (names: string[], { bytes }) => {
          header = { names, endsAt: bytes };
          return null;
        },
      });
    } catch (error) {
      if (!(error instanceof CsvError)) {
        throw error;
      }
    }
    // A record that reaches the end of a sample cut short may go on behind it.
    if (header === undefined || (!this.#isWhole && header.endsAt >= sample.length)) {
      return undefined;
    }
    const { names } = header;
    const isBlank = names.length === 1 && names[0] === '';
    return isBlank ? undefined : { names: names.slice(0, MAX_NAMES), count: names.length };
  }
}
