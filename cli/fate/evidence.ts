import { GetObjectCommand, paginateListObjectsV2, type _Object } from '@aws-sdk/client-s3';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { decodeKey } from '../objects/listing.ts';
import type { ObjectVersion } from '../objects/object-versions.ts';
import type { Consumer, Pipeline } from '../pipeline/pipeline.ts';
import { rowTableOf, type RowTable } from '../pipeline/row-table.ts';

/** What a consumer has stored of a version of an object. */
export interface Evidence {
  /**
   * `older` and `newer`: the consumer's row is of another version of the key. `removed`: of one that is later than what
   * the bucket holds now, and that it holds no more: somebody has deleted it by its id, which no consumer hears of.
   */
  readonly shows: 'this' | 'older' | 'newer' | 'removed' | 'nothing';
  /** What it has stored: a row's attributes, or a line of the ledger. */
  readonly stored?: Readonly<Record<string, unknown>>;
  /** What was not looked at. */
  readonly caveat?: string;
}

/** The version that is asked about, and all that the bucket knows of its key, newest first. */
export interface AskedVersion {
  readonly key: string;
  readonly version: ObjectVersion;
  readonly versions: readonly ObjectVersion[];
}

/**
 * The version that the bucket held last by what the rows say, where it holds no version of the key any more; undefined
 * when no row shows one.
 */
export async function removedVersion(pipeline: Pipeline, key: string): Promise<ObjectVersion | undefined> {
  for (const consumer of pipeline.consumers) {
    const table = rowTableOf(pipeline, consumer);
    if (table === undefined) continue;
    const stored = await row(pipeline, table, key);
    if (stored === undefined || stored['deleted'] === true) continue;
    const { version_id: versionId, event_time: lastModified, etag, size } = stored;
    return {
      versionId: typeof versionId === 'string' ? versionId : 'null',
      isLatest: false,
      isDeleteMarker: false,
      ...(typeof size === 'number' && { size }),
      ...(typeof etag === 'string' && { etag }),
      lastModified: typeof lastModified === 'string' ? lastModified : new Date(0).toISOString(),
      isRemoved: true,
    };
  }
  return undefined;
}

/** @returns undefined for a consumer whose store this program does not know */
export async function evidenceOf(
  pipeline: Pipeline,
  consumer: Consumer,
  asked: AskedVersion,
): Promise<Evidence | undefined> {
  const table = rowTableOf(pipeline, consumer);
  if (table !== undefined) return rowEvidence(await row(pipeline, table, asked.key), asked);
  if (consumer.name === 'ledger-exporter') return await ledgerEvidence(pipeline, asked);
  return undefined;
}

async function row(
  { tables }: Pipeline,
  { tableName, keyOf }: RowTable,
  key: string,
): Promise<Record<string, unknown> | undefined> {
  const { Item } = await tables.send(
    new GetCommand({ TableName: tableName, Key: keyOf(key), ConsistentRead: true }),
  );
  return Item;
}

function rowEvidence(
  stored: Readonly<Record<string, unknown>> | undefined,
  { version, versions }: AskedVersion,
): Evidence {
  if (stored === undefined) return { shows: 'nothing' };
  const isSame =
    stored['version_id'] === undefined
      ? // a backfill that was not told the version, or the tombstone of a repair
        stored['deleted'] === version.isDeleteMarker && stored['etag'] === version.etag
      : stored['version_id'] === version.versionId;
  if (isSame) return { shows: version.isRemoved === true ? 'removed' : 'this', stored };
  const place = (versionId: unknown) => versions.findIndex((one) => one.versionId === versionId);
  const [ofRow, ofAsked] = [place(stored['version_id']), place(version.versionId)];
  const isRemoved = typeof stored['version_id'] === 'string' && ofRow === -1;
  if (isRemoved && version.isLatest && isNotBefore(stored['event_time'], version.lastModified)) {
    return { shows: 'removed', stored };
  }
  // a version that the bucket holds no more is as a rule an old one
  return { shows: ofRow !== -1 && ofRow < ofAsked ? 'newer' : 'older', stored };
}

/** Events have whole seconds. */
const isNotBefore = (eventTime: unknown, lastModified: string): boolean =>
  typeof eventTime === 'string' && eventTime.slice(0, 19) >= lastModified.slice(0, 19);

/** So many objects of the ledger's hour are read before it is given up. */
const MOST_LEDGER_OBJECTS = 200;
// the event's time can differ from the object's by as much
const SKEW_MS = 5_000;
const HOUR_MS = 3_600_000;

/** The ledger is partitioned by the hour of the event, and an object of it is written soon after. */
async function ledgerEvidence(
  { s3, outputBucket }: Pipeline,
  { key, version }: AskedVersion,
): Promise<Evidence> {
  const atMs = Date.parse(version.lastModified);
  const hours = new Set([atMs - SKEW_MS, atMs + SKEW_MS].map((ms) => Math.floor(ms / HOUR_MS)));
  let looked = 0;
  for (const hour of hours) {
    const [date, time] = new Date(hour * HOUR_MS).toISOString().split(/[T:]/);
    const pages = paginateListObjectsV2(
      { client: s3 },
      { Bucket: outputBucket, Prefix: `ledger/dt=${date}/hour=${time}/`, EncodingType: 'url' },
    );
    for await (const { Contents = [] } of pages) {
      // as a rule it is in one of the first that were written after it
      const candidates = Contents.filter((object) => writtenAt(object) >= atMs - SKEW_MS).toSorted(
        (left, right) => writtenAt(left) - writtenAt(right),
      );
      for (const { Key: encoded = '' } of candidates) {
        if (looked++ >= MOST_LEDGER_OBJECTS) {
          return { shows: 'nothing', caveat: `only ${MOST_LEDGER_OBJECTS} objects of the ledger were read` };
        }
        const Key = decodeKey(encoded);
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: outputBucket, Key }));
        const line = lineOf((await Body?.transformToString()) ?? '', key, version);
        if (line !== undefined) return { shows: 'this', stored: { ...line, ledger_object: Key } };
      }
    }
  }
  return { shows: 'nothing' };
}

const writtenAt = ({ LastModified }: _Object): number => LastModified?.getTime() ?? Infinity;

function lineOf(
  text: string,
  key: string,
  { versionId, etag }: ObjectVersion,
): Record<string, unknown> | undefined {
  // most lines are of other keys, and need no parsing
  const quoted = JSON.stringify(key);
  return text
    .split('\n')
    .filter((line) => line.includes(quoted))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .find(
      (line) =>
        line['object_key'] === key &&
        (line['version_id'] === undefined ? line['etag'] === etag : line['version_id'] === versionId),
    );
}
