import type { IncomingHttpHeaders } from 'node:http';
import type { KeyUse } from '../kms/kms-keys.ts';
import type { BucketDescription } from '../plan.ts';
import { invalidArgument } from './s3-error.ts';

const ALGORITHM = 'x-amz-server-side-encryption';
const KEY = 'x-amz-server-side-encryption-aws-kms-key-id';
const BUCKET_KEY = 'x-amz-server-side-encryption-bucket-key-enabled';

/** The headers that tell a client how an object is encrypted. */
const ENCRYPTION_HEADERS: readonly string[] = [ALGORITHM, KEY, BUCKET_KEY];

/** What a new object's maker said of encryption, or else its bucket does. */
export interface Encrypting {
  readonly headers: IncomingHttpHeaders;
  readonly described: BucketDescription;
  readonly region: string;
  readonly accountId: string;
}

/**
 * How AWS would encrypt a new object, as the headers that are kept with it: nothing is encrypted on this machine, and a
 * client is told what it would be told. None for `AES256`, which every other object has.
 *
 *     {"x-amz-server-side-encryption":"aws:kms","x-amz-server-side-encryption-aws-kms-key-id":"arn:aws:kms:…"}
 *
 * @throws S3Error `InvalidArgument` for a key that nothing is encrypted with
 */
export function encryptionToKeep(encrypting: Encrypting): Record<string, string> {
  const { headers, described } = encrypting;
  const said = headers[ALGORITHM];
  const named = headers[KEY];
  if (typeof named === 'string' && (typeof said !== 'string' || said === 'AES256')) {
    throw invalidArgument(
      'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
      ALGORITHM,
      typeof said === 'string' ? said : undefined,
    );
  }
  const algorithm = typeof said === 'string' ? said : described.encryption;
  if (algorithm === 'AES256') return {};
  const hasBucketKey = String(headers[BUCKET_KEY] ?? described.hasBucketKey) === 'true';
  return {
    [ALGORITHM]: algorithm,
    [KEY]: keyArn(encrypting, typeof named === 'string' ? named : described.kmsKeyId),
    ...(hasBucketKey && { [BUCKET_KEY]: 'true' }),
  };
}

/** How an object is encrypted, as its makers and readers are told. */
export function encryptionHeaders(kept: Readonly<Record<string, string>>): Record<string, string> {
  const headers = ENCRYPTION_HEADERS.flatMap((name) => {
    const value = kept[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return headers.length === 0 ? { [ALGORITHM]: 'AES256' } : Object.fromEntries(headers);
}

/** The use that a reader or maker of an object makes of its key; of none where it has none of KMS. */
export function keyUseOf(
  kept: Readonly<Record<string, string>>,
  bucket: string,
  key: string,
): Pick<KeyUse, 'encryptionContext' | 'key' | 'via'> {
  // a bucket key is one for all of its objects
  const about = kept[BUCKET_KEY] === 'true' ? bucket : `${bucket}/${key}`;
  return { key: kept[KEY], via: 's3', encryptionContext: { 'aws:s3:arn': `arn:aws:s3:::${about}` } };
}

/** The headers of an object that say nothing of its encryption: a copy does not inherit that. */
export function withoutEncryption(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ENCRYPTION_HEADERS.includes(name)));
}

/** S3 answers an ARN, however the key was named. @default the account's own key for S3 */
function keyArn({ region, accountId }: Encrypting, named = 'alias/aws/s3'): string {
  if (named.startsWith('arn:')) return named;
  return `arn:aws:kms:${region}:${accountId}:${named.startsWith('alias/') ? named : `key/${named}`}`;
}
