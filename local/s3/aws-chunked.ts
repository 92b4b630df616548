import { S3Error } from './s3-error.ts';

// "10000;chunk-signature=" + 64 hex digits is 87 bytes; a trailer with its signature is a little more
const LONGEST_LINE_BYTES = 4_096;

/**
 * Takes `aws-chunked` framing off a body as it comes in: `hex-size[;chunk-signature=…]CRLF data CRLF`, ended by a
 * chunk of size 0 and trailers (`x-amz-checksum-crc32:AAAAAA==`). Signatures are read over: the endpoint is loopback,
 * and knows no secrets to check them with.
 */
export class AwsChunkedDecoder {
  readonly trailers = new Map<string, string>();
  #state: 'size' | 'data' | 'data-end' | 'trailer' | 'done' = 'size';
  #line = '';
  #remaining = 0;

  /** The data bytes of the next piece of the body, in order. */
  *push(piece: Buffer): Generator<Buffer> {
    let at = 0;
    while (at < piece.length) {
      if (this.#state === 'done') throw incomplete('bytes follow the last chunk');
      if (this.#state === 'data') {
        const data = piece.subarray(at, at + this.#remaining);
        at += data.length;
        this.#remaining -= data.length;
        if (this.#remaining === 0) this.#state = 'data-end';
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
  }

  #take(line: string): void {
    if (this.#state === 'data-end') {
      if (line !== '') throw incomplete('a chunk is longer than its header says');
      this.#state = 'size';
    } else if (this.#state === 'size') {
      const size = /^([0-9a-fA-F]{1,12})(?:;.*)?$/.exec(line)?.[1];
      if (size === undefined) throw incomplete(`${JSON.stringify(line.slice(0, 80))} is not a chunk header`);
      this.#remaining = Number.parseInt(size, 16);
      this.#state = this.#remaining === 0 ? 'trailer' : 'data';
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
      this.trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    }
  }
}

function incomplete(why: string): S3Error {
  return new S3Error('IncompleteBody', `The request body terminated unexpectedly: ${why}`);
}
