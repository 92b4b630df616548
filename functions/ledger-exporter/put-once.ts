import { PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Outcome } from '../batch/outcome.ts';
import type { LedgerObject } from './ledger.ts';

const s3 = new S3Client({
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
});

export interface PutOnceOptions {
  readonly bucket: string;
  readonly consumer: string;
  readonly signal: AbortSignal;
  /** Until when nobody deletes the object, but who may bypass its lock. @default it is not locked */
  readonly lockedUntil?: Date | undefined;
}

/**
 * Puts the object unless its key is taken: the key is the digest of what it holds, so that what is there already is
 * this very object, and the events are `superseded`. May be repeated.
 *
 * @throws whatever S3 answers otherwise, 409 ConditionalRequestConflict of two concurrent puts included.
 */
export async function putOnce(
  object: LedgerObject,
  { bucket, consumer, signal, lockedUntil }: PutOnceOptions,
): Promise<Outcome> {
  try {
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: object.key,
        Body: object.body,
        ContentType: 'application/x-ndjson',
        ServerSideEncryption: 'AES256',
        Metadata: { ...object.metadata, consumer },
        IfNoneMatch: '*',
        // S3 wants a checksum of what is to be locked, which the SDK adds by itself
        ...(lockedUntil !== undefined && {
          ObjectLockMode: 'GOVERNANCE',
          ObjectLockRetainUntilDate: lockedUntil,
        }),
      }),
      { abortSignal: signal },
    );
    return 'recorded';
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412) {
      return 'superseded';
    }
    throw error;
  }
}
