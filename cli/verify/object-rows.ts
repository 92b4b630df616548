import { paginateQuery, paginateScan, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { batchGet } from '../pipeline/batch-get.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

/** What a row says of its object, as far as it is compared. */
export interface ObjectRow {
  readonly key: string;
  readonly versionId?: string;
  readonly etag?: string;
  readonly isDeleted: boolean;
  readonly sequencer?: string;
  readonly eventTime?: string;
  /** Of the row counter. */
  readonly status?: string;
}

const ATTRIBUTES = ['version_id', 'etag', 'deleted', 'sequencer', 'event_time', 'status'];

/** Names with `#`: `status` is a reserved word. */
const projection = (...keys: readonly string[]) => ({
  ProjectionExpression: [...keys, ...ATTRIBUTES].map((name) => `#${name}`).join(', '),
  ExpressionAttributeNames: Object.fromEntries([...keys, ...ATTRIBUTES].map((name) => [`#${name}`, name])),
});

/** The metadata table's rows of the ingest bucket, in the order of their keys' UTF-8 bytes, a page in memory at a time. */
export async function* metadataRows(
  { tables, uploadMetadataTable, ingestBucket }: Pipeline,
  prefix: string,
): AsyncGenerator<ObjectRow> {
  const pages = paginateQuery(
    { client: tables },
    {
      TableName: uploadMetadataTable,
      ConsistentRead: true,
      KeyConditionExpression:
        prefix === '' ? '#bucket = :bucket' : '#bucket = :bucket AND begins_with(#object_key, :prefix)',
      ExpressionAttributeValues: { ':bucket': ingestBucket, ...(prefix !== '' && { ':prefix': prefix }) },
      ...withBucket(projection('object_key')),
    },
  );
  for await (const { Items = [] } of pages) {
    for (const item of Items) yield rowOf(item, String(item['object_key']));
  }
}

const withBucket = (parameters: ReturnType<typeof projection>) => ({
  ...parameters,
  ExpressionAttributeNames: { ...parameters.ExpressionAttributeNames, '#bucket': 'bucket' },
});

/** The counter's rows of these objects, at most a hundred; those that have none are left out. */
export async function counterRows(
  pipeline: Pipeline,
  keys: readonly string[],
): Promise<ReadonlyMap<string, ObjectRow>> {
  const items = await batchGet(
    pipeline,
    pipeline.processedFilesTable,
    keys.map((key) => ({ file_key: key })),
    projection('file_key'),
  );
  return new Map(items.map((item) => [String(item['file_key']), rowOf(item, String(item['file_key']))]));
}

/** All of the counter's rows, in no order, a page in memory at a time. */
export async function* allCounterRows({ tables, processedFilesTable }: Pipeline): AsyncGenerator<ObjectRow> {
  const pages = paginateScan(
    { client: tables },
    { TableName: processedFilesTable, ConsistentRead: true, ...projection('file_key') },
  );
  for await (const { Items = [] } of pages) {
    for (const item of Items) yield rowOf(item, String(item['file_key']));
  }
}

/** Behind every key of a partition: no key can be longer, and none begins with a greater character. */
const BEHIND_ALL_KEYS = '\u{10ffff}'.repeat(256);

/**
 * Other buckets that the metadata table has rows of. It hops from partition to partition, one small read each, since a
 * scan gives a partition's rows together.
 */
export async function otherBuckets({
  tables,
  uploadMetadataTable,
  ingestBucket,
}: Pipeline): Promise<readonly { readonly bucket: string; readonly key: string }[]> {
  const found = new Map<string, string>();
  let bucket: string | undefined;
  for (;;) {
    const { Items: [item] = [] } = await tables.send(
      new ScanCommand({
        TableName: uploadMetadataTable,
        Limit: 1,
        ConsistentRead: true,
        ...(bucket !== undefined && {
          ExclusiveStartKey: { bucket, object_key: BEHIND_ALL_KEYS },
        }),
      }),
    );
    if (item === undefined || item['bucket'] === bucket) break;
    bucket = String(item['bucket']);
    if (bucket !== ingestBucket) found.set(bucket, String(item['object_key']));
  }
  return [...found].map(([name, key]) => ({ bucket: name, key }));
}

function rowOf(item: Readonly<Record<string, unknown>>, key: string): ObjectRow {
  const text = (name: string, attribute: string) =>
    typeof item[attribute] === 'string' ? { [name]: item[attribute] } : {};
  return {
    key,
    isDeleted: item['deleted'] === true,
    ...text('versionId', 'version_id'),
    ...text('etag', 'etag'),
    ...text('sequencer', 'sequencer'),
    ...text('eventTime', 'event_time'),
    ...text('status', 'status'),
  };
}
