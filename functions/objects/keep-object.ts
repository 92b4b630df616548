import { HeadObjectCommand, PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { contentTypeOf } from '../../shared/content-type.ts';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import { holds } from '../rows/condition-expression.ts';
import { rowCondition } from '../rows/row-condition.ts';
import { orderOf, sourceMetadata } from './source-metadata.ts';

/** How often another writer of the same name may come in between before the record is left to its next try. */
const TRIES = 10;

export interface ObjectWrite {
  readonly s3: S3Client;
  /** The output bucket: `requireEnvironment('OUTPUT_BUCKET')`. */
  readonly bucket: string;
  /** `requireEnvironment('CONSUMER_NAME')` */
  readonly consumer: string;
  /** The name: the prefix of the consumer's `keeps`, the key, and what goes on with `.` or `/`: `thumbnails/images/a.png.webp`. */
  readonly key: string;
  readonly body: Uint8Array | string;
  /** What it is made of: its metadata say so, and it has its place among the others of the name by this. */
  readonly event: ObjectEvent;
  /** Version of the consumer's core; raised when the same event would give another object. */
  readonly revision: number;
  /** From the record's context. */
  readonly signal: AbortSignal;
  /** @default by the name: `image/webp` of `….webp`, `application/octet-stream` where it tells nothing */
  readonly contentType?: string;
  /** Further metadata, in ASCII: all have room in 2 KB together. @default none */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Tags beside `sluice-consumer`; `{}` for that alone. The role needs `s3:PutObjectTagging`. @default no tag at all */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * `older` replaces what an older event left, or an older revision of the code. `nothing` is for a name that holds the version:
   * what is there is this very object. @default older
   */
  readonly replaces?: 'older' | 'nothing';
}

/**
 * Writes an object to the output bucket, with where it comes from as metadata (see source-metadata.ts). A duplicate, a late
 * event and a replay change nothing: then it is `superseded`, which is success. May be repeated. The bucket encrypts by its
 * own default.
 *
 * One request for a name that is new; over an older object three: S3 says that there is one, its metadata say of which event,
 * and `If-Match` replaces that very content. S3 compares contents and not metadata there: an older event could still win
 * between the last two, within milliseconds, when the newer one writes what lay there before, byte for byte. A name that holds
 * the version, with `replaces: 'nothing'`, has no such case. The role needs `s3:PutObject`, and `s3:GetObject` to replace.
 *
 * @throws whatever else S3 answers, and Error when others keep writing the same name: the record is tried again.
 */
export async function keepObject(write: ObjectWrite): Promise<'recorded' | 'superseded'> {
  let held: Held | undefined;
  for (let tried = 0; tried < TRIES; tried++) {
    if (held !== undefined && isSuperseded(held, write)) return 'superseded';
    if (await isPut(write, held)) return 'recorded';
    if (write.replaces === 'nothing') return 'superseded';
    held = await heldObject(write);
  }
  throw new Error(
    `${write.key} was written by others ${TRIES} times while its turn was awaited: the record will be tried again`,
  );
}

/** The object that has the name. */
interface Held {
  readonly etag: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** An object that tells of no event, which somebody put there by hand, is older than any. */
function isSuperseded({ metadata }: Held, { event, revision }: ObjectWrite): boolean {
  return metadata['source-time'] !== undefined && !holds(rowCondition(event, revision), orderOf(metadata));
}

/** Whether it was put; false when another object has the name by now, or none any more. */
async function isPut(write: ObjectWrite, held: Held | undefined): Promise<boolean> {
  const { s3, bucket: Bucket, key: Key, body: Body, consumer, tags, signal } = write;
  try {
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key,
        Body,
        ContentType: write.contentType ?? contentTypeOf(Key) ?? 'application/octet-stream',
        Metadata: { ...write.metadata, ...sourceMetadata(write) },
        ...(tags !== undefined && {
          Tagging: String(new URLSearchParams({ ...tags, 'sluice-consumer': consumer })),
        }),
        ...(held === undefined ? { IfNoneMatch: '*' } : { IfMatch: held.etag }),
      }),
      { abortSignal: signal },
    );
    return true;
  } catch (error) {
    // 409: two at the same moment; 404: the one to replace was deleted meanwhile
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    const isLost = status === 412 || (status === 409 && write.replaces !== 'nothing');
    if (isLost || (status === 404 && held !== undefined)) return false;
    throw error;
  }
}

async function heldObject({ s3, bucket, key, signal }: ObjectWrite): Promise<Held | undefined> {
  try {
    const { ETag = '', Metadata = {} } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }), {
      abortSignal: signal,
    });
    return { etag: ETag, metadata: Metadata };
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return undefined;
    throw error;
  }
}
