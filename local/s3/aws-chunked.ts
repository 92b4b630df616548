import type { ChunkSignatures } from './chunk-signatures.ts';
import { S3Error } from './s3-error.ts';

// "10000;chunk-signature=" + 64 hex digits is 87 bytes; a trailer with its signature is a little more
const LONGEST_LINE_BYTES = 4_096;

const TRAILER_SIGNATURE = 'x-amz-trailer-signature';

/**
 * Takes `aws-chunked` framing off a body as it comes in: `hex-size[;chunk-signature=…]CRLF data CRLF`, ended by a
 * chunk of size 0 and trailers (`x-amz-checksum-crc32:AAAAAA==`). Signatures are read over where there is nothing to
 * hold them against.
 */
export class AwsChunkedDecoder {
  readonly trailers = new Map<string, string>();
  #state: 'size' | 'data' | 'data-end' | 'trailer' | 'done' = 'size';
  readonly #signatures: ChunkSignatures | undefined;
  #line = '';
  #remaining = 0;
  /** What the header of the chunk under way gives. */
  #signature: string | undefined;
  /** The trailers as they are signed. */
  #signedTrailers = '';

  /** @param signatures verifies those of the chunks @default they are not verified */
  constructor(signatures?: ChunkSignatures) {
    this.#signatures = signatures;
  }

  /** The data bytes of the next piece of the body, in order. */
  *push(piece: Buffer): Generator<Buffer> {
    let at = 0;
    while (at < piece.length) {
      if (this.#state === 'done') throw incomplete('bytes follow the last chunk');
      if (this.#state === 'data') {
        const data = piece.subarray(at, at + this.#remaining);
        at += data.length;
        this.#remaining -= data.length;
        this.#signatures?.take(data);
        if (this.#remaining === 0) this.#endChunk('data-end');
        yield data;
        continue;
      }
      const newline = piece.indexOf(0x0a, at);
      this.#line += piece.toString('latin1', at, newline === -1 ? undefined : newline);
      if (this.#line.length > LONGEST_LINE_BYTES) throw incomplete('a chunk header does not end');
      if (newline === -1) return;
      at = newline + 1;
      const line = this.#line.replace(/\r$/, '');
      this.#line = '';
      this.#take(line);
    }
  }

  /** @throws S3Error `IncompleteBody` when the last chunk has not come */
  end(): void {
    // a client that ends at its last trailer without the empty line has still said everything
    if (this.#state === 'size' || this.#state === 'data' || this.#state === 'data-end') {
      throw incomplete('it ends before its last chunk');
    }
    if (this.#line !== '') this.#take(this.#line.replace(/\r$/, ''));
    if (this.#signatures?.signsTrailers === true) {
      this.#signatures.endTrailers(this.trailers.get(TRAILER_SIGNATURE), this.#signedTrailers);
    }
  }

  #endChunk(next: 'data-end' | 'trailer'): void {
    this.#signatures?.endChunk(this.#signature);
    this.#state = next;
  }

  #take(line: string): void {
    if (this.#state === 'data-end') {
      if (line !== '') throw incomplete('a chunk is longer than its header says');
      this.#state = 'size';
    } else if (this.#state === 'size') {
      const [, size, extension] = /^([0-9a-fA-F]{1,12})(?:;(.*))?$/.exec(line) ?? [];
      if (size === undefined) throw incomplete(`${JSON.stringify(line.slice(0, 80))} is not a chunk header`);
      this.#signature = extension?.replace(/^chunk-signature=/, '');
      this.#remaining = Number.parseInt(size, 16);
      if (this.#remaining === 0) this.#endChunk('trailer');
      else this.#state = 'data';
    } else if (line === '') {
      this.#state = 'done';
    } else {
      const colon = line.indexOf(':');
      if (colon < 1) {
        throw new S3Error(
          'MalformedTrailerError',
          `trailer ${JSON.stringify(line.slice(0, 80))} has no value`,
        );
      }
      const [name, value] = [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
      this.#addTrailer(name, value);
    }
  }

  #addTrailer(name: string, value: string): void {
    if (this.#signatures?.signsTrailers === false) {
      throw new S3Error('MalformedTrailerError', `trailer ${JSON.stringify(name)} comes unsigned`);
    }
    this.trailers.set(name, value);
    if (name !== TRAILER_SIGNATURE) this.#signedTrailers += `${name}:${value}\n`;
  }
}

function incomplete(why: string): S3Error {
  return new S3Error('IncompleteBody', `The request body terminated unexpectedly: ${why}`);
}
