import { paginateQuery, paginateScan, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { batchGet } from '../pipeline/batch-get.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { StoredRow } from '../../shared/row-fields.ts';
import type { Partition, RowTable } from '../pipeline/row-table.ts';
import type { DocumentOf } from '../terminal/document.ts';
import type { objectRow } from './verify-document.ts';

export type ObjectRow = DocumentOf<typeof objectRow>;

/** `status` is of a consumer's own. */
type ReadAttribute = keyof StoredRow | 'status';

const ATTRIBUTES: readonly ReadAttribute[] = [
  'version_id',
  'etag',
  'deleted',
  'sequencer',
  'event_time',
  'status',
];

/** Names with `#`: `status` is a reserved word. */
function projection({ objectKeyAttribute }: RowTable) {
  const names = [...new Set([objectKeyAttribute, ...ATTRIBUTES])];
  return {
    ProjectionExpression: names.map((_, index) => `#a${index}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(names.map((name, index) => [`#a${index}`, name])),
  };
}

/** The rows of one partition, in the order of their keys' UTF-8 bytes, a page in memory at a time. */
export async function* orderedRows(
  { tables }: Pipeline,
  table: RowTable,
  { attribute, value, sortKey, sortKeyPrefix }: Partition,
  prefix: string,
): AsyncGenerator<ObjectRow> {
  const begins = sortKeyPrefix + prefix;
  const { ProjectionExpression, ExpressionAttributeNames } = projection(table);
  const pages = paginateQuery(
    { client: tables },
    {
      TableName: table.tableName,
      ConsistentRead: true,
      ProjectionExpression,
      KeyConditionExpression:
        begins === '' ? '#partition = :value' : '#partition = :value AND begins_with(#sort, :prefix)',
      ExpressionAttributeNames: {
        ...ExpressionAttributeNames,
        '#partition': attribute,
        ...(begins !== '' && { '#sort': sortKey }),
      },
      ExpressionAttributeValues: { ':value': value, ...(begins !== '' && { ':prefix': begins }) },
    },
  );
  for await (const { Items = [] } of pages) for (const item of Items) yield rowOf(table, item);
}

/** The rows of these objects, at most a hundred; those that have none are left out. */
export async function rowsOf(
  pipeline: Pipeline,
  table: RowTable,
  keys: readonly string[],
): Promise<ReadonlyMap<string, ObjectRow>> {
  const items = await batchGet(pipeline, table.tableName, keys.map(table.keyOf), projection(table));
  return new Map(items.map((item) => [table.objectKeyOf(item), rowOf(table, item)]));
}

/** All rows of the table, in no order, a page in memory at a time. */
export async function* allRows({ tables }: Pipeline, table: RowTable): AsyncGenerator<ObjectRow> {
  const pages = paginateScan(
    { client: tables },
    { TableName: table.tableName, ConsistentRead: true, ...projection(table) },
  );
  for await (const { Items = [] } of pages) for (const item of Items) yield rowOf(table, item);
}

/** Behind every key of a partition: no key can be longer, and none begins with a greater character. */
const BEHIND_ALL_KEYS = '\u{10ffff}'.repeat(256);

/**
 * Other buckets that the table has rows of. It hops from partition to partition, one small read each, since a scan gives a
 * partition's rows together.
 */
export async function otherBuckets(
  { tables }: Pipeline,
  { tableName, objectKeyOf }: RowTable,
  { attribute, value: own, sortKey }: Partition,
): Promise<readonly { readonly bucket: string; readonly key: string }[]> {
  const found = new Map<string, string>();
  let bucket: string | undefined;
  for (;;) {
    const { Items: [item] = [] } = await tables.send(
      new ScanCommand({
        TableName: tableName,
        Limit: 1,
        ConsistentRead: true,
        ...(bucket !== undefined && {
          ExclusiveStartKey: { [attribute]: bucket, [sortKey]: BEHIND_ALL_KEYS },
        }),
      }),
    );
    if (item === undefined || item[attribute] === bucket) break;
    bucket = String(item[attribute]);
    if (bucket !== own) found.set(bucket, objectKeyOf(item));
  }
  return [...found].map(([name, key]) => ({ bucket: name, key }));
}

function rowOf({ objectKeyOf }: RowTable, item: StoredRow & Readonly<Record<string, unknown>>): ObjectRow {
  const text = (name: string, attribute: ReadAttribute) =>
    typeof item[attribute] === 'string' ? { [name]: item[attribute] } : {};
  return {
    key: objectKeyOf(item),
    isDeleted: item.deleted === true,
    ...text('versionId', 'version_id'),
    ...text('etag', 'etag'),
    ...text('sequencer', 'sequencer'),
    ...text('eventTime', 'event_time'),
    ...text('status', 'status'),
  };
}
