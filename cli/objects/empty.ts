import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  NoSuchUpload,
  S3ServiceException,
  type DeleteMarkerEntry,
  type ObjectIdentifier,
  type ObjectVersion,
} from '@aws-sdk/client-s3';
import { deleteObjects } from './deletion.ts';
import { queueDepth } from '../pipeline/queue-depth.ts';
import { locksOf, type Locks } from './locked-versions.ts';
import { decodeKey } from './listing.ts';
import { Patience, PATIENCE_MS } from '../pipeline/patience.ts';
import { pause } from '../../shared/pause.ts';
import { hasFunction, type FunctionConsumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

/** What a bucket holds, all of which must go before it can be removed. */
export interface BucketContents {
  readonly bucket: string;
  /** Versions of objects, noncurrent ones included. */
  readonly versions: number;
  readonly deleteMarkers: number;
  /** Multipart uploads that were begun and not ended. */
  readonly uploads: number;
  readonly bytes: number;
  /** What of its versions is locked. */
  readonly locks: Locks;
}

export async function contentsOf(
  pipeline: Pipeline,
  bucket: string,
  signal: AbortSignal,
  onAsked: (versions: number) => void = () => {},
): Promise<BucketContents> {
  let [versions, deleteMarkers, uploads, bytes] = [0, 0, 0, 0];
  for await (const page of versionPages(pipeline, bucket)) {
    signal.throwIfAborted();
    versions += page.versions.length;
    deleteMarkers += page.deleteMarkers.length;
    bytes += page.bytes;
  }
  for await (const page of uploadPages(pipeline, bucket)) uploads += page.length;
  const nowMs = (await pipeline.now()).getTime();
  const locks = await locksOf(pipeline, bucket, onlyVersions(pipeline, bucket), {
    nowMs,
    signal,
    onAsked,
  });
  return { bucket, versions, deleteMarkers, uploads, bytes, locks };
}

export interface Emptied {
  readonly removed: number;
  readonly failures: readonly { readonly key: string; readonly versionId: string; readonly error: string }[];
}

export interface EmptyOptions {
  /** Deletes versions under governance before their time, too: of a bucket that has Object Lock. @default they are refused */
  readonly bypassLock?: boolean;
}

/**
 * Deletes every version, every delete marker and every unfinished upload of a bucket, a page at a time. What a page
 * leaves behind is not tried again in this run. May be repeated: a second run finishes what a killed one has begun.
 */
export async function emptyBucket(
  pipeline: Pipeline,
  bucket: string,
  signal: AbortSignal,
  onRemoved: (removed: number) => void,
  options: EmptyOptions = {},
): Promise<Emptied> {
  const { s3 } = pipeline;
  let removed = 0;
  const failures: { key: string; versionId: string; error: string }[] = [];
  for await (const { versions, deleteMarkers } of versionPages(pipeline, bucket)) {
    if (signal.aborted) return { removed, failures };
    const objects = [...versions, ...deleteMarkers];
    if (objects.length === 0) continue;
    const deletions = await deleteObjects(pipeline, bucket, objects, options);
    for (const { key, versionId = '', error } of deletions) {
      if (error !== undefined) failures.push({ key, versionId, error });
    }
    removed += deletions.filter(({ error }) => error === undefined).length;
    onRemoved(removed);
  }
  for await (const uploads of uploadPages(pipeline, bucket)) {
    for (const { Key, UploadId } of uploads) {
      if (signal.aborted) return { removed, failures };
      try {
        await s3.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
      } catch (error) {
        if (!(error instanceof S3ServiceException)) throw error;
        // its owner has completed or aborted it meanwhile
        if (error instanceof NoSuchUpload) continue;
        failures.push({ key: Key, versionId: '', error: `${error.name}: ${error.message}` });
        continue;
      }
      removed++;
      onRemoved(removed);
    }
  }
  return { removed, failures };
}

const QUIET_MS = { local: 1_000, aws: 30_000 };
const LOOK_AGAIN_MS = { local: 200, aws: 5_000 };

/**
 * Empties a bucket that consumers write to, again and again until they are quiet: nothing has waited in their queues, and
 * nothing come into the bucket, for a second (in AWS half a minute: an event is under way for some).
 *
 * Nothing may stand still for longer than a command's patience: a paused queue ends it.
 *
 * @returns also the queues that still hold messages; none when they went quiet
 */
export async function emptyUntilQuiet(
  pipeline: Pipeline,
  bucket: string,
  signal: AbortSignal,
  onRemoved: (removed: number) => void,
  options: EmptyOptions = {},
): Promise<Emptied & { readonly isQuiet: boolean; readonly waitingFor: readonly string[] }> {
  const { kind } = pipeline.deployment;
  // nobody here can say when another one drains its queue, or whether it writes to the bucket
  const drained = pipeline.consumers.filter(hasFunction);
  const patience = new Patience(PATIENCE_MS[kind]);
  let removed = 0;
  const failures: Emptied['failures'][number][] = [];
  for (let lastBusy = performance.now(); ; await pause(LOOK_AGAIN_MS[kind], signal)) {
    const waiting = await Promise.all(drained.map((consumer) => inQueue(pipeline, consumer)));
    const emptied = await emptyBucket(pipeline, bucket, signal, (more) => onRemoved(removed + more), options);
    removed += emptied.removed;
    failures.push(...emptied.failures);
    const now = performance.now();
    if (emptied.removed > 0 || waiting.some((messages) => messages > 0)) lastBusy = now;
    const isQuiet = now - lastBusy >= QUIET_MS[kind];
    const isOver = patience.isOver([removed, waiting, isQuiet]);
    if (isQuiet || failures.length > 0 || signal.aborted || isOver) {
      const waitingFor = drained.filter((_, index) => (waiting[index] ?? 0) > 0);
      return { removed, failures, isQuiet, waitingFor: waitingFor.map(({ name }) => name) };
    }
  }
}

async function inQueue(pipeline: Pipeline, consumer: FunctionConsumer): Promise<number> {
  const { waiting, inHand } = await queueDepth(pipeline, consumer.queueUrl);
  return waiting + inHand;
}

interface VersionPage {
  readonly versions: readonly ObjectIdentifier[];
  readonly deleteMarkers: readonly ObjectIdentifier[];
  readonly bytes: number;
}

const identifierOf = ({ Key = '', VersionId }: ObjectVersion | DeleteMarkerEntry): ObjectIdentifier => ({
  Key: decodeKey(Key),
  VersionId,
});

/** The next page is asked for by a marker, so that it does not matter that this one's versions are gone by then. */
async function* versionPages({ s3 }: Pipeline, bucket: string): AsyncGenerator<VersionPage> {
  let KeyMarker: string | undefined;
  let VersionIdMarker: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectVersionsCommand({
        Bucket: bucket,
        EncodingType: 'url',
        ...(KeyMarker !== undefined && { KeyMarker }),
        ...(VersionIdMarker !== undefined && { VersionIdMarker }),
      }),
    );
    const { Versions = [], DeleteMarkers = [], IsTruncated, NextKeyMarker = '' } = page;
    yield {
      versions: Versions.map(identifierOf),
      deleteMarkers: DeleteMarkers.map(identifierOf),
      bytes: Versions.reduce((sum, { Size = 0 }) => sum + Size, 0),
    };
    KeyMarker = IsTruncated === true ? decodeKey(NextKeyMarker) : undefined;
    VersionIdMarker = page.NextVersionIdMarker;
  } while (KeyMarker !== undefined);
}

/** A marker is never locked. */
async function* onlyVersions(
  pipeline: Pipeline,
  bucket: string,
): AsyncGenerator<readonly ObjectIdentifier[]> {
  for await (const { versions } of versionPages(pipeline, bucket)) yield versions;
}

async function* uploadPages(
  { s3 }: Pipeline,
  bucket: string,
): AsyncGenerator<readonly { readonly Key: string; readonly UploadId: string }[]> {
  let markers = {};
  for (;;) {
    const {
      Uploads = [],
      IsTruncated,
      NextKeyMarker = '',
      NextUploadIdMarker,
    } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket, EncodingType: 'url', ...markers }));
    yield Uploads.map(({ Key = '', UploadId = '' }) => ({ Key: decodeKey(Key), UploadId }));
    if (IsTruncated !== true) return;
    markers = { KeyMarker: decodeKey(NextKeyMarker), UploadIdMarker: NextUploadIdMarker };
  }
}
