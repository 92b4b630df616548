import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { CliError, nothingMatched } from '../cli-error.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { shellWord } from '../terminal/shell-word.ts';
import { versionsOf } from './object-versions.ts';

/** An object whose bytes have begun to come. */
export interface OpenObject {
  readonly key: string;
  /** Absent in a bucket that never had versions. */
  readonly versionId?: string;
  readonly size: number;
  readonly etag: string;
  /** ISO 8601. */
  readonly lastModified: string;
  readonly bytes: Readable;
}

/** @throws CliError when there is no such object or version, it is deleted, or archived */
export async function openObject(
  pipeline: Pipeline,
  key: string,
  versionId: string | undefined,
  signal: AbortSignal,
): Promise<OpenObject> {
  const asked = { Bucket: pipeline.ingestBucket, Key: key, VersionId: versionId };
  const answer = await pipeline.s3
    .send(new GetObjectCommand(asked), { abortSignal: signal })
    .catch(async (error: unknown) => {
      throw await toCliError(pipeline, key, versionId, error as Error);
    });
  return {
    key,
    ...(answer.VersionId !== undefined && { versionId: answer.VersionId }),
    size: answer.ContentLength ?? 0,
    etag: (answer.ETag ?? '').replaceAll('"', ''),
    lastModified: (answer.LastModified ?? new Date(0)).toISOString(),
    bytes: answer.Body as Readable,
  };
}

export interface CopyOptions {
  readonly signal: AbortSignal;
  /** Called with the bytes that have come so far. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Writes the object's bytes, no faster than they are taken, and leaves the stream open.
 *
 * @throws CliError when fewer come than the object has: half of it must not pass for the whole
 */
export async function copyTo(
  stream: Writable,
  { key, size, bytes }: OpenObject,
  { signal, onBytes }: CopyOptions,
): Promise<void> {
  let copied = 0;
  const abort = () => bytes.destroy(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      signal.throwIfAborted();
      copied += chunk.length;
      // whoever reads it may be slow, or gone
      if (!stream.write(chunk)) await drained(stream, signal);
      if (stream.destroyed) throw new CliError('nobody reads what is written any more');
      onBytes(copied);
    }
  } finally {
    signal.removeEventListener('abort', abort);
  }
  if (copied !== size) {
    throw new CliError(`${copied} of ${size} bytes of ${JSON.stringify(key)} have come`, {
      nextStep: 'the connection broke off: run the same command again',
    });
  }
}

/** Resolves when the stream takes more, or is closed and takes nothing any more. */
async function drained(stream: Writable, signal: AbortSignal): Promise<void> {
  const ended = new AbortController();
  const either = { signal: AbortSignal.any([signal, ended.signal]) };
  try {
    await Promise.race([once(stream, 'drain', either), once(stream, 'close', either)]);
  } finally {
    // the other one listens no more
    ended.abort();
  }
}

/** What is the matter with an object that cannot be read; any other error stays as it is. */
async function toCliError(
  pipeline: Pipeline,
  key: string,
  versionId: string | undefined,
  error: Error,
): Promise<Error> {
  const named = JSON.stringify(key);
  const where = pipeline.ingestBucket;
  const status = `sluice status ${shellWord(key)} --json`;
  switch (error.name) {
    case 'NoSuchKey':
    case 'NotFound':
    case 'NoSuchVersion': {
      const versions = await versionsOf(pipeline, key);
      const [latest] = versions;
      if (latest === undefined) {
        return nothingMatched(
          `${where} holds no ${named}`,
          'keys are written as S3 has them, case and spaces included: `sluice ls PREFIX` shows what there is',
        );
      }
      if (versionId !== undefined) {
        return nothingMatched(
          `${where} holds no version ${versionId} of ${named}`,
          `\`${status}\` names them`,
        );
      }
      const before = versions.find(({ isDeleteMarker }) => !isDeleteMarker);
      return nothingMatched(
        `${named} was deleted at ${latest.lastModified}`,
        before === undefined
          ? 'the bucket holds no earlier version of it'
          : `what it was before: sluice get ${shellWord(key)} --version-id ${before.versionId}`,
      );
    }
    case 'MethodNotAllowed':
      return nothingMatched(
        `version ${String(versionId)} of ${named} is a delete marker: it has no bytes`,
        `\`${status}\` names the versions that have`,
      );
    case 'InvalidObjectState':
      return new CliError(`${named} is archived, and cannot be read before it is restored`, {
        nextStep: `aws s3api restore-object --bucket ${where} --key ${shellWord(key)} --restore-request Days=1; that takes hours`,
        cause: error,
      });
    case 'InvalidArgument':
    case 'NoSuchVersionId':
      return versionId === undefined
        ? error
        : nothingMatched(
            `${JSON.stringify(versionId)} is no version of ${named}`,
            `\`${status}\` names them`,
          );
    default:
      return error;
  }
}
