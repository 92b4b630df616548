import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  TagQueueCommand,
  type Message,
  type ReceiveMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RuntimeClock } from '../../../local/clock.ts';
import { Gateway } from '../../../local/gateway.ts';
import { sqsServices } from '../../../local/sqs/sqs-protocol.ts';
import { Sqs } from '../../../local/sqs/sqs.ts';
import { Store } from '../../../local/store.ts';
import { waitFor } from '../../support/wait-for.ts';

const PLACE = { region: 'us-east-1', accountId: '000000000000' };

let dataDir: string;
let clock: RuntimeClock;
let store: Store;
let sqs: Sqs;
let gateway: Gateway;
let client: SQSClient;

async function open(): Promise<void> {
  clock = new RuntimeClock();
  store = new Store(dataDir);
  gateway = new Gateway();
  const endpoint = `http://127.0.0.1:${await gateway.listen(0)}`;
  sqs = new Sqs({ store, clock, endpoint, ...PLACE });
  gateway.serve({
    targets: { AmazonSQS: sqsServices(sqs).json },
    services: {},
    principalOf: () => ({ kind: 'operator' }),
  });
  client = new SQSClient({
    endpoint,
    region: PLACE.region,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
}

async function close(): Promise<void> {
  client.destroy();
  await gateway.close();
  sqs.stop();
  clock.stop();
  store.close();
}

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-sqs-'));
  await open();
});

afterEach(close);

const createQueue = async (QueueName: string, Attributes: Record<string, string> = {}): Promise<string> =>
  (await client.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl!;
const send = async (QueueUrl: string, MessageBody: string, more = {}) =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
const receive = async (
  QueueUrl: string,
  more: Partial<ReceiveMessageCommandInput> = {},
): Promise<Message[]> => {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
      ...more,
    }),
  );
  return Messages;
};
const attributesOf = async (QueueUrl: string) =>
  (await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes!;
const arnOf = async (QueueUrl: string) => (await attributesOf(QueueUrl))['QueueArn']!;
const bodies = (messages: Message[]) => messages.map(({ Body }) => Body ?? '');

describe('a message', () => {
  test('is given with its attributes and checksums, which the SDK verifies', async () => {
    const queue = await createQueue('q');
    const MessageAttributes = {
      Reason: { DataType: 'String', StringValue: 'é' },
      Count: { DataType: 'Number', StringValue: '7' },
      Bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255]) },
    };
    const { MessageId } = await send(queue, 'hello 🚰', { MessageAttributes });

    const [message] = await receive(queue, { MessageAttributeNames: ['All'] });

    expect(message).toMatchObject({
      MessageId,
      Body: 'hello 🚰',
      MessageAttributes,
      Attributes: { ApproximateReceiveCount: '1', SenderId: '000000000000' },
    });
  });

  test('is invisible once received, until its visibility timeout', async () => {
    const queue = await createQueue('q', { VisibilityTimeout: '60' });
    await send(queue, 'once');
    await receive(queue);

    clock.advance(59_000);
    expect(await receive(queue)).toEqual([]);
    clock.advance(1_001);
    const [again] = await receive(queue);

    expect(again?.Attributes?.['ApproximateReceiveCount']).toBe('2');
  });

  test('is not deleted by a handle that a later receive has replaced', async () => {
    const queue = await createQueue('q', { VisibilityTimeout: '1' });
    await send(queue, 'kept');
    const [first] = await receive(queue);
    clock.advance(1_001);
    const [second] = await receive(queue);

    await client.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle: first?.ReceiptHandle }));
    clock.advance(1_001);
    const kept = await receive(queue);
    await client.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle: kept[0]?.ReceiptHandle }));
    clock.advance(1_001);

    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
    expect(bodies(kept)).toEqual(['kept']);
    expect(await receive(queue)).toEqual([]);
  });

  test('comes back when its visibility is set, and cannot be set once it is visible', async () => {
    const queue = await createQueue('q');
    await send(queue, 'again');
    const [{ ReceiptHandle } = {}] = await receive(queue);
    const change = async (VisibilityTimeout: number) =>
      client.send(new ChangeMessageVisibilityCommand({ QueueUrl: queue, ReceiptHandle, VisibilityTimeout }));

    await change(5);
    clock.advance(5_001);

    await expect(change(5)).rejects.toMatchObject({ name: 'MessageNotInflight' });
    expect(bodies(await receive(queue))).toEqual(['again']);
  });

  test('is delayed when asked to be', async () => {
    const queue = await createQueue('q');
    await send(queue, 'later', { DelaySeconds: 10 });

    expect(await attributesOf(queue)).toMatchObject({ ApproximateNumberOfMessagesDelayed: '1' });
    expect(await receive(queue)).toEqual([]);
    clock.advance(10_001);
    expect(bodies(await receive(queue))).toEqual(['later']);
  });

  test('disappears at the end of the queue’s retention', async () => {
    const queue = await createQueue('q', { MessageRetentionPeriod: '60' });
    await send(queue, 'old');
    clock.advance(60_001);

    expect(await attributesOf(queue)).toMatchObject({ ApproximateNumberOfMessages: '0' });
    expect(await receive(queue)).toEqual([]);
  });

  test('survives a restart, in flight or not', async () => {
    const queue = await createQueue('q', { VisibilityTimeout: '60' });
    await send(queue, 'a');
    await send(queue, 'b');
    await receive(queue, { MaxNumberOfMessages: 1 });
    await close();
    await open();

    expect(bodies(await receive(queue))).toEqual(['b']);
    clock.advance(60_001);
    expect(bodies(await receive(queue)).toSorted()).toEqual(['a', 'b']);
  });

  test('taken by a poller inside the process is visible again after a restart', async () => {
    const queue = await createQueue('q', { VisibilityTimeout: '43200' });
    await send(queue, 'unfinished');
    expect(sqs.poll(sqs.queues.named('q'), 10)).toHaveLength(1);
    await close();
    await open();
    sqs.provision([]);

    expect(bodies(await receive(queue))).toEqual(['unfinished']);
  });

  test('is given with those of its attributes that are asked for, by name, by their beginning, or all', async () => {
    const queue = await createQueue('q');
    const text = { DataType: 'String', StringValue: 'v' };
    await send(queue, 'x', { MessageAttributes: { 'foo.a': text, 'foo.b': text, bar: text } });
    const names = async (...MessageAttributeNames: string[]) => {
      const [message] = await receive(queue, { MessageAttributeNames, VisibilityTimeout: 0 });
      return Object.keys(message?.MessageAttributes ?? {}).toSorted();
    };

    expect(await names('bar')).toEqual(['bar']);
    expect(await names('foo.*')).toEqual(['foo.a', 'foo.b']);
    expect(await names('*')).toEqual(['bar', 'foo.a', 'foo.b']);
    expect(await names('.*')).toEqual(['bar', 'foo.a', 'foo.b']);
    expect(await names()).toEqual([]);
  });

  test('of a group on a standard queue is taken, and names its group', async () => {
    const queue = await createQueue('q');
    await send(queue, 'x', { MessageGroupId: 'tenant-1' });

    const [message] = await receive(queue);

    expect(message!.Attributes).toMatchObject({ MessageGroupId: 'tenant-1' });
  });

  test.each([
    ['a body over 1 MiB', { MessageBody: 'x'.repeat(1_048_577) }, 'InvalidParameterValue'],
    ['a character that XML does not have', { MessageBody: 'a\u0001b' }, 'InvalidMessageContents'],
    [
      'eleven attributes',
      {
        MessageBody: 'x',
        MessageAttributes: Object.fromEntries(
          Array.from({ length: 11 }, (_, i) => [`a${i}`, { DataType: 'String', StringValue: 'v' }]),
        ),
      },
      'InvalidParameterValue',
    ],
    [
      'an empty attribute',
      { MessageBody: 'x', MessageAttributes: { a: { DataType: 'String', StringValue: '' } } },
      'InvalidParameterValue',
    ],
    ['nothing in it', { MessageBody: '' }, 'MissingParameter'],
    [
      'what only FIFO queues know',
      { MessageBody: 'x', MessageDeduplicationId: 'd' },
      'InvalidParameterValue',
    ],
  ])('with %s is refused', async (_, input, name) => {
    const QueueUrl = await createQueue('q');

    await expect(client.send(new SendMessageCommand({ QueueUrl, ...input }))).rejects.toMatchObject({ name });
    expect(await receive(QueueUrl)).toEqual([]);
  });
});

describe('a redrive policy', () => {
  test('moves a message that has used up its receives, keeping its id and its age', async () => {
    const dead = await createQueue('dead', { MessageRetentionPeriod: '600' });
    const queue = await createQueue('q', {
      VisibilityTimeout: '1',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: await arnOf(dead), maxReceiveCount: 2 }),
    });
    const { MessageId } = await send(queue, 'poison', {
      MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } },
    });
    for (let receives = 0; receives < 3; receives++) {
      await receive(queue);
      clock.advance(1_001);
    }

    const [letter] = await receive(dead, { VisibilityTimeout: 0, MessageAttributeNames: ['All'] });

    expect(letter).toMatchObject({
      MessageId,
      Body: 'poison',
      MessageAttributes: { a: { StringValue: 'b' } },
      Attributes: { DeadLetterQueueSourceArn: await arnOf(queue) },
    });
    clock.advance(597_000);
    expect(await receive(dead)).toEqual([]);
    const { queueUrls } = await client.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead }));
    expect(queueUrls).toEqual([queue]);
  });
});

describe('a batch', () => {
  test('reports each entry by itself', async () => {
    const QueueUrl = await createQueue('q');
    const { Successful, Failed } = await client.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'good', MessageBody: 'fine' },
          { Id: 'bad', MessageBody: 'a\u0000b' },
        ],
      }),
    );

    expect(Successful?.map(({ Id }) => Id)).toEqual(['good']);
    expect(Failed).toEqual([
      expect.objectContaining({ Id: 'bad', Code: 'InvalidMessageContents', SenderFault: true }),
    ]);
    expect(bodies(await receive(QueueUrl))).toEqual(['fine']);
  });

  test.each([
    ['with no entry', [], 'EmptyBatchRequest'],
    [
      'with eleven',
      Array.from({ length: 11 }, (_, i) => ({ Id: `e${i}`, MessageBody: 'x' })),
      'TooManyEntriesInBatchRequest',
    ],
    [
      'with an id twice',
      [
        { Id: 'a', MessageBody: 'x' },
        { Id: 'a', MessageBody: 'y' },
      ],
      'BatchEntryIdsNotDistinct',
    ],
    ['with an odd id', [{ Id: 'a b', MessageBody: 'x' }], 'InvalidBatchEntryId'],
    ['with an empty id', [{ Id: '', MessageBody: 'x' }], 'InvalidBatchEntryId'],
    [
      'over 1 MiB together',
      [
        { Id: 'a', MessageBody: 'x'.repeat(600_000) },
        { Id: 'b', MessageBody: 'y'.repeat(600_000) },
      ],
      'BatchRequestTooLong',
    ],
  ])('%s is refused whole', async (_, Entries, name) => {
    const QueueUrl = await createQueue('q');

    await expect(client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects.toMatchObject({
      name,
    });
    expect(await receive(QueueUrl)).toEqual([]);
  });

  test('deletes what it can', async () => {
    const QueueUrl = await createQueue('q');
    for (const body of ['a', 'b']) await send(QueueUrl, body);
    const messages = await receive(QueueUrl);
    const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));

    const { Successful, Failed } = await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: [...Entries, { Id: 'x', ReceiptHandle: 'nonsense' }],
      }),
    );

    expect(Successful).toHaveLength(2);
    expect(Failed).toEqual([expect.objectContaining({ Id: 'x', Code: 'ReceiptHandleIsInvalid' })]);
    expect(await attributesOf(QueueUrl)).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '0' });
  });
});

describe('a long poll', () => {
  test('ends as soon as a message is sent', async () => {
    const QueueUrl = await createQueue('q');
    const polled = receive(QueueUrl, { WaitTimeSeconds: 20 });
    await waitFor(() => clock.nextDueMs() !== undefined, 'the poll to wait');
    await send(QueueUrl, 'at last');

    expect(bodies(await polled)).toEqual(['at last']);
  });

  test('ends when a message in flight becomes visible', async () => {
    const QueueUrl = await createQueue('q', { VisibilityTimeout: '5' });
    await send(QueueUrl, 'again');
    await receive(QueueUrl);
    const polled = receive(QueueUrl, { WaitTimeSeconds: 20 });
    await waitFor(() => clock.nextDueMs() !== undefined, 'the poll to wait');
    clock.advance(5_001);

    expect(bodies(await polled)).toEqual(['again']);
  });

  test('ends with nothing when its time is up', async () => {
    const QueueUrl = await createQueue('q');
    const polled = receive(QueueUrl, { WaitTimeSeconds: 20 });
    await waitFor(() => clock.nextDueMs() !== undefined, 'the poll to wait');
    clock.advance(20_000);

    expect(await polled).toEqual([]);
  });

  test('takes no message for a caller that has hung up', async () => {
    const QueueUrl = await createQueue('q');
    const hungUp = new AbortController();
    const polled = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), {
      abortSignal: hungUp.signal,
    });
    await waitFor(() => clock.nextDueMs() !== undefined, 'the poll to wait');
    hungUp.abort();
    await expect(polled).rejects.toMatchObject({ name: 'AbortError' });
    await waitFor(() => clock.nextDueMs() === undefined, 'the poll to end');
    await send(QueueUrl, 'for somebody else');

    expect(bodies(await receive(QueueUrl))).toEqual(['for somebody else']);
  });
});

describe('a queue', () => {
  test('is found by name, listed by prefix, and made once', async () => {
    const url = await createQueue('files-a');
    await createQueue('files-b');
    await createQueue('other');

    expect((await client.send(new GetQueueUrlCommand({ QueueName: 'files-a' }))).QueueUrl).toBe(url);
    expect((await client.send(new ListQueuesCommand({ QueueNamePrefix: 'files-' }))).QueueUrls).toHaveLength(
      2,
    );
    expect(await createQueue('files-a')).toBe(url);
    await expect(createQueue('files-a', { DelaySeconds: '5' })).rejects.toMatchObject({
      name: 'QueueNameExists',
    });
  });

  test('tells the key that its template names, and what encrypts it without one', async () => {
    const plan = {
      arn: '',
      url: '',
      visibilityTimeoutSeconds: 30,
      messageRetentionSeconds: 60,
      delaySeconds: 0,
      maximumMessageSizeBytes: 1_024,
      receiveWaitSeconds: 0,
      policy: [],
    };
    const key = { id: 'alias/ours', reuseSeconds: 600 };
    sqs.provision([
      { ...plan, name: 'locked', key },
      { ...plan, name: 'open' },
    ]);

    expect(await attributesOf('locked')).toMatchObject({
      KmsMasterKeyId: 'alias/ours',
      KmsDataKeyReusePeriodSeconds: '600',
      SqsManagedSseEnabled: 'false',
    });
    expect(await attributesOf('open')).toMatchObject({ SqsManagedSseEnabled: 'true' });
    expect(await attributesOf('open')).not.toHaveProperty('KmsMasterKeyId');
  });

  test('is emptied by a purge', async () => {
    const QueueUrl = await createQueue('q');
    await send(QueueUrl, 'x');
    await client.send(new PurgeQueueCommand({ QueueUrl }));

    expect(await receive(QueueUrl)).toEqual([]);
  });

  test('is purged once a minute and no more often', async () => {
    const QueueUrl = await createQueue('q');
    const purge = () => client.send(new PurgeQueueCommand({ QueueUrl }));
    await purge();
    await send(QueueUrl, 'x');

    await expect(purge()).rejects.toMatchObject({
      name: 'PurgeQueueInProgress',
      $metadata: { httpStatusCode: 403 },
    });
    expect(bodies(await receive(QueueUrl, { VisibilityTimeout: 0 }))).toEqual(['x']);
    clock.advance(60_000);
    await purge();
    expect(await receive(QueueUrl)).toEqual([]);
  });

  test('says by a header what the query protocol calls an error', async () => {
    const QueueUrl = await createQueue('q');
    const response = await fetch(QueueUrl, {
      method: 'POST',
      headers: {
        authorization:
          'AWS4-HMAC-SHA256 Credential=a/20261126/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0',
        'x-amz-target': 'AmazonSQS.ReceiveMessage',
        'content-type': 'application/x-amz-json-1.0',
      },
      body: JSON.stringify({ QueueUrl, MaxNumberOfMessages: 11 }),
    });

    expect(response.headers.get('x-amzn-query-error')).toBe('InvalidParameterValue;Sender');
    expect(await response.json()).toMatchObject({
      __type: 'com.amazonaws.sqs#InvalidParameterValueException',
    });
  });

  test('that does not exist says so, by name', async () => {
    await expect(client.send(new GetQueueUrlCommand({ QueueName: 'nobody' }))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('answers 501 to a call that it does not have', async () => {
    const QueueUrl = await createQueue('q');

    await expect(client.send(new TagQueueCommand({ QueueUrl, Tags: {} }))).rejects.toMatchObject({
      message: 'SQS TagQueue is not implemented by the local runtime',
      $metadata: { httpStatusCode: 501 },
    });
  });
});

const policyFor = (sourceArn: string) =>
  JSON.stringify({
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: '*',
        Condition: { ArnEquals: { 'aws:SourceArn': sourceArn } },
      },
    ],
  });

describe('a delivery by a service', () => {
  const SOURCE = 'arn:aws:events:us-east-1:000000000000:rule/r';
  const deliver = (queueArn: string) =>
    sqs.deliver({ service: 'events.amazonaws.com', sourceArn: SOURCE, queueArn, body: '{}' });
  test('arrives when the policy names its source', async () => {
    const queue = await createQueue('q', { Policy: policyFor(SOURCE) });

    expect(deliver(await arnOf(queue))).toBe('delivered');
    expect(bodies(await receive(queue))).toEqual(['{}']);
  });

  test('is refused when it names another, or nobody', async () => {
    const other = await createQueue('other', {
      Policy: policyFor('arn:aws:events:us-east-1:000000000000:rule/else'),
    });
    const none = await createQueue('none');

    for (const queue of [other, none]) {
      expect(deliver(await arnOf(queue))).toMatchObject({ errorCode: 'NO_PERMISSIONS', retryable: false });
      expect(await receive(queue)).toEqual([]);
    }
  });

  test('to a queue that is not there says so', () => {
    expect(deliver('arn:aws:sqs:us-east-1:000000000000:gone')).toMatchObject({ errorCode: 'NO_RESOURCE' });
  });

  test('is taken back with the transaction that it was part of', async () => {
    const queue = await createQueue('q', { Policy: policyFor(SOURCE) });
    const arn = await arnOf(queue);
    expect(() =>
      store.transaction(() => {
        deliver(arn);
        throw new Error('rolled back');
      }),
    ).toThrow('rolled back');

    expect(await receive(queue)).toEqual([]);
  });
});
