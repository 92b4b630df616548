import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { StoredRow } from '../../shared/row-fields.ts';
import type { ObjectVersion } from '../objects/object-versions.ts';
import type { Consumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { rowTableOf, type RowTable } from '../pipeline/row-table.ts';
import type { AskedVersion, Evidence } from './asked-version.ts';
import { lineEvidence } from './kept-lines.ts';
import { objectEvidence } from './kept-objects.ts';

/**
 * The version that the bucket held last by what the rows say, where it holds no version of the key any more; undefined
 * when no row shows one.
 */
export async function removedVersion(pipeline: Pipeline, key: string): Promise<ObjectVersion | undefined> {
  for (const consumer of pipeline.consumers) {
    const table = rowTableOf(pipeline, consumer);
    if (table === undefined) continue;
    const stored = await row(pipeline, table, key);
    if (stored === undefined || stored.deleted === true) continue;
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

/** @throws CliError when the stack does not say what the consumer keeps */
export async function evidenceOf(
  pipeline: Pipeline,
  consumer: Consumer,
  asked: AskedVersion,
): Promise<Evidence> {
  const table = rowTableOf(pipeline, consumer);
  if (table !== undefined) return rowEvidence(await row(pipeline, table, asked.key), asked);
  const keeps = pipeline.keepsOf(consumer);
  if (keeps === 'nothing') return { shows: 'nothing', caveat: 'it keeps nothing that could be found' };
  if ('lines' in keeps) return await lineEvidence(pipeline, keeps.lines, asked);
  if ('objects' in keeps) return await objectEvidence(pipeline, keeps.objects, asked);
  throw new Error(`nobody knows what ${consumer.name} keeps: ${JSON.stringify(keeps)}`);
}

async function row(
  { tables }: Pipeline,
  { tableName, keyOf }: RowTable,
  key: string,
): Promise<(StoredRow & { readonly size?: unknown }) | undefined> {
  const { Item } = await tables.send(
    new GetCommand({ TableName: tableName, Key: keyOf(key), ConsistentRead: true }),
  );
  return Item;
}

/** What a row shows of the version that is asked about; undefined is no row. */
export function rowEvidence(stored: StoredRow | undefined, { version, versions }: AskedVersion): Evidence {
  if (stored === undefined) return { shows: 'nothing' };
  const isSame =
    stored.version_id === undefined
      ? // a backfill that was not told the version, or the tombstone of a repair
        stored.deleted === version.isDeleteMarker && stored.etag === version.etag
      : stored.version_id === version.versionId;
  if (isSame) return { shows: version.isRemoved === true ? 'removed' : 'this', stored };
  const place = (versionId: unknown) => versions.findIndex((one) => one.versionId === versionId);
  const [ofRow, ofAsked] = [place(stored.version_id), place(version.versionId)];
  const isRemoved = typeof stored.version_id === 'string' && ofRow === -1;
  if (isRemoved && version.isLatest && isNotBefore(stored.event_time, version.lastModified)) {
    return { shows: 'removed', stored };
  }
  // a version that the bucket holds no more is as a rule an old one
  return { shows: ofRow !== -1 && ofRow < ofAsked ? 'newer' : 'older', stored };
}

/** Events have whole seconds. */
const isNotBefore = (eventTime: unknown, lastModified: string): boolean =>
  typeof eventTime === 'string' && eventTime.slice(0, 19) >= lastModified.slice(0, 19);
