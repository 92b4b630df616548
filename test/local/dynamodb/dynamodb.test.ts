import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  ScanCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RuntimeClock } from '../../../local/clock.ts';
import { TableStoreError } from '../../../local/dynamodb/dynalite-process.ts';
import { DynamoDb } from '../../../local/dynamodb/dynamodb.ts';
import { TableMismatchError } from '../../../local/dynamodb/table-provision.ts';
import { Gateway } from '../../../local/gateway.ts';
import type { Principal } from '../../../local/iam.ts';
import type { TablePlan } from '../../../local/plan.ts';
import { Store } from '../../../local/store.ts';
import { Tally } from '../../../local/storage/tally.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { waitFor } from '../../support/wait-for.ts';

const TABLE: TablePlan = {
  name: 'rows',
  arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/rows',
  keySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
  attributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
  ttlAttribute: 'expires_at',
};

const ROLE: Principal = {
  kind: 'role',
  roleName: 'reader',
  functionName: 'reader',
  accountId: '000000000000',
  statements: [{ effect: 'Allow', actions: ['dynamodb:GetItem'], resources: [TABLE.arn] }],
};

let folder: string;
let store: Store;
let clock: RuntimeClock;
let dynamoDb: DynamoDb;
let gateway: Gateway;
let endpoint: string;
let clients: DynamoDBClient[];
const logged: string[] = [];

const start = (more: { deadlineMs?: number } = {}) =>
  DynamoDb.start({
    ...more,
    folder: join(folder, 'dynamodb'),
    store,
    region: 'us-east-1',
    accountId: '000000000000',
    clock,
    log: (line) => logged.push(line),
  });

function clientOf(accessKeyId: string): DynamoDBDocumentClient {
  const credentials = { accessKeyId, secretAccessKey: 'x' };
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  clients.push(client);
  return DynamoDBDocumentClient.from(client);
}

beforeEach(async () => {
  folder = temporaryFolder('dynamodb');
  store = new Store(folder);
  clock = new RuntimeClock();
  clients = [];
  dynamoDb = await start();
  gateway = new Gateway();
  gateway.serve({
    targets: { DynamoDB_20120810: dynamoDb },
    services: {},
    principalOf: (key) => (key === 'role' ? ROLE : { kind: 'operator' }),
  });
  endpoint = `http://127.0.0.1:${await gateway.listen(0)}`;
  await dynamoDb.provision(TABLE);
});

afterEach(async () => {
  for (const client of clients) client.destroy();
  await gateway?.close();
  clock?.stop();
  await dynamoDb?.stop();
  store?.close();
});

const put = (Item: Record<string, unknown>, more = {}, key = 'anybody') =>
  clientOf(key).send(new PutCommand({ TableName: 'rows', Item, ...more }));
const keys = async () => {
  const { Items = [] } = await clientOf('anybody').send(new ScanCommand({ TableName: 'rows' }));
  return Items.map((item) => String(item['key'])).toSorted();
};

test('a conditional put that does not hold changes nothing', async () => {
  await put({ key: '__proto__', sequencer: '02' });
  const older = put(
    { key: '__proto__', sequencer: '01' },
    {
      ConditionExpression: 'attribute_not_exists(sequencer) OR sequencer < :s',
      ExpressionAttributeValues: { ':s': '01' },
    },
  );

  await expect(older).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  const { Item } = await clientOf('anybody').send(
    new GetCommand({ TableName: 'rows', Key: { key: '__proto__' } }),
  );
  expect(Item).toMatchObject({ sequencer: '02' });
});

test('a role may do what it says, and is refused the rest by name', async () => {
  await put({ key: 'a' });

  expect(
    (await clientOf('role').send(new GetCommand({ TableName: 'rows', Key: { key: 'a' } }))).Item,
  ).toEqual({ key: 'a' });
  await expect(put({ key: 'b' }, {}, 'role')).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining(
      `is not authorized to perform: dynamodb:PutItem on resource: ${TABLE.arn}`,
    ),
  });
  expect(await keys()).toEqual(['a']);
});

test.each([
  ['an extra RequestItems of a table that it may read', { RequestItems: { rows: {} } }],
  ['an extra ResourceArn', { ResourceArn: TABLE.arn }],
])('a role cannot reach another table behind %s', async (_, extra) => {
  await dynamoDb.provision({ ...TABLE, name: 'secret', arn: TABLE.arn.replace('rows', 'secret') });
  await clientOf('anybody').send(new PutCommand({ TableName: 'secret', Item: { key: 'a' } }));

  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.GetItem',
      'x-amz-date': '20261120T000000Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=role/20261120/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify({ TableName: 'secret', Key: { key: { S: 'a' } }, ...extra }),
  });

  expect([answer.status, await answer.text()]).toEqual([
    400,
    expect.stringContaining(
      'dynamodb:GetItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/secret',
    ),
  ]);
});

/** `innermost` in so many lists. */
const inLists = (levels: number, innermost: unknown): unknown =>
  Array.from({ length: levels }).reduce((value) => [value], innermost);

/** A filter in so many pairs of parentheses, none of them redundant. */
const filter = (levels: number) =>
  clientOf('anybody').send(
    new ScanCommand({
      TableName: 'rows',
      FilterExpression: `${'(a=:a OR '.repeat(levels)}a=:a${')'.repeat(levels)}`,
      ExpressionAttributeValues: { ':a': 1 },
    }),
  );

test('an expression as deep as its operators allow is answered, and a deeper one is refused', async () => {
  await put({ key: 'a', a: 1 });

  expect((await filter(149)).Items).toEqual([{ key: 'a', a: 1 }]);
  await expect(filter(150)).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'Invalid FilterExpression: The expression contains too many operators; operator count: 301',
  });
});

test.each<[what: string, more: object, said: string]>([
  [
    'expression of 4,097 bytes',
    { ConditionExpression: `attribute_not_exists(${'a'.repeat(4_075)})` },
    'Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression size: 4097',
  ],
  [
    'expression of 301 parentheses',
    { ConditionExpression: `${'('.repeat(301)}attribute_exists(a)${')'.repeat(301)}` },
    'Invalid ConditionExpression: The expression has redundant parentheses;',
  ],
  [
    'attribute in 32 lists',
    { Item: { key: 'a', deep: inLists(32, 1) } },
    'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit',
  ],
  [
    'attribute in 1,000 lists',
    { Item: { key: 'a', deep: inLists(1_000, 1) } },
    'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit',
  ],
])('an %s is refused as DynamoDB does it', async (_, more, said) => {
  await expect(put({ key: 'a' }, more)).rejects.toMatchObject({ name: 'ValidationException', message: said });
  expect(await keys()).toEqual([]);
});

test('an attribute in 31 lists is kept', async () => {
  await put({ key: 'a', deep: inLists(31, 1) });

  expect(await keys()).toEqual(['a']);
});

test('what dynalite does not have is refused by name', async () => {
  const transaction = clientOf('anybody').send(
    new TransactWriteCommand({ TransactItems: [{ Put: { TableName: 'rows', Item: { key: 'a' } } }] }),
  );
  await expect(transaction).rejects.toThrow(
    'DynamoDB TransactWriteItems is not implemented by the local runtime',
  );
  await expect(put({ key: 'a' }, { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })).rejects.toThrow(
    'ReturnValuesOnConditionCheckFailure "ALL_OLD" is not implemented',
  );
  expect(await keys()).toEqual([]);
});

test('items whose time to live is over go within an hour, and no others', async () => {
  const nowSeconds = Math.floor(clock.now() / 1_000);
  await put({ key: 'over', expires_at: nowSeconds - 1 });
  await put({ key: 'later', expires_at: nowSeconds + 86_400 });
  await put({ key: 'never' });
  await put({ key: 'a text', expires_at: '1' });
  dynamoDb.startSweeping();
  const { TimeToLiveDescription } = await clientOf('anybody').send(
    new DescribeTimeToLiveCommand({ TableName: 'rows' }),
  );

  clock.advance(3_600_000);

  await waitFor(async () => (await keys()).length === 3, 'the sweep');
  expect(await keys()).toEqual(['a text', 'later', 'never']);
  expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires_at' });
});

const seconds = (ms: number) => Math.floor(ms / 1_000);

test('an item lives on by as long as the runtime was off since it was written', async () => {
  const HOUR_MS = 3_600_000;
  const DAY_MS = 24 * HOUR_MS;
  const nowMs = clock.now();
  await put({ key: 'written before the pause', expires_at: seconds(nowMs - HOUR_MS) });
  await put({ key: 'over long ago', expires_at: seconds(nowMs - 30 * DAY_MS) });
  await put({ key: 'lives for years', expires_at: seconds(nowMs + 2_000 * DAY_MS) });
  store.prepare('INSERT INTO clock_pause (ended_at, ms) VALUES (?, ?)').run(nowMs - 2 * DAY_MS, 6 * HOUR_MS);
  dynamoDb.startSweeping();

  clock.advance(HOUR_MS);
  await waitFor(async () => (await keys()).length === 2, 'the sweep');
  const soon = await keys();
  clock.advance(6 * HOUR_MS);
  await waitFor(async () => (await keys()).length === 1, 'the sweep after as many hours of running');

  expect(soon).toEqual(['lives for years', 'written before the pause']);
  expect(await keys()).toEqual(['lives for years']);
  expect(store.prepare('SELECT longest_ms / 86400000 AS days FROM expiring_table').get()).toEqual({
    days: 2_000,
  });
  expect(new Tally(store).counts()).toEqual({ 'expired-rows': 2 });
});

test('a table that is kept with another key is refused, and says what to do', async () => {
  const other = { ...TABLE, keySchema: [{ AttributeName: 'other', KeyType: 'HASH' as const }] };

  await expect(dynamoDb.provision(other)).rejects.toThrow(TableMismatchError);
  await expect(dynamoDb.provision(other)).rejects.toThrow(/--fresh/);
});

/** The process that has this test's tables open. */
const dynalitePid = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').endsWith(`${join(folder, 'dynamodb')}\0`);
      } catch {
        return false;
      }
    });

test('a dynalite that is killed is started again, and has what it had acknowledged', async () => {
  await put({ key: 'acknowledged' });
  const before = dynalitePid();
  process.kill(Number(before), 'SIGKILL');

  await waitFor(() => ![undefined, before].includes(dynalitePid()), 'dynalite to come back');
  await waitFor(async () => (await keys().catch(() => [])).length === 1, 'the row');
  expect(logged).toContain('dynalite ended by itself; starting it again');
});

test('a dynalite whose socket was cleared away with the temporary files is replaced', async () => {
  await put({ key: 'acknowledged' });
  const before = dynalitePid();
  const socket = readFileSync(`/proc/${before}/cmdline`, 'utf8').split('\0').at(-3) ?? '';
  expect(socket).toMatch(/\/sluice-sockets-\w+\/socket$/);
  rmSync(dirname(socket), { recursive: true });
  // more at a time than there are connections of before
  await waitFor(async () => {
    await Promise.allSettled(Array.from({ length: 10 }, keys));
    return ![undefined, before].includes(dynalitePid());
  }, 'another dynalite');
  await waitFor(async () => (await keys().catch(() => [])).length === 1, 'the row');
});

test('a dynalite that does not answer is replaced, and nothing that it had acknowledged is lost', async () => {
  await dynamoDb.stop();
  // a child that is slow on a busy machine is not to be taken for one that hangs
  dynamoDb = await start({ deadlineMs: 2_500 });
  await gateway.close();
  gateway = new Gateway();
  gateway.serve({
    targets: { DynamoDB_20120810: dynamoDb },
    services: {},
    principalOf: () => ({ kind: 'operator' }),
  });
  endpoint = `http://127.0.0.1:${await gateway.listen(0)}`;
  await dynamoDb.provision(TABLE);
  await put({ key: 'acknowledged' });
  const before = dynalitePid();
  // as one that is busy with something that never ends
  process.kill(Number(before), 'SIGSTOP');

  await waitFor(async () => (await keys().catch(() => [])).length === 1, 'the row', 60_000);
  expect(dynalitePid()).not.toBe(before);
  expect(logged).toContain('dynalite does not answer; another takes its place');
}, 90_000);

interface Tables {
  open(): Promise<void>;
  close(): Promise<void>;
}

/** The tables, opened past dynalite. */
function tablesIn(path: string): Tables {
  const ofDynalite = createRequire(createRequire(import.meta.url).resolve('dynalite'));
  const { Level } = ofDynalite('level') as { Level: new (path: string) => Tables };
  return new Level(path);
}

const isToldOfWaiting = () => logged.includes('another process has the tables open; waiting for it to end');

test('a start waits for tables that a process of the last life still has open', async () => {
  await dynamoDb.stop();
  const tables = tablesIn(join(folder, 'dynamodb'));
  await tables.open();

  const starting = start();
  try {
    await Promise.race([starting, waitFor(isToldOfWaiting, 'the line that it waits', 15_000)]);
  } finally {
    await tables.close();
  }
  dynamoDb = await starting;

  expect(isToldOfWaiting()).toBe(true);
  await dynamoDb.provision(TABLE);
}, 60_000);

test('a table whose file turns out damaged after the start is said to be that, with what to do', async () => {
  const path = join(folder, 'dynamodb');
  for (let index = 0; index < 20; index++) await put({ key: `k${index}`, text: 'x'.repeat(1_000) });
  await dynamoDb.stop();
  // what is in the log goes to a table's file at the next opening
  const tables = tablesIn(path);
  await tables.open();
  await tables.close();
  for (const name of readdirSync(path).filter((file) => file.endsWith('.ldb'))) {
    const bytes = readFileSync(join(path, name));
    writeFileSync(join(path, name), bytes.fill(0xff, 0, bytes.length - 300));
  }

  dynamoDb = await start();
  const words = /^the table store in .*: it is damaged \(.*; put a copy of it back, or move it away/;
  const error: unknown = await dynamoDb.provision(TABLE).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(TableStoreError);
  expect(error).toMatchObject({ message: expect.stringMatching(words) as string });
}, 60_000);
