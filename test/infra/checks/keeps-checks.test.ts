import { App, Duration, Stack } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, test } from 'vitest';
import { allow } from '../../../infra/allow.ts';
import { checkKeeps } from '../../../infra/checks/keeps-checks.ts';
import type { ConsumerDefinition } from '../../../infra/consumer-definition.ts';
import type { PipelineStores } from '../../../infra/stores.ts';
import type { Keeps } from '../../../shared/keeps.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const stack = new Stack(new App({ outdir: temporaryFolder() }));
const text = (name: string) => ({ name, type: AttributeType.STRING });
const stores: PipelineStores = {
  ingestBucket: new Bucket(stack, 'Ingest'),
  outputBucket: new Bucket(stack, 'Output'),
  tables: new Map([
    ['OneTableName', new Table(stack, 'One', { partitionKey: text('file_key') })],
    ['OtherTableName', new Table(stack, 'Other', { partitionKey: text('bucket'), sortKey: text('key') })],
  ]),
};

type Grants = NonNullable<ConsumerDefinition['grants']>;

function keeper(keeps: Keeps, grants: Grants = () => [], name = 'thumbnailer'): ConsumerDefinition {
  return {
    name,
    pattern: { 'detail-type': ['Object Created'], detail: { object: { key: [{ prefix: 'images/' }] } } },
    keeps,
    timeout: Duration.seconds(30),
    memoryMb: 256,
    batchSize: 10,
    batchingWindow: Duration.seconds(0),
    maxReceiveCount: 14,
    maximumConcurrency: 2,
    environment: () => ({}),
    grants,
  };
}

const rows = (table: string, ...attributes: readonly string[]): Keeps => ({
  rows: {
    table,
    key: Object.fromEntries(
      attributes.map((name, at) => [name, at === attributes.length - 1 ? '{key}' : '{bucket}']),
    ),
  },
});
const putsRows: Grants = ({ table }) => [allow(['dynamodb:PutItem'], table.tableArn)];
const puts =
  (keys: string): Grants =>
  ({ outputBucket }) => [allow(['s3:PutObject'], outputBucket.arnForObjects(keys))];
const check = (...consumers: ConsumerDefinition[]) => checkKeeps(consumers, stores);

describe('checkKeeps', () => {
  test.each<[string, ConsumerDefinition]>([
    ['rows that it may put', keeper(rows('OneTableName', 'file_key'), putsRows)],
    ['rows by bucket and key', keeper(rows('OtherTableName', 'bucket', 'key'), putsRows)],
    ['lines where it may put objects', keeper({ lines: 'ledger/' }, puts('ledger/*'))],
    ['objects below a place where it may', keeper({ objects: 'out/of/' }, puts('out/*'))],
    ['nothing', keeper('nothing')],
  ])('accepts a consumer that keeps %s', (_, definition) => {
    expect(() => check(definition)).not.toThrow();
  });

  test.each<[string, ConsumerDefinition, string]>([
    [
      'rows of a table that the pipeline has not',
      keeper(rows('ThumbsTableName', 'key'), putsRows),
      'its keeps names the table of the output ThumbsTableName, and the pipeline has OneTableName, OtherTableName; name one of these, or give it an ownTable',
    ],
    [
      'rows by another key than the table’s',
      keeper(rows('OtherTableName', 'key', 'bucket'), putsRows),
      'its rows have the key key, bucket, and the table of OtherTableName has bucket, key; write these, in this order',
    ],
    [
      'rows that it may not put',
      keeper(rows('OneTableName', 'file_key'), ({ table }) => [allow(['dynamodb:GetItem'], table.tableArn)]),
      'it keeps rows in OneTableName, and may not dynamodb:PutItem there; add it to its grants',
    ],
    [
      'lines where it may not put objects',
      keeper({ lines: 'ledger/' }, puts('ledger/deep/*')),
      'it keeps something under ledger/ of the output bucket, and may not s3:PutObject on ledger/* there',
    ],
    [
      'objects that it may only put in the ingest bucket',
      keeper({ objects: 'out/' }, ({ ingestBucket }) => [
        allow(['s3:PutObject'], ingestBucket.arnForObjects('out/*')),
      ]),
      'may not s3:PutObject on out/* there',
    ],
    ['a prefix that is none', keeper({ objects: 'out' }, puts('*')), 'keeps.objects is "out": it must be'],
    [
      'nothing, and asks for its table',
      keeper({ lines: 'ledger/' }, putsRows),
      'it asks for its table, and its keeps names none; say rows there',
    ],
  ])('refuses a consumer that keeps %s', (_, definition, message) => {
    expect(() => check(definition)).toThrow('consumer thumbnailer: ');
    expect(() => check(definition)).toThrow(message);
  });

  test.each<[string, Keeps, Keeps, string]>([
    [
      'one table',
      rows('OneTableName', 'file_key'),
      rows('OneTableName', 'file_key'),
      'the table of OneTableName',
    ],
    ['one prefix', { lines: 'out/' }, { objects: 'out/' }, 'out/'],
    ['a prefix below the other’s', { objects: 'out/' }, { objects: 'out/deep/' }, 'out/deep/'],
    ['a prefix above the other’s', { objects: 'out/deep/' }, { objects: 'out/' }, 'out/'],
  ])('refuses two consumers that keep in %s', (_, first, second, place) => {
    const may: Grants = (own) => [...puts('*')(own), ...('rows' in (first as object) ? putsRows(own) : [])];

    expect(() => check(keeper(first, may, 'a'), keeper(second, may, 'b'))).toThrow(
      `consumer b: it keeps what it makes in ${place}, and a in `,
    );
  });
});
