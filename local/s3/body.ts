import { createHash, type Hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { AwsChunkedDecoder } from './aws-chunked.ts';
import { type BodyClaims, checkClaimedChecksum, readBodyClaims } from './body-claims.ts';
import type { BodyFile, BodyFolder } from './body-folder.ts';
import { type Checksum, checksumHeader, type RunningChecksum, startChecksum } from './checksum.ts';
import { S3Error } from './s3-error.ts';

/** A body that has come in whole and is what its request claimed. */
export interface StoredBody {
  readonly file: BodyFile;
  /** hex */
  readonly md5: string;
  readonly checksum?: Checksum;
}

/**
 * Streams a request's body to the folder in constant memory.
 * A body that ends early, or is not what its headers and trailers claim, leaves nothing behind.
 */
export async function storeBody(folder: BodyFolder, incoming: IncomingMessage): Promise<StoredBody> {
  const claims = readBodyClaims(incoming.headers);
  const unfinished = folder.create();
  try {
    const verification = new Verification(claims);
    for await (const data of verification.read(incoming)) await unfinished.write(data);
    const verified = await verification.finish();
    return { file: await unfinished.finish(), ...verified };
  } catch (error) {
    await unfinished.discard();
    throw error;
  }
}

/** A request's body in memory, for documents. @throws S3Error `MalformedXML` above `limitBytes` */
export async function readDocument(incoming: IncomingMessage, limitBytes = 8 * 1_024 ** 2): Promise<string> {
  const claims = readBodyClaims(incoming.headers);
  if (claims.sizeBytes > limitBytes) {
    throw new S3Error('MalformedXML', `The XML you provided is longer than ${limitBytes} bytes`);
  }
  const verification = new Verification(claims);
  const pieces: Buffer[] = [];
  for await (const data of verification.read(incoming)) pieces.push(data);
  await verification.finish();
  return Buffer.concat(pieces).toString('utf8');
}

/** Reads a body once, and holds it against its claims. */
class Verification {
  readonly #claims: BodyClaims;
  readonly #decoder: AwsChunkedDecoder | undefined;
  readonly #md5: Hash = createHash('md5');
  readonly #sha256: Hash | undefined;
  readonly #checksum: RunningChecksum | undefined;
  #sizeBytes = 0;

  constructor(claims: BodyClaims) {
    this.#claims = claims;
    this.#decoder = claims.chunked ? new AwsChunkedDecoder() : undefined;
    this.#sha256 = claims.sha256 === undefined ? undefined : createHash('sha256');
    this.#checksum = claims.checksum === undefined ? undefined : startChecksum(claims.checksum.algorithm);
  }

  async *read(incoming: IncomingMessage): AsyncGenerator<Buffer> {
    // a refused body must not take the connection down: the client would never read the refusal
    const pieces = incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    for await (const piece of pieces) {
      if (this.#decoder === undefined) yield this.#take(piece);
      else for (const data of this.#decoder.push(piece)) yield this.#take(data);
    }
    this.#decoder?.end();
    if (this.#sizeBytes < this.#claims.sizeBytes) {
      throw new S3Error(
        'IncompleteBody',
        `You did not provide the number of bytes specified by the Content-Length HTTP header: ${this.#sizeBytes} of ${this.#claims.sizeBytes}`,
      );
    }
  }

  #take(data: Buffer): Buffer {
    this.#sizeBytes += data.length;
    if (this.#sizeBytes > this.#claims.sizeBytes) {
      throw new S3Error(
        'IncompleteBody',
        `the body is longer than the ${this.#claims.sizeBytes} bytes that its headers claim`,
      );
    }
    this.#md5.update(data);
    this.#sha256?.update(data);
    this.#checksum?.update(data);
    return data;
  }

  async finish(): Promise<{ md5: string; checksum?: Checksum }> {
    const { sha256, md5: claimedMd5, checksum: claimed } = this.#claims;
    const md5 = this.#md5.digest();
    if (sha256 !== undefined && this.#sha256?.digest('hex') !== sha256) {
      throw new S3Error(
        'XAmzContentSHA256Mismatch',
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      );
    }
    if (claimedMd5 !== undefined && !Buffer.from(claimedMd5, 'base64').equals(md5)) {
      throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
    }
    if (claimed === undefined || this.#checksum === undefined) return { md5: md5.toString('hex') };
    const checksum: Checksum = {
      algorithm: claimed.algorithm,
      value: (await this.#checksum.digest()).toString('base64'),
      type: 'FULL_OBJECT',
    };
    checkClaimedChecksum(claimed.value ?? this.#trailer(checksumHeader(claimed.algorithm)), checksum);
    return { md5: md5.toString('hex'), checksum };
  }

  #trailer(name: string): string {
    const value = this.#decoder?.trailers.get(name);
    if (value === undefined) {
      throw new S3Error(
        'MalformedTrailerError',
        `the trailer ${name} that x-amz-trailer announces did not come`,
      );
    }
    return value;
  }
}
