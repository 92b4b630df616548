import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RuntimeClock } from '../../../local/clock.ts';
import { Gateway } from '../../../local/gateway.ts';
import { sqsServices } from '../../../local/sqs/sqs-protocol.ts';
import { inputOfForm } from '../../../local/sqs/query-form.ts';
import { Sqs } from '../../../local/sqs/sqs.ts';
import { Store } from '../../../local/store.ts';

const PLACE = { region: 'us-east-1', accountId: '000000000000' };
const SIGNED =
  'AWS4-HMAC-SHA256 Credential=a/20261126/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0';

let clock: RuntimeClock;
let store: Store;
let sqs: Sqs;
let gateway: Gateway;
let endpoint: string;
let client: SQSClient;

beforeEach(async () => {
  clock = new RuntimeClock();
  store = new Store(mkdtempSync(join(tmpdir(), 'sluice-sqs-query-')));
  gateway = new Gateway();
  endpoint = `http://127.0.0.1:${await gateway.listen(0)}`;
  sqs = new Sqs({ store, clock, endpoint, ...PLACE });
  const { json, query } = sqsServices(sqs);
  gateway.serve({
    targets: { AmazonSQS: json },
    services: { sqs: query },
    principalOf: () => ({ kind: 'operator' }),
  });
  client = new SQSClient({
    endpoint,
    region: PLACE.region,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
});

afterEach(async () => {
  client?.destroy();
  await gateway?.close();
  sqs?.stop();
  clock?.stop();
  store?.close();
});

/** Elements as objects, their texts as strings. */
function parsed(text: string): Record<string, unknown> {
  const open: { name: string; text: string; children: Record<string, unknown> }[] = [
    { name: '', text: '', children: {} },
  ];
  const parser = new SaxesParser({ position: false });
  parser.on('opentag', ({ name, attributes }) => {
    open.push({ name, text: '', children: { ...attributes } });
  });
  parser.on('text', (piece) => {
    open.at(-1)!.text += piece;
  });
  parser.on('closetag', () => {
    const { name, text: content, children } = open.pop()!;
    open.at(-1)!.children[name] = Object.keys(children).length === 0 ? content : children;
  });
  parser.write(text).close();
  return open[0]!.children;
}

async function call(fields: Readonly<Record<string, string>>, path = '/') {
  const response = await fetch(endpoint + path, {
    method: 'POST',
    headers: { authorization: SIGNED },
    body: new URLSearchParams({ Version: '2012-11-05', ...fields }),
  });
  const text = await response.text();
  return { status: response.status, text, document: parsed(text) };
}

async function makeQueue(name = 'q'): Promise<string> {
  await call({ Action: 'CreateQueue', QueueName: name });
  return `${endpoint}/000000000000/${name}`;
}

describe('the query protocol', () => {
  test('makes a queue with its attributes, which the JSON protocol then finds', async () => {
    const { document, text } = await call({
      Action: 'CreateQueue',
      QueueName: 'q',
      'Attribute.1.Name': 'VisibilityTimeout',
      'Attribute.1.Value': '77',
      'Attribute.2.Name': 'DelaySeconds',
      'Attribute.2.Value': '3',
    });

    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: 'q' }));
    expect(document).toMatchObject({
      CreateQueueResponse: {
        xmlns: 'http://queue.amazonaws.com/doc/2012-11-05/',
        CreateQueueResult: { QueueUrl },
        ResponseMetadata: { RequestId: expect.stringMatching(/.{8}/) },
      },
    });
    expect(text).toContain(`<QueueUrl>${QueueUrl}</QueueUrl>`);
    const asked = await call({ Action: 'GetQueueAttributes', QueueUrl: QueueUrl!, 'AttributeName.1': 'All' });
    expect(asked.text).toContain('<Attribute><Name>VisibilityTimeout</Name><Value>77</Value></Attribute>');
    expect(asked.text).toContain('<Attribute><Name>DelaySeconds</Name><Value>3</Value></Attribute>');
  });

  test('carries a message with its attributes there and back', async () => {
    const QueueUrl = await makeQueue();

    const sent = await call({
      Action: 'SendMessage',
      QueueUrl,
      MessageBody: 'a < b & "c"\r\n🚰',
      'MessageAttribute.1.Name': 'Reason',
      'MessageAttribute.1.Value.DataType': 'String',
      'MessageAttribute.1.Value.StringValue': 'é',
    });
    const { document } = await call({
      Action: 'ReceiveMessage',
      QueueUrl,
      'AttributeName.1': 'ApproximateReceiveCount',
      'MessageAttributeName.1': 'All',
      VisibilityTimeout: '0',
    });

    const answer = (sent.document['SendMessageResponse'] as Record<string, Record<string, string>>)[
      'SendMessageResult'
    ]!;
    expect(document).toMatchObject({
      ReceiveMessageResponse: {
        ReceiveMessageResult: {
          Message: {
            MessageId: answer['MessageId'],
            Body: 'a < b & "c"\r\n🚰',
            MD5OfBody: answer['MD5OfMessageBody'],
            MD5OfMessageAttributes: answer['MD5OfMessageAttributes'],
            Attribute: { Name: 'ApproximateReceiveCount', Value: '1' },
            MessageAttribute: { Name: 'Reason', Value: { StringValue: 'é', DataType: 'String' } },
          },
        },
      },
    });
    const [message] = (
      await client.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'] }))
    ).Messages!;
    expect(message).toMatchObject({ MessageAttributes: { Reason: { StringValue: 'é' } } });
  });

  test('takes the queue from the path, where the form does not name it', async () => {
    await makeQueue();

    expect((await call({ Action: 'SendMessage', MessageBody: 'x' }, '/000000000000/q')).status).toBe(200);

    expect(sqs.stats(sqs.queues.named('q')).visible).toBe(1);
  });

  test('deletes without a result, and answers an empty queue with an empty one', async () => {
    const QueueUrl = await makeQueue();
    await call({ Action: 'SendMessage', QueueUrl, MessageBody: 'x' });
    const { text } = await call({ Action: 'ReceiveMessage', QueueUrl });
    const ReceiptHandle = /<ReceiptHandle>(.*)<\/ReceiptHandle>/.exec(text)![1]!;

    const deleted = await call({ Action: 'DeleteMessage', QueueUrl, ReceiptHandle });

    expect(deleted.text).toMatch(/^<DeleteMessageResponse [^>]*><ResponseMetadata>/);
    const { text: none } = await call({ Action: 'ReceiveMessage', QueueUrl });
    expect(none).toContain('<ReceiveMessageResult></ReceiveMessageResult>');
    expect(sqs.stats(sqs.queues.named('q'))).toMatchObject({ visible: 0, inFlight: 0 });
  });

  test('reports each entry of a batch by itself', async () => {
    const QueueUrl = await makeQueue();

    const { document } = await call({
      Action: 'SendMessageBatch',
      QueueUrl,
      'SendMessageBatchRequestEntry.1.Id': 'good',
      'SendMessageBatchRequestEntry.1.MessageBody': 'x',
      'SendMessageBatchRequestEntry.2.Id': 'bad',
      'SendMessageBatchRequestEntry.2.MessageBody': 'x',
      'SendMessageBatchRequestEntry.2.DelaySeconds': '901',
    });

    expect(document).toMatchObject({
      SendMessageBatchResponse: {
        SendMessageBatchResult: {
          SendMessageBatchResultEntry: { Id: 'good', MessageId: expect.any(String) },
          BatchResultErrorEntry: { Id: 'bad', Code: 'InvalidParameterValue', SenderFault: 'true' },
        },
      },
    });
  });

  test.each([
    [
      'a queue that is not there',
      { Action: 'GetQueueUrl', QueueName: 'none' },
      400,
      'AWS.SimpleQueueService.NonExistentQueue',
    ],
    ['an operation that is not here', { Action: 'TagQueue' }, 501, 'NotImplemented'],
    ['no message', { Action: 'SendMessage', QueueUrl: '/000000000000/q' }, 400, 'MissingParameter'],
    ['no action', {}, 400, 'MissingAction'],
    [
      'a batch of none',
      { Action: 'SendMessageBatch', QueueUrl: '/000000000000/q', Entries: '' },
      400,
      'AWS.SimpleQueueService.EmptyBatchRequest',
    ],
    [
      'a number that is none',
      { Action: 'ReceiveMessage', QueueUrl: '/000000000000/q', WaitTimeSeconds: 'soon' },
      400,
      'InvalidParameterValue',
    ],
  ])('refuses %s in its own form', async (_, fields, status, code) => {
    await makeQueue();

    const answer = await call(fields);

    expect(answer.status).toBe(status);
    expect(answer.document).toMatchObject({
      ErrorResponse: { Error: { Type: status < 500 ? 'Sender' : 'Receiver', Code: code } },
    });
  });
});

describe('a form', () => {
  test('is read as the input that the JSON protocol would have sent, whatever it holds', () => {
    const text = fc.string({ unit: 'grapheme' });
    const name = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('__proto__', 'constructor', 'a.b'));
    fc.assert(
      fc.property(text, fc.dictionary(name, text), fc.array(text, { minLength: 1 }), (body, map, names) => {
        const attributes = Object.entries(map);
        const form = new URLSearchParams([
          ['Action', 'SendMessage'],
          ['MessageBody', body],
          ['DelaySeconds', '7'],
          ...attributes.flatMap(([key, value], at) => [
            [`MessageAttribute.${at + 1}.Name`, key],
            [`MessageAttribute.${at + 1}.Value.StringValue`, value],
          ]),
          ...names.map((one, at) => [`AttributeName.${at + 1}`, one]),
        ] as [string, string][]);

        const input = inputOfForm(form);

        expect(Object.keys(input).toSorted()).toEqual(
          [
            'AttributeNames',
            'DelaySeconds',
            'MessageBody',
            ...(attributes.length > 0 ? ['MessageAttributes'] : []),
          ].toSorted(),
        );
        expect(input['MessageBody']).toBe(body.toWellFormed());
        expect(input['DelaySeconds']).toBe(7);
        expect(input['AttributeNames']).toEqual(names.map((one) => one.toWellFormed()));
        expect(Object.entries(input['MessageAttributes'] ?? {})).toEqual(
          expect.arrayContaining(
            attributes.map(([key, StringValue]) => [key, { StringValue: StringValue.toWellFormed() }]),
          ),
        );
      }),
    );
  });

  test('with a name of more parts than any parameter has is refused', () => {
    const deep = new URLSearchParams([['a.'.repeat(200_000), 'x']]);

    expect(() => inputOfForm(deep)).toThrow(/no parameter has more than 7 parts/);
  });
});
