import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RuntimeClock } from '../../../local/clock.ts';
import { DynamoDb } from '../../../local/dynamodb/dynamodb.ts';
import { Gateway } from '../../../local/gateway.ts';
import type { PolicyStatement } from '../../../local/iam/decision.ts';
import type { Principal } from '../../../local/iam.ts';
import { KmsKeys } from '../../../local/kms/kms-keys.ts';
import type { BucketPlan } from '../../../local/plan.ts';
import { createS3 } from '../../../local/s3/s3.ts';
import { sqsServices } from '../../../local/sqs/sqs-protocol.ts';
import { Sqs } from '../../../local/sqs/sqs.ts';
import { Store } from '../../../local/store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { PLAIN } from '../s3/s3-world.ts';

const PLACE = { region: 'us-east-1', accountId: '000000000000' };
const KEY = 'arn:aws:kms:us-east-1:000000000000:key/11111111-2222-4333-8444-555555555555';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:locked';
const ROOT = 'arn:aws:iam::000000000000:root';
const RULE = 'arn:aws:events:us-east-1:000000000000:rule/one';

const LOCKED: BucketPlan = {
  ...PLAIN,
  name: 'locked',
  described: { ...PLAIN.described, encryption: 'aws:kms', kmsKeyId: KEY },
};
const BY_BUCKET_KEY: BucketPlan = {
  ...LOCKED,
  name: 'with-bucket-key',
  described: { ...LOCKED.described, hasBucketKey: true },
};

const statement = (action: string, resource: string, more: Partial<PolicyStatement> = {}) =>
  ({ effect: 'Allow', actions: [action], resources: [resource], ...more }) satisfies PolicyStatement;

/** A role that may do everything, and that with the key. */
const roleWith = (...keyActions: readonly string[]): Principal => ({
  kind: 'role',
  roleName: 'Worker',
  functionName: 'worker',
  accountId: PLACE.accountId,
  statements: [
    ...['s3:*', 'sqs:*', 'dynamodb:*'].map((action) => statement(action, '*')),
    ...keyActions.map((action) => statement(action, KEY)),
  ],
});

/** By access key. */
const PRINCIPALS: Readonly<Record<string, Principal>> = {
  without: roleWith(),
  reader: roleWith('kms:Decrypt'),
  writer: roleWith('kms:GenerateDataKey'),
  both: roleWith('kms:GenerateDataKey', 'kms:Decrypt'),
  ofOneObject: {
    ...roleWith(),
    statements: [
      statement('s3:*', '*'),
      statement('kms:*', KEY, {
        conditions: {
          StringEquals: { 'kms:ViaService': ['s3.us-east-1.amazonaws.com'] },
          ArnLike: { 'kms:EncryptionContext:aws:s3:arn': ['arn:aws:s3:::locked/csv/*'] },
        },
      }),
    ],
  } as Principal,
};

const begun = new AsyncDisposableStack();
const keys = new KmsKeys(PLACE, [
  {
    arn: KEY,
    aliases: [],
    policy: [
      statement('kms:*', '*', { principals: [ROOT] }),
      statement('kms:*', '*', {
        principals: ['events.amazonaws.com'],
        conditions: { ArnEquals: { 'aws:SourceArn': [RULE] } },
      }),
    ],
  },
]);
let sqs: Sqs;
let endpoint: string;

beforeAll(async () => {
  const folder = temporaryFolder('keys');
  const store = begun.adopt(new Store(folder), (opened) => opened.close());
  const clock = begun.adopt(new RuntimeClock(), (running) => running.stop());
  const gateway = new Gateway();
  endpoint = `http://127.0.0.1:${await gateway.listen(0)}`;
  begun.defer(async () => gateway.close());
  const s3 = begun.adopt(
    createS3({
      ...PLACE,
      store,
      clock,
      keys,
      publish: () => {},
      destinations: { refusal: () => undefined, deliver: () => {}, test: () => {} },
    }),
    async (running) => running.stop(),
  );
  for (const bucket of [LOCKED, BY_BUCKET_KEY, PLAIN]) s3.provision(bucket);
  sqs = begun.adopt(new Sqs({ ...PLACE, store, clock, endpoint, keys }), (running) => running.stop());
  const allowed = ['events.amazonaws.com', 's3.amazonaws.com'];
  sqs.provision([
    {
      name: 'locked',
      arn: QUEUE,
      url: '',
      visibilityTimeoutSeconds: 0,
      messageRetentionSeconds: 3_600,
      delaySeconds: 0,
      maximumMessageSizeBytes: 1_024,
      receiveWaitSeconds: 0,
      key: { id: KEY, reuseSeconds: 300 },
      policy: [statement('sqs:SendMessage', '*', { principals: allowed })],
    },
  ]);
  const tables = await DynamoDb.start({
    ...PLACE,
    store,
    clock,
    keys,
    folder: join(folder, 'dynamodb'),
    log: () => {},
  });
  begun.defer(async () => tables.stop());
  await tables.provision({
    name: 'locked',
    arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/locked',
    keySchema: [{ AttributeName: 'a', KeyType: 'HASH' }],
    attributeDefinitions: [{ AttributeName: 'a', AttributeType: 'S' }],
    keyId: KEY,
  });
  gateway.serve({
    targets: { AmazonSQS: sqsServices(sqs).json, DynamoDB_20120810: tables },
    services: { s3: s3.service },
    principalOf: (accessKeyId) => PRINCIPALS[accessKeyId] ?? { kind: 'operator' },
  });
  const s3OfOwner = clients('owner').s3;
  for (const Bucket of [LOCKED.name, BY_BUCKET_KEY.name, PLAIN.name]) {
    await s3OfOwner.send(new PutObjectCommand({ Bucket, Key: 'csv/there', Body: 'a' }));
  }
});
afterAll(async () => begun.disposeAsync());

function clients(accessKeyId: string) {
  const options = {
    endpoint,
    region: PLACE.region,
    credentials: { accessKeyId, secretAccessKey: 'any' },
    maxAttempts: 1,
  };
  return {
    s3: begun.adopt(new S3Client(options), (client) => client.destroy()),
    sqs: begun.adopt(new SQSClient(options), (client) => client.destroy()),
    tables: begun.adopt(new DynamoDBClient(options), (client) => client.destroy()),
  };
}

const Bucket = LOCKED.name;
const there = { Bucket, Key: 'csv/there' };
const QueueUrl = 'locked';

/** What clients do, each with the name of its refusal. */
const CALLS: Readonly<
  Record<string, [call: (of: ReturnType<typeof clients>) => Promise<unknown>, refused: string]>
> = {
  'put an object': [
    async ({ s3 }) => s3.send(new PutObjectCommand({ Bucket, Key: 'csv/new', Body: 'b' })),
    'AccessDenied',
  ],
  'begin an upload in parts': [
    async ({ s3 }) => s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'csv/new' })),
    'AccessDenied',
  ],
  'copy an object into the bucket': [
    async ({ s3 }) =>
      s3.send(new CopyObjectCommand({ Bucket, Key: 'csv/copy', CopySource: `${PLAIN.name}/csv/there` })),
    'AccessDenied',
  ],
  'copy an object out of it': [
    async ({ s3 }) =>
      s3.send(new CopyObjectCommand({ Bucket: PLAIN.name, Key: 'out', CopySource: `${Bucket}/csv/there` })),
    'AccessDenied',
  ],
  'get an object': [async ({ s3 }) => s3.send(new GetObjectCommand(there)), 'AccessDenied'],
  'get the head of an object': [async ({ s3 }) => s3.send(new HeadObjectCommand(there)), 'AccessDenied'],
  'put an object that names the key into another bucket': [
    async ({ s3 }) =>
      s3.send(
        new PutObjectCommand({
          Bucket: PLAIN.name,
          Key: 'named',
          Body: 'b',
          ServerSideEncryption: 'aws:kms',
          SSEKMSKeyId: KEY,
        }),
      ),
    'AccessDenied',
  ],
  'send a message': [
    async ({ sqs: queues }) => queues.send(new SendMessageCommand({ QueueUrl, MessageBody: 'm' })),
    'KmsAccessDenied',
  ],
  'send messages': [
    async ({ sqs: queues }) =>
      queues.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'one', MessageBody: 'm' }] })),
    'KmsAccessDenied',
  ],
  'receive messages': [
    async ({ sqs: queues }) => queues.send(new ReceiveMessageCommand({ QueueUrl })),
    'KmsAccessDenied',
  ],
  'delete a message': [
    async ({ sqs: queues }) => queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'none' })),
    'KmsAccessDenied',
  ],
  'put a row': [
    async ({ tables }) => tables.send(new PutItemCommand({ TableName: 'locked', Item: { a: { S: 'row' } } })),
    'AccessDeniedException',
  ],
  'get a row': [
    async ({ tables }) => tables.send(new GetItemCommand({ TableName: 'locked', Key: { a: { S: 'row' } } })),
    'AccessDeniedException',
  ],
};

/** The calls that the caller is refused, each with its error and the action on the key. */
async function refusedTo(accessKeyId: string): Promise<Record<string, string>> {
  const of = clients(accessKeyId);
  const refused: Record<string, string> = {};
  for (const [what, [call, name]] of Object.entries(CALLS)) {
    try {
      await call(of);
    } catch (error) {
      const { name: told, message } = error as Error;
      // a handle that nobody was given is another matter
      if (told === 'ReceiptHandleIsInvalid') continue;
      if (told !== name) throw error;
      refused[what] = /kms:\w+/.exec(message)?.[0] ?? message;
    }
  }
  return refused;
}

const MAKES_DATA_KEYS = {
  'put an object': 'kms:GenerateDataKey',
  'begin an upload in parts': 'kms:GenerateDataKey',
  'copy an object into the bucket': 'kms:GenerateDataKey',
  'put an object that names the key into another bucket': 'kms:GenerateDataKey',
  'send a message': 'kms:GenerateDataKey',
  'send messages': 'kms:GenerateDataKey',
};
const READS = {
  'copy an object out of it': 'kms:Decrypt',
  'get an object': 'kms:Decrypt',
  'receive messages': 'kms:Decrypt',
  'put a row': 'kms:Decrypt',
  'get a row': 'kms:Decrypt',
};

describe('a role that may do everything with a bucket, a queue and a table', () => {
  test('but use their key, can do nothing with what it encrypts', async () => {
    expect(await refusedTo('without')).toEqual({ ...MAKES_DATA_KEYS, ...READS });
  });

  test('and decrypt, can read, and write rows', async () => {
    expect(await refusedTo('reader')).toEqual(MAKES_DATA_KEYS);
  });

  test('and make data keys, can put whole objects', async () => {
    expect(await refusedTo('writer')).toEqual({
      ...READS,
      'begin an upload in parts': 'kms:Decrypt',
      'send a message': 'kms:Decrypt',
      'send messages': 'kms:Decrypt',
    });
  });

  test('and both, can do everything, as whoever uses this machine can', async () => {
    expect(await refusedTo('both')).toEqual({});
    expect(await refusedTo('owner')).toEqual({});
  });

  test('and use the key for some objects, comes to these, and to none under a bucket key', async () => {
    const { s3 } = clients('ofOneObject');

    await s3.send(new GetObjectCommand(there));
    await expect(s3.send(new PutObjectCommand({ Bucket, Key: 'other', Body: 'b' }))).rejects.toThrow(/kms:/);
    await expect(s3.send(new GetObjectCommand({ ...there, Bucket: BY_BUCKET_KEY.name }))).rejects.toThrow(
      /kms:Decrypt/,
    );
  });
});

describe('a service', () => {
  test.each([
    ['that the key lets in fills the queue', 'events.amazonaws.com', RULE, 'delivered'],
    [
      'for another source than the key says does not',
      'events.amazonaws.com',
      `${RULE}-more`,
      `The policy of the key of ${QUEUE} does not let events.amazonaws.com use it for ${RULE}-more.`,
    ],
    [
      'that the key does not name does not',
      's3.amazonaws.com',
      'arn:aws:s3:::uploads',
      `The policy of the key of ${QUEUE} does not let s3.amazonaws.com use it for arn:aws:s3:::uploads.`,
    ],
  ])('%s', (_, service, sourceArn, expected) => {
    const outcome = sqs.deliver({ service, sourceArn, queueArn: QUEUE, body: 'b' });

    expect(outcome === 'delivered' ? outcome : outcome.errorMessage).toBe(expected);
  });
});
