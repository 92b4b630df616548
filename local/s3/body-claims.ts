import type { IncomingHttpHeaders } from 'node:http';
import { S3Error } from './s3-error.ts';
import {
  algorithmOfHeader,
  type Checksum,
  checksumAlgorithm,
  type ChecksumAlgorithm,
  checksumHeader,
  isChecksumValue,
} from './checksum.ts';

/** 5 GiB: the most that one PUT or one part takes. */
export const LARGEST_BODY_BYTES = 5 * 1_024 ** 3;

/** What a request's headers say about its body, to be held against what comes in. */
export interface BodyClaims {
  /** Whether the body is framed as `aws-chunked`. */
  readonly chunked: boolean;
  readonly sizeBytes: number;
  /** hex */
  readonly sha256?: string;
  /** base64 */
  readonly md5?: string;
  /** The object's checksum, and where its value is: in a header already, or in a trailer to come. */
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value?: string };
}

/** @throws S3Error when the claims are malformed, contradict one another, or are of a body that is too large */
export function readBodyClaims(headers: IncomingHttpHeaders): BodyClaims {
  const contentSha256 = one(headers['x-amz-content-sha256']);
  const chunked =
    (contentSha256?.startsWith('STREAMING-') ?? false) ||
    encodings(headers['content-encoding']).includes('aws-chunked');
  const sizeBytes = size(headers, chunked);
  const sha256 =
    contentSha256 !== undefined && /^[0-9a-f]{64}$/i.test(contentSha256)
      ? contentSha256.toLowerCase()
      : undefined;
  const md5 = one(headers['content-md5']);
  if (md5 !== undefined && Buffer.from(md5, 'base64').length !== 16) {
    throw new S3Error('InvalidDigest', `The Content-MD5 you specified was invalid: ${JSON.stringify(md5)}`, {
      details: { 'Content-MD5': md5 },
    });
  }
  const checksum = checksumClaim(headers);
  return {
    chunked,
    sizeBytes,
    ...(sha256 !== undefined && { sha256 }),
    ...(md5 !== undefined && { md5 }),
    ...(checksum !== undefined && { checksum }),
  };
}

/** A checksum that a header gives outright; `undefined` when none does. */
export function headerChecksum(
  headers: IncomingHttpHeaders,
): { algorithm: ChecksumAlgorithm; value: string } | undefined {
  const found = Object.entries(headers).flatMap(([name, value]) => {
    const algorithm = algorithmOfHeader(name);
    return algorithm === undefined || typeof value !== 'string' ? [] : [{ algorithm, value }];
  });
  if (found.length > 1) {
    throw new S3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum types are not allowed.',
    );
  }
  const [claim] = found;
  if (claim === undefined || isChecksumValue(claim.algorithm, claim.value)) return claim;
  throw new S3Error(
    'InvalidRequest',
    `Value for ${checksumHeader(claim.algorithm)} header is invalid: ${JSON.stringify(claim.value)}`,
  );
}

function checksumClaim(headers: IncomingHttpHeaders): BodyClaims['checksum'] {
  const inHeader = headerChecksum(headers);
  const trailer = one(headers['x-amz-trailer']);
  if (inHeader !== undefined && trailer !== undefined) {
    throw new S3Error('InvalidRequest', 'a checksum is given both in a header and in a trailer; send one');
  }
  if (inHeader !== undefined) return inHeader;
  if (trailer !== undefined) {
    const algorithm = algorithmOfHeader(trailer.trim().toLowerCase());
    if (algorithm === undefined) {
      throw new S3Error(
        'InvalidRequest',
        `The value specified in the x-amz-trailer header is not supported: ${JSON.stringify(trailer)}`,
      );
    }
    return { algorithm };
  }
  return undefined;
}

/** The algorithm that a request names without giving a value (`x-amz-sdk-checksum-algorithm`, `x-amz-checksum-algorithm`). */
export function namedAlgorithm(headers: IncomingHttpHeaders): ChecksumAlgorithm | undefined {
  const name = one(headers['x-amz-checksum-algorithm']);
  return name === undefined ? undefined : checksumAlgorithm(name);
}

function size(headers: IncomingHttpHeaders, chunked: boolean): number {
  const text = chunked ? headers['x-amz-decoded-content-length'] : headers['content-length'];
  if (typeof text !== 'string' || !/^\d{1,15}$/.test(text)) {
    if (headers['transfer-encoding'] !== undefined) {
      throw new S3Error(
        'NotImplemented',
        'A header you provided implies functionality that is not implemented: a body goes with its Content-Length',
        { details: { Header: 'Transfer-Encoding' } },
      );
    }
    throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  const sizeBytes = Number(text);
  if (sizeBytes > LARGEST_BODY_BYTES) {
    throw new S3Error(
      'EntityTooLarge',
      `Your proposed upload of ${sizeBytes} bytes exceeds the maximum allowed size of ${LARGEST_BODY_BYTES}; upload it in parts`,
      { details: { ProposedSize: sizeBytes, MaxSizeAllowed: LARGEST_BODY_BYTES } },
    );
  }
  return sizeBytes;
}

/** `gzip` of `gzip, aws-chunked`: the framing is not part of the object. */
export function objectEncoding(header: string | undefined): string | undefined {
  const left = encodings(header).filter((encoding) => encoding !== 'aws-chunked');
  return left.length === 0 ? undefined : left.join(',');
}

function encodings(header: string | undefined): string[] {
  return (header ?? '')
    .split(',')
    .map((encoding) => encoding.trim())
    .filter((encoding) => encoding !== '');
}

function one(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}

/** The claim held against what came: throws `BadDigest` naming the checksum. */
export function checkClaimedChecksum(claimed: string, checksum: Checksum): void {
  if (claimed === checksum.value) return;
  throw new S3Error(
    'BadDigest',
    `The ${checksum.algorithm} you specified did not match the calculated checksum: ${JSON.stringify(claimed)} is not ${checksum.value}`,
  );
}
