import type { Checksum } from './checksum.ts';

/** A file of a body: its name in the folder, and how long it is. */
export interface BodyFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** What its bytes come to; absent while that is not reckoned yet. */
  readonly digest?: BodyDigest;
}

/** The sum that is checked when a body is read, out of those that are kept of it. */
export interface BodyDigest {
  readonly algorithm: 'CRC32' | 'MD5';
  /** base64 of a CRC32, hex of an MD5 */
  readonly value: string;
}

/** The cheapest one that says whether the bytes are those that were uploaded. */
export function bodyDigest(md5: string, checksum: Checksum | undefined): BodyDigest {
  return checksum?.algorithm === 'CRC32' && checksum.type === 'FULL_OBJECT'
    ? { algorithm: 'CRC32', value: checksum.value }
    : { algorithm: 'MD5', value: md5 };
}
