import { createHash, type Hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { AwsChunkedDecoder } from './aws-chunked.ts';
import type { ChunkSeed } from '../gateway/verified-signature.ts';
import { ChunkSignatures } from './chunk-signatures.ts';
import { type BodyClaims, checkClaimedChecksum, readBodyClaims } from './body-claims.ts';
import type { BodyFile } from './body-file.ts';
import type { BodyFolder } from './body-folder.ts';
import {
  type Checksum,
  type ChecksumAlgorithm,
  checksumHeader,
  type RunningChecksum,
  startChecksum,
} from './checksum.ts';
import { S3Error } from './s3-error.ts';

/** A body that is to come in, with the headers that say what it should be. */
export interface IncomingBody {
  readonly stream: Readable;
  readonly headers: IncomingHttpHeaders;
  /** What the signatures of its chunks begin with, where they are to be verified. */
  readonly chunkSeed?: ChunkSeed | undefined;
}

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
 *
 * @param algorithm the one that a part's upload was created with: computed also when the request claims none
 */
export async function storeBody(
  folder: BodyFolder,
  { stream, headers, chunkSeed }: IncomingBody,
  algorithm?: ChecksumAlgorithm,
): Promise<StoredBody> {
  const claims = readBodyClaims(headers);
  if (algorithm !== undefined && claims.checksum !== undefined && claims.checksum.algorithm !== algorithm) {
    throw new S3Error(
      'InvalidRequest',
      `Checksum Type mismatch occurred, expected checksum Type: ${algorithm.toLowerCase()}, actual checksum Type: ${claims.checksum.algorithm.toLowerCase()}`,
    );
  }
  const verification = new Verification(claims, algorithm, chunkSeed);
  return store(folder, verification.read(stream), () => verification.finish());
}

/** Stores bytes that are here already, for a copy that cannot share the file. */
export async function storeCopy(
  folder: BodyFolder,
  bytes: AsyncIterable<Buffer>,
  algorithm?: ChecksumAlgorithm,
): Promise<StoredBody> {
  const digests = new Digests(algorithm);
  async function* read() {
    for await (const data of bytes) yield digests.take(data);
  }
  return store(folder, read(), () => digests.finish());
}

async function store(
  folder: BodyFolder,
  bytes: AsyncIterable<Buffer>,
  finish: () => Promise<Omit<StoredBody, 'file'>>,
): Promise<StoredBody> {
  const unfinished = folder.create();
  try {
    for await (const data of bytes) await unfinished.write(data);
    const digests = await finish();
    return { file: await unfinished.finish(), ...digests };
  } catch (error) {
    await unfinished.discard();
    throw error;
  }
}

const LARGEST_DOCUMENT_BYTES = 8 * 1_024 ** 2;

/**
 * A request's XML in memory.
 *
 * @param options.checksumInHeader whether a checksum in a header is the document's own
 * @throws S3Error `MalformedXML` when it is longer than any that S3 takes
 */
export async function readDocument(
  { stream, headers, chunkSeed }: IncomingBody,
  { checksumInHeader } = { checksumInHeader: true },
): Promise<string> {
  const { checksum, ...claims } = readBodyClaims(headers);
  if (claims.sizeBytes > LARGEST_DOCUMENT_BYTES) {
    throw new S3Error('MalformedXML', `The XML you provided is longer than ${LARGEST_DOCUMENT_BYTES} bytes`);
  }
  const own = checksum !== undefined && (checksumInHeader || checksum.value === undefined);
  const verification = new Verification(own ? { ...claims, checksum } : claims, undefined, chunkSeed);
  const pieces: Buffer[] = [];
  for await (const data of verification.read(stream)) pieces.push(data);
  await verification.finish();
  return Buffer.concat(pieces).toString('utf8');
}

/** What S3 keeps of a body: always its MD5, the checksum if there is one. */
class Digests {
  readonly algorithm: ChecksumAlgorithm | undefined;
  readonly #md5: Hash = createHash('md5');
  readonly #checksum: RunningChecksum | undefined;

  constructor(algorithm: ChecksumAlgorithm | undefined) {
    this.algorithm = algorithm;
    this.#checksum = algorithm === undefined ? undefined : startChecksum(algorithm);
  }

  take(data: Buffer): Buffer {
    this.#md5.update(data);
    this.#checksum?.update(data);
    return data;
  }

  async finish(): Promise<Omit<StoredBody, 'file'>> {
    const md5 = this.#md5.digest('hex');
    if (this.algorithm === undefined || this.#checksum === undefined) return { md5 };
    const value = (await this.#checksum.digest()).toString('base64');
    return { md5, checksum: { algorithm: this.algorithm, value, type: 'FULL_OBJECT' } };
  }
}

/** Reads a body once, and holds it against its claims. */
class Verification {
  readonly #claims: BodyClaims;
  readonly #decoder: AwsChunkedDecoder | undefined;
  readonly #digests: Digests;
  readonly #sha256: Hash | undefined;
  #sizeBytes = 0;

  constructor(claims: BodyClaims, algorithm?: ChecksumAlgorithm, chunkSeed?: ChunkSeed) {
    this.#claims = claims;
    const signatures = chunkSeed === undefined ? undefined : new ChunkSignatures(chunkSeed);
    this.#decoder = claims.chunked ? new AwsChunkedDecoder(signatures) : undefined;
    this.#digests = new Digests(claims.checksum?.algorithm ?? algorithm);
    this.#sha256 = claims.sha256 === undefined ? undefined : createHash('sha256');
  }

  async *read(stream: Readable): AsyncGenerator<Buffer> {
    // a refused body must not take the connection down: the client would never read the refusal
    const pieces = stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    for await (const piece of pieces) {
      if (this.#decoder === undefined) yield this.#take(piece);
      else for (const data of this.#decoder.push(piece)) yield this.#take(data);
    }
    this.#decoder?.end();
    if (this.#sizeBytes < this.#claims.sizeBytes) {
      throw new S3Error(
        'IncompleteBody',
        `You did not provide the number of bytes specified by the Content-Length HTTP header: ${this.#sizeBytes} of ${this.#claims.sizeBytes}`,
        { details: { NumberBytesExpected: this.#claims.sizeBytes, NumberBytesProvided: this.#sizeBytes } },
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
    this.#sha256?.update(data);
    return this.#digests.take(data);
  }

  async finish(): Promise<Omit<StoredBody, 'file'>> {
    const { sha256, md5: claimedMd5, checksum: claimed } = this.#claims;
    const ownSha256 = this.#sha256?.digest('hex');
    if (sha256 !== undefined && ownSha256 !== undefined && ownSha256 !== sha256) {
      throw new S3Error(
        'XAmzContentSHA256Mismatch',
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        { details: { ClientComputedContentSHA256: sha256, S3ComputedContentSHA256: ownSha256 } },
      );
    }
    const digests = await this.#digests.finish();
    if (claimedMd5 !== undefined && Buffer.from(claimedMd5, 'base64').toString('hex') !== digests.md5) {
      throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.', {
        details: {
          ExpectedDigest: claimedMd5,
          CalculatedDigest: Buffer.from(digests.md5, 'hex').toString('base64'),
        },
      });
    }
    if (claimed !== undefined && digests.checksum !== undefined) {
      checkClaimedChecksum(
        claimed.value ?? this.#trailer(checksumHeader(claimed.algorithm)),
        digests.checksum,
      );
    }
    return digests;
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
