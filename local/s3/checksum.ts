import { createHash, type Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsCrc32c } from '@aws-crypto/crc32c';
import { Crc64Nvme } from '@aws-sdk/crc64-nvme';
import { notImplemented } from '../protocols/aws-error.ts';

const ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof ALGORITHMS)[number];

/** What the checksum of a multipart object is over: all its bytes, or the checksums of its parts (`value` then ends in `-3`). */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

/** A checksum as S3 keeps it with an object. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** base64 */
  readonly value: string;
  readonly type: ChecksumType;
}

/** Takes in bytes, gives their checksum. */
export interface RunningChecksum {
  update(bytes: Uint8Array): void;
  digest(): Promise<Buffer>;
}

const START: Readonly<Record<ChecksumAlgorithm, () => RunningChecksum>> = {
  CRC32: () => {
    let value = 0;
    return {
      update: (bytes) => void (value = crc32(bytes, value)),
      digest: async () => {
        const digest = Buffer.alloc(4);
        digest.writeUInt32BE(value);
        return digest;
      },
    };
  },
  CRC32C: () => ofSdk(new AwsCrc32c()),
  CRC64NVME: () => ofSdk(new Crc64Nvme()),
  SHA1: () => ofHash(createHash('sha1')),
  SHA256: () => ofHash(createHash('sha256')),
};

export function startChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  return START[algorithm]();
}

function ofSdk(checksum: {
  update(bytes: Uint8Array): void;
  digest(): Promise<Uint8Array>;
}): RunningChecksum {
  return {
    update: (bytes) => checksum.update(bytes),
    digest: async () => Buffer.from(await checksum.digest()),
  };
}

function ofHash(hash: Hash): RunningChecksum {
  return { update: (bytes) => void hash.update(bytes), digest: async () => hash.digest() };
}

/** @throws AwsError `NotImplemented` for an algorithm that is S3's but not ours (XXHASH3 …) */
export function checksumAlgorithm(name: string): ChecksumAlgorithm {
  const algorithm = ALGORITHMS.find((known) => known === name.toUpperCase());
  if (algorithm === undefined) throw notImplemented(`checksum algorithm ${JSON.stringify(name)}`);
  return algorithm;
}

const DIGEST_BYTES: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};

/** Whether the text can be a checksum of that algorithm: base64 of as many bytes; of a composite one `-3` may follow. */
export function isChecksumValue(algorithm: ChecksumAlgorithm, value: string): boolean {
  const base64 = value.replace(/-\d{1,5}$/, '');
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length === DIGEST_BYTES[algorithm] && bytes.toString('base64') === base64;
}

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

const NOT_A_VALUE = new Set(['algorithm', 'type', 'mode']);

/** The algorithm of a header or trailer that holds a checksum's value; `undefined` for every other header. */
export function algorithmOfHeader(name: string): ChecksumAlgorithm | undefined {
  const suffix = /^x-amz-checksum-([a-z0-9]+)$/.exec(name)?.[1];
  return suffix === undefined || NOT_A_VALUE.has(suffix) ? undefined : checksumAlgorithm(suffix);
}

/** The checksum's element in XML: `ChecksumCRC32`. */
export function checksumElement(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`;
}
