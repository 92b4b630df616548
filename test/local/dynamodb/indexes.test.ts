import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
  ScanCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RuntimeClock } from '../../../local/clock.ts';
import { DynamoDb } from '../../../local/dynamodb/dynamodb.ts';
import { TableMismatchError } from '../../../local/dynamodb/table-provision.ts';
import { Gateway } from '../../../local/gateway.ts';
import type { IndexPlan, TablePlan } from '../../../local/plan.ts';
import { Store } from '../../../local/store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const BARE: TablePlan = {
  name: 'rows',
  arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/rows',
  keySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
  attributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
};

const INDEX: IndexPlan = {
  IndexName: 'NotCounted',
  KeySchema: [
    { AttributeName: 'not_counted', KeyType: 'HASH' },
    { AttributeName: 'key', KeyType: 'RANGE' },
  ],
  Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['error'] },
};

const INDEXED: TablePlan = {
  ...BARE,
  attributeDefinitions: [...BARE.attributeDefinitions, { AttributeName: 'not_counted', AttributeType: 'S' }],
  indexes: [INDEX],
};

type Row = Readonly<Record<string, unknown>>;

let folder: string;
let store: Store;
let clock: RuntimeClock;
let dynamoDb: DynamoDb;
let gateway: Gateway;
let client: DynamoDBClient;
let tables: DynamoDBDocumentClient;
let logged: string[];

const log = (line: string, details: Readonly<Record<string, unknown>>) =>
  logged.push(`${line} ${JSON.stringify(details)}`);

async function open(): Promise<void> {
  store = new Store(folder);
  clock = new RuntimeClock();
  const place = { region: 'us-east-1', accountId: '000000000000' };
  dynamoDb = await DynamoDb.start({ ...place, folder: join(folder, 'dynamodb'), store, clock, log });
  gateway = new Gateway();
  gateway.serve({
    targets: { DynamoDB_20120810: dynamoDb },
    services: {},
    principalOf: () => ({ kind: 'operator' }),
  });
  client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${await gateway.listen(0)}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  tables = DynamoDBDocumentClient.from(client);
}

async function close(): Promise<void> {
  client.destroy();
  await gateway.close();
  clock.stop();
  await dynamoDb.stop();
  store.close();
}

async function startAgain(table: TablePlan): Promise<void> {
  await close();
  await open();
  await dynamoDb.provision(table);
}

beforeEach(async () => {
  folder = temporaryFolder('indexes');
  logged = [];
  await open();
});
afterEach(close);

const put = (Item: Row) => tables.send(new PutCommand({ TableName: 'rows', Item }));
const remove = (key: string) => tables.send(new DeleteCommand({ TableName: 'rows', Key: { key } }));

const query = async (status: string, more: Partial<QueryCommandInput> = {}) => {
  const { Items = [] } = await tables.send(
    new QueryCommand({
      TableName: 'rows',
      IndexName: 'NotCounted',
      KeyConditionExpression: 'not_counted = :status',
      ExpressionAttributeValues: { ':status': status },
      ...more,
    }),
  );
  return Items;
};

const everything = async () =>
  (await tables.send(new ScanCommand({ TableName: 'rows', ConsistentRead: true }))).Items ?? [];

const describedIndexes = async () =>
  (await client.send(new DescribeTableCommand({ TableName: 'rows' }))).Table?.GlobalSecondaryIndexes;

const entry = (key: string) => ({ key, not_counted: 'malformed-csv#01', error: 'never closes' });

const REST = { error: 'never closes', row_count: 3 };

/** Puts each, or removes what is `deleted`. */
async function write(all: readonly { key: string; not_counted: string | undefined }[]) {
  for (const { key, not_counted } of all) {
    if (not_counted === 'deleted') await remove(key);
    else await put({ key, ...(not_counted !== undefined && { not_counted }) });
  }
}

describe('an index that the template gained', () => {
  test('holds the rows that are there, and follows those that come', async () => {
    await dynamoDb.provision(BARE);
    await put({ key: 'csv/b.csv', not_counted: 'malformed-csv#01', ...REST });
    await put({ key: 'csv/a.csv', not_counted: 'malformed-csv#01', ...REST });
    await put({ key: 'csv/counted.csv', ...REST });
    await put({ key: 'csv/a number.csv', not_counted: 1 });
    await put({ key: 'csv/empty.csv', not_counted: '' });

    await startAgain(INDEXED);

    expect(await query('malformed-csv#01')).toEqual([entry('csv/a.csv'), entry('csv/b.csv')]);
    expect(await everything()).toHaveLength(5);
    await put({ key: 'csv/a.csv', row_count: 3 });
    await put({ key: 'csv/c.csv', not_counted: 'malformed-csv#01', ...REST });
    await remove('csv/b.csv');
    expect(await query('malformed-csv#01')).toEqual([entry('csv/c.csv')]);
    expect(await describedIndexes()).toMatchObject([{ ...INDEX, IndexStatus: 'ACTIVE' }]);
    expect(logged).toEqual(['an index is added as the template says {"table":"rows","index":"NotCounted"}']);
  });

  test('is there once, and again after a start', async () => {
    await dynamoDb.provision(INDEXED);
    await put({ key: 'a', not_counted: 'x#00' });
    await startAgain(INDEXED);

    expect(await query('x#00')).toEqual([{ key: 'a', not_counted: 'x#00' }]);
    expect(logged).toEqual([]);
  });

  test('lacks no row that is written while it is made', async () => {
    await dynamoDb.provision(BARE);
    const written = Array.from({ length: 300 }, (_, index) => put({ key: `k${index}`, not_counted: 'x#00' }));
    const made = dynamoDb.provision(INDEXED);
    written.push(
      ...Array.from({ length: 300 }, (_, index) => put({ key: `l${index}`, not_counted: 'x#00' })),
    );
    await Promise.all([...written, made]);

    expect(await query('x#00')).toHaveLength(600);
  });

  test('holds what a scan of the table finds, whatever was written before and after', async () => {
    const writes = fc.array(
      fc.record({
        key: fc.constantFrom('a', 'b', 'c', 'd'),
        not_counted: fc.constantFrom('x#00', 'y#ff', undefined, 'deleted'),
      }),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(writes, writes, async (before, after) => {
        await dynamoDb.provision(BARE);
        await write(before);
        await dynamoDb.provision(INDEXED);
        await write(after);

        const indexed = [...(await query('x#00')), ...(await query('y#ff'))].map(({ key }) => String(key));
        const scanned = (await everything()).filter((row) => row['not_counted'] !== undefined);
        expect(indexed.toSorted()).toEqual(scanned.map(({ key }) => String(key)).toSorted());
      }),
      { numRuns: 25 },
    );
  });
});

interface Tables {
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown): Promise<void>;
  close(): Promise<void>;
}

/** The tables' file, opened past dynalite. */
function tablesFile(): Tables {
  const ofDynalite = createRequire(createRequire(import.meta.url).resolve('dynalite'));
  const { Level } = ofDynalite('level') as { Level: new (path: string, options: object) => Tables };
  return new Level(join(folder, 'dynamodb'), { valueEncoding: 'json' });
}

describe('a table whose process was killed while an index was made', () => {
  test('has all of it after the next start, and nothing besides', async () => {
    await dynamoDb.provision(INDEXED);
    await put({ key: 'a', not_counted: 'x#00' });
    await put({ key: 'b', not_counted: 'x#00' });
    await close();
    const file = tablesFile();
    const table = (await file.get('table~rows')) as { GlobalSecondaryIndexes: object[] };
    const [index] = table.GlobalSecondaryIndexes;
    await file.put('table~rows', {
      ...table,
      GlobalSecondaryIndexes: [{ ...index, IndexStatus: 'CREATING' }],
    });
    // as of a building that was broken off: a row that is no more like that
    const stale = { key: { S: 'c' }, not_counted: { S: 'x#00' } };
    await file.put('index-global~rows~NotCounted~6f/00/', stale);
    await file.close();
    await open();

    await dynamoDb.provision(INDEXED);

    expect((await query('x#00')).map(({ key }) => key as unknown)).toEqual(['a', 'b']);
    expect((await tables.send(new ScanCommand({ TableName: 'rows', IndexName: 'NotCounted' }))).Count).toBe(
      2,
    );
    expect(await describedIndexes()).toMatchObject([{ IndexStatus: 'ACTIVE' }]);
  });
});

test('an index that the template lost is gone, and comes back with what the rows are then', async () => {
  await dynamoDb.provision(INDEXED);
  await put({ key: 'a', not_counted: 'x#00' });
  await put({ key: 'b', not_counted: 'x#00' });

  await dynamoDb.provision(BARE);
  await expect(query('x#00')).rejects.toThrow('The table does not have the specified index: NotCounted');
  await put({ key: 'a' });
  await dynamoDb.provision(INDEXED);

  expect(await query('x#00')).toEqual([{ key: 'b', not_counted: 'x#00' }]);
});

test.each<[what: string, index: IndexPlan]>([
  ['other keys', { ...INDEX, KeySchema: [{ AttributeName: 'not_counted', KeyType: 'HASH' }] }],
  ['other attributes', { ...INDEX, Projection: { ProjectionType: 'KEYS_ONLY' } }],
])('an index that the template has with %s is refused by its name', async (_, index) => {
  await dynamoDb.provision(INDEXED);
  await put({ key: 'a', not_counted: 'x#00' });

  const other = dynamoDb.provision({ ...INDEXED, indexes: [index] });

  await expect(other).rejects.toThrow(TableMismatchError);
  await expect(other).rejects.toThrow(
    /^index NotCounted of table rows is kept as \{.*\}; AWS changes no index either: give it another name$/,
  );
  expect(await query('x#00')).toHaveLength(1);
});

describe('a query of an index', () => {
  beforeEach(async () => {
    await dynamoDb.provision(INDEXED);
    for (const key of ['a', 'b', 'c']) await put({ key, not_counted: 'x#00', ...REST });
  });

  test('goes from page to page, both ways, and from a place in its order', async () => {
    const input = {
      TableName: 'rows',
      IndexName: 'NotCounted',
      KeyConditionExpression: 'not_counted = :status',
      ExpressionAttributeValues: { ':status': 'x#00' },
      Limit: 2,
    };
    const first = await tables.send(new QueryCommand(input));
    const second = await tables.send(
      new QueryCommand({ ...input, ExclusiveStartKey: first.LastEvaluatedKey }),
    );

    expect([first, second].map(({ Items = [] }) => Items.map(({ key }) => key as unknown))).toEqual([
      ['a', 'b'],
      ['c'],
    ]);
    expect((await query('x#00', { ScanIndexForward: false })).map(({ key }) => key as unknown)).toEqual([
      'c',
      'b',
      'a',
    ]);
    const from = { ':status': 'x#00', ':key': 'b' };
    expect(
      await query('x#00', {
        KeyConditionExpression: 'not_counted = :status AND #key >= :key',
        ExpressionAttributeNames: { '#key': 'key' },
        ExpressionAttributeValues: from,
      }),
    ).toHaveLength(2);
  });

  test.each<[what: string, more: Partial<QueryCommandInput>, said: string]>([
    [
      'a consistent read',
      { ConsistentRead: true },
      'Consistent reads are not supported on global secondary indexes',
    ],
    [
      'an attribute that it does not hold',
      { ProjectionExpression: '#a, error, b.c[1]', ExpressionAttributeNames: { '#a': 'row_count' } },
      'One or more parameter values were invalid: Global secondary index NotCounted does not project [row_count, b]',
    ],
    [
      'all attributes',
      { Select: 'ALL_ATTRIBUTES' },
      'Select type ALL_ATTRIBUTES is not supported for global secondary index NotCounted because its projection type is not ALL',
    ],
    ['another index', { IndexName: 'Counted' }, 'The table does not have the specified index: Counted'],
  ])('is refused %s as DynamoDB does it', async (_, more, said) => {
    await expect(query('x#00', more)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(said) as string,
    });
  });

  test('is refused a row whose attribute has another type', async () => {
    await expect(put({ key: 'd', not_counted: 1 })).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
