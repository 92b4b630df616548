import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { Upload } from '@aws-sdk/lib-storage';
import { CliError } from '../cli-error.ts';
import { contentTypeOf } from '../../shared/content-type.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { UploadItem } from './upload-plan.ts';

export interface UploadedObject {
  readonly path: string;
  readonly key: string;
  readonly sizeBytes: number;
  readonly etag?: string;
  readonly versionId?: string;
  /** What S3's event gives as its reason. */
  readonly reason: 'PutObject' | 'CompleteMultipartUpload';
}

const PART_BYTES = 8 * 1024 * 1024;
// S3 takes no more parts than that
const MOST_PARTS = 10_000;
export interface UploadOptions {
  /** @default by the file's name, or the key's */
  readonly contentType?: string;
  /** The object's user metadata. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly stdin: Readable;
  readonly signal: AbortSignal;
  /** Called with bytes as they are sent. */
  readonly onBytes?: (bytes: number) => void;
}

/**
 * Uploads one file, a large one in parts. One that is broken off has left no object and no parts once this rejects.
 *
 * @throws CliError when the file cannot be read, or changes its size meanwhile: half of a file must not pass for the whole
 */
export async function upload(
  pipeline: Pipeline,
  { path, key, sizeBytes }: UploadItem,
  options: UploadOptions,
): Promise<UploadedObject> {
  const { contentType = contentTypeOf(path, key), metadata, stdin, signal, onBytes } = options;
  const body = path === '-' ? stdin : Readable.from(wholeFile(path, sizeBytes));
  const task = new Upload({
    client: pipeline.s3,
    partSize: Math.max(PART_BYTES, Math.ceil((sizeBytes ?? 0) / MOST_PARTS)),
    params: {
      Bucket: pipeline.ingestBucket,
      Key: key,
      Body: body,
      ...(contentType !== undefined && { ContentType: contentType }),
      ...(metadata !== undefined && { Metadata: metadata }),
    },
  });
  let sent = 0;
  task.on('httpUploadProgress', ({ loaded = 0 }) => {
    onBytes?.(loaded - sent);
    sent = loaded;
  });
  // the task's own abort() ends it before its parts are gone, and the client goes with the verb
  const abort = () => void body.destroy(signal.reason as Error);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    const { ETag, VersionId, ...answer } = await task.done();
    return {
      path,
      key,
      sizeBytes: sent,
      ...(ETag !== undefined && { etag: ETag.replaceAll('"', '') }),
      ...(VersionId !== undefined && { versionId: VersionId }),
      reason: 'Location' in answer && ETag?.includes('-') === true ? 'CompleteMultipartUpload' : 'PutObject',
    };
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Throws before the last byte is out of hand, so that the upload is broken off and not completed. */
async function* wholeFile(path: string, sizeBytes: number | undefined): AsyncGenerator<Uint8Array> {
  let readBytes = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
      readBytes += chunk.length;
      yield chunk;
    }
  } catch (cause) {
    throw new CliError(`cannot read ${JSON.stringify(path)}: ${(cause as Error).message}`, { cause });
  }
  if (sizeBytes !== undefined && readBytes !== sizeBytes) {
    throw new CliError(
      `${JSON.stringify(path)} changed while it was uploaded: it had ${sizeBytes} bytes, and ${readBytes} were read`,
      { nextStep: 'upload it again when nobody writes to it' },
    );
  }
}
