import { createHash, type Hash } from 'node:crypto';
import { isSameSignature, sha256Hex, signatureV4 } from '../gateway/signing-key.ts';
import type { ChunkSeed } from '../gateway/verified-signature.ts';
import { S3Error } from './s3-error.ts';

const EMPTY_SHA256 = sha256Hex('');

/**
 * The signatures of a body's chunks, each made of the one before it, so that none can be changed, left out or moved.
 * A chunk's is known only at its end: what was taken from it is worth nothing until the whole body is verified.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export class ChunkSignatures {
  readonly #seed: ChunkSeed;
  #before: string;
  #hash: Hash = createHash('sha256');

  constructor(seed: ChunkSeed) {
    this.#seed = seed;
    this.#before = seed.signature;
  }

  /** Whether the trailers must be signed as well. */
  get signsTrailers(): boolean {
    return this.#seed.signsTrailers;
  }

  take(data: Buffer): void {
    this.#hash.update(data);
  }

  /** At the end of a chunk. @param given `chunk-signature=…` of its header @throws S3Error `SignatureDoesNotMatch` */
  endChunk(given: string | undefined): void {
    const sha256 = this.#hash.digest('hex');
    this.#hash = createHash('sha256');
    this.#check('a chunk', given, ['AWS4-HMAC-SHA256-PAYLOAD', ...this.#place(), EMPTY_SHA256, sha256]);
  }

  /** Behind the last trailer. @param text `x-amz-checksum-crc32:AAAAAA==` and a newline, for each @throws S3Error */
  endTrailers(given: string | undefined, text: string): void {
    this.#check('the trailers', given, ['AWS4-HMAC-SHA256-TRAILER', ...this.#place(), sha256Hex(text)]);
  }

  #place(): readonly string[] {
    return [this.#seed.time, this.#seed.scope, this.#before];
  }

  #check(what: string, given: string | undefined, lines: readonly string[]): void {
    const right = signatureV4(this.#seed.key, lines.join('\n'));
    if (given !== undefined && isSameSignature(given, right)) {
      this.#before = right;
      return;
    }
    throw new S3Error(
      'SignatureDoesNotMatch',
      `The request signature we calculated does not match the signature you provided. Check your key and signing method. (of ${what} of the body)`,
      { details: { StringToSign: lines.join('\n'), SignatureProvided: given ?? '' } },
    );
  }
}
