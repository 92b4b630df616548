import { QueryCommand, ScanCommand, type ScanCommandInput } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import { rowTableOf } from '../../../cli/pipeline/row-table.ts';
import { keepsText } from '../../../shared/keeps.ts';
import { allRows, orderedRows, otherBuckets, rowsOf } from '../../../cli/verify/object-rows.ts';
import { resetMocks, tables } from '../../support/mocked-aws.ts';
import { lookUpsFind, queriesFind } from '../../support/mocked-contents.ts';
import { consumerNamed, mockedPipeline } from '../../support/mocked-pipeline.ts';

beforeEach(resetMocks);

const tableOf = (pipeline: ReturnType<typeof mockedPipeline>, name: string) =>
  rowTableOf(pipeline, consumerNamed(pipeline, name))!;

const WHOLE = {
  bucket: 'ingest',
  object_key: 'a.csv',
  version_id: 'v1',
  etag: 'e1',
  deleted: true,
  sequencer: '0a',
  event_time: '2026-11-01T00:00:00Z',
  status: 'counted',
};

async function ordered(prefix: string, outputs = {}) {
  const pipeline = mockedPipeline({ outputs });
  const table = tableOf(pipeline, 'metadata-writer');
  return await Array.fromAsync(orderedRows(pipeline, table, table.partition!, prefix));
}

const query = () => tables.commandCalls(QueryCommand)[0]!.args[0].input;

describe('the rows of a partition', () => {
  test('say what is compared, and nothing that they lack or that is of another kind', async () => {
    queriesFind('uploads', [WHOLE, { object_key: 'b', deleted: 'true', version_id: null, etag: 7 }]);

    expect(await ordered('')).toEqual([
      {
        key: 'a.csv',
        versionId: 'v1',
        etag: 'e1',
        isDeleted: true,
        sequencer: '0a',
        eventTime: '2026-11-01T00:00:00Z',
        status: 'counted',
      },
      { key: 'b', isDeleted: false },
    ]);
  });

  test('are asked for without a prefix where there is none: DynamoDB refuses an empty one', async () => {
    queriesFind('uploads', []);

    await ordered('');

    expect(query()).toMatchObject({
      TableName: 'uploads',
      ConsistentRead: true,
      KeyConditionExpression: '#partition = :value',
      ExpressionAttributeValues: { ':value': 'ingest' },
    });
    expect(query().ExpressionAttributeNames).not.toHaveProperty('#sort');
    expect(Object.values(query().ExpressionAttributeNames ?? {})).toContain('object_key');
  });

  test('are asked for by prefix behind what stands before each key, which is not in the keys', async () => {
    const rows = { table: 'UploadMetadataTableName', key: { bucket: '{bucket}', object_key: 'o#{key}' } };
    queriesFind('uploads', [{ object_key: 'o#csv/a' }, { object_key: 'o#txt/a' }]);

    const found = await ordered('csv/', { MetadataWriterKeeps: keepsText({ rows }) });

    expect(found.map(({ key }) => key)).toEqual(['csv/a']);
    expect(query()).toMatchObject({
      KeyConditionExpression: '#partition = :value AND begins_with(#sort, :prefix)',
      ExpressionAttributeValues: { ':value': 'ingest', ':prefix': 'o#csv/' },
    });
  });
});

describe('the rows of some objects', () => {
  test('are by the objects’ keys, without those that have none', async () => {
    lookUpsFind('counts', [{ file_key: 'a.csv', version_id: 'v1' }, { file_key: 'c.csv' }]);
    const pipeline = mockedPipeline();

    const rows = await rowsOf(pipeline, tableOf(pipeline, 'csv-row-counter'), ['a.csv', 'b.csv']);

    expect([...rows]).toEqual([['a.csv', { key: 'a.csv', versionId: 'v1', isDeleted: false }]]);
  });
});

describe('all rows of a table', () => {
  test.each([1, 2, 3])('come once, in pages of %d', async (size) => {
    const keys = ['c', 'a', 'b'];
    lookUpsFind(
      'counts',
      keys.map((key) => ({ file_key: key })),
      size,
    );
    const pipeline = mockedPipeline();

    const rows = await Array.fromAsync(allRows(pipeline, tableOf(pipeline, 'csv-row-counter')));

    expect(rows.map(({ key }) => key)).toEqual(keys);
  });
});

/** A scan gives partition by partition; each read begins behind the partition that it is told. */
const partitions = (...names: readonly string[]) =>
  tables
    .on(ScanCommand, { TableName: 'uploads' })
    .callsFake(({ ExclusiveStartKey: start }: ScanCommandInput) => {
      const next = start === undefined ? 0 : names.indexOf(String(start['bucket'])) + 1;
      return {
        Items: names.slice(next, next + 1).map((bucket) => ({ bucket, object_key: `of ${bucket}` })),
      };
    });

const others = async () => {
  const pipeline = mockedPipeline();
  const table = tableOf(pipeline, 'metadata-writer');
  return await otherBuckets(pipeline, table, table.partition!);
};

describe('the other buckets that a table has rows of', () => {
  test.each<[held: readonly string[], found: readonly string[]]>([
    [[], []],
    [['ingest'], []],
    [
      ['earlier', 'ingest', 'later'],
      ['earlier', 'later'],
    ],
    [['ingest', 'later'], ['later']],
  ])('of %j are %j, with a key of each', async (held, found) => {
    partitions(...held);

    expect(await others()).toEqual(found.map((bucket) => ({ bucket, key: `of ${bucket}` })));
    // one small read for each partition, and one that finds no more
    const reads = tables.commandCalls(ScanCommand).map(({ args: [{ input }] }) => input.Limit);
    expect(reads).toEqual(Array.from({ length: held.length + 1 }, () => 1));
  });
});
