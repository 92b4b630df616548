import { createReadStream } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { Upload } from '@aws-sdk/lib-storage';
import { CliError, usageError } from './cli-error.ts';
import type { Pipeline } from './pipeline.ts';

/** A file to upload, and where to. */
export interface UploadItem {
  /** `-` is standard input. */
  readonly path: string;
  readonly key: string;
  /** Unknown of standard input. */
  readonly sizeBytes?: number;
}

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
const LONGEST_KEY_BYTES = 1_024;

/**
 * Which file goes to which key. A folder's files keep their path below it; a destination that ends in `/` (or is empty)
 * is a prefix; anything else names the one object.
 *
 * @throws CliError on a path that does not exist, a key that S3 would refuse, or several files for one key
 */
export async function planUploads(paths: readonly string[], destination: string): Promise<UploadItem[]> {
  const isPrefix = destination === '' || destination.endsWith('/');
  const items: UploadItem[] = [];
  for (const path of paths) {
    if (path === '-') {
      if (isPrefix)
        throw usageError('standard input has no name', 'end the destination with a key, not with a slash');
      items.push({ path, key: destination });
      continue;
    }
    const stats = await stat(path).catch((cause: unknown) => {
      throw usageError(`cannot read ${JSON.stringify(path)}: ${(cause as Error).message}`);
    });
    if (stats.isDirectory()) {
      const prefix = isPrefix ? destination : `${destination}/`;
      for await (const file of filesUnder(path)) {
        const below = relative(path, file.path).split(sep).join('/');
        items.push({ ...file, key: prefix + below });
      }
    } else {
      items.push({
        path,
        key: isPrefix ? destination + basename(path) : destination,
        sizeBytes: stats.size,
      });
    }
  }
  checkKeys(items);
  return items;
}

async function* filesUnder(folder: string): AsyncIterable<{ path: string; sizeBytes: number }> {
  for await (const entry of await opendir(folder, { recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    // a link counts as what it leads to
    const stats = entry.isDirectory() ? undefined : await stat(path);
    if (stats?.isFile() === true) yield { path, sizeBytes: stats.size };
  }
}

function checkKeys(items: readonly UploadItem[]): void {
  const seen = new Map<string, string>();
  for (const { path, key } of items) {
    const other = seen.get(key);
    if (other !== undefined) {
      throw usageError(
        `${JSON.stringify(other)} and ${JSON.stringify(path)} would both become ${JSON.stringify(key)}`,
        'upload them to different prefixes; a destination for several files ends in a slash',
      );
    }
    if (Buffer.byteLength(key) > LONGEST_KEY_BYTES)
      throw usageError(`the key of ${JSON.stringify(path)} is longer than ${LONGEST_KEY_BYTES} bytes`);
    seen.set(key, path);
  }
}

export interface UploadOptions {
  readonly contentType?: string;
  /** Becomes the object's metadata `csv-delimiter`. */
  readonly csvDelimiter?: string;
  readonly stdin: Readable;
  readonly signal: AbortSignal;
  /** Called with bytes as they are sent. */
  readonly onBytes?: (bytes: number) => void;
}

/**
 * Uploads one file, a large one in parts. An upload that is broken off leaves no object and no parts.
 *
 * @throws CliError when the file changed its size meanwhile: half of a file must not pass for the whole
 */
export async function upload(
  pipeline: Pipeline,
  { path, key, sizeBytes }: UploadItem,
  options: UploadOptions,
): Promise<UploadedObject> {
  const { contentType, csvDelimiter, stdin, signal, onBytes } = options;
  const task = new Upload({
    client: pipeline.s3,
    partSize: Math.max(PART_BYTES, Math.ceil((sizeBytes ?? 0) / MOST_PARTS)),
    params: {
      Bucket: pipeline.ingestBucket,
      Key: key,
      Body: path === '-' ? stdin : createReadStream(path),
      ...(contentType !== undefined && { ContentType: contentType }),
      ...(csvDelimiter !== undefined && { Metadata: { 'csv-delimiter': csvDelimiter } }),
    },
  });
  let sent = 0;
  task.on('httpUploadProgress', ({ loaded = 0 }) => {
    onBytes?.(loaded - sent);
    sent = loaded;
  });
  const abort = () => void task.abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    const { ETag, VersionId, ...answer } = await task.done();
    if (sizeBytes !== undefined && sent !== sizeBytes) {
      throw new CliError(
        `${JSON.stringify(path)} changed while it was uploaded: ${sent} bytes were sent of ${sizeBytes}`,
        { nextStep: 'upload it again when nobody writes to it' },
      );
    }
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
