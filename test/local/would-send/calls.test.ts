import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { Gateway } from '../../../local/gateway.ts';
import type { Principal } from '../../../local/iam.ts';
import type { PolicyStatement } from '../../../local/iam/decision.ts';
import { snsService } from '../../../local/sns/sns.ts';
import { statesService } from '../../../local/states/states.ts';
import { ACCOUNT, BusUnderTest, REGION } from '../eventbridge/bus-under-test.ts';

const MACHINE = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:big`;
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:done`;
const PARTNER = 'arn:aws:events:eu-west-1:111122223333:event-bus/partner';
const MINE = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/mine`;

const allow = (action: string, resource: string): PolicyStatement => ({
  effect: 'Allow',
  actions: [action],
  resources: [resource],
});
const counter: Principal = {
  kind: 'role',
  roleName: 'counter-role',
  functionName: 'counter',
  accountId: ACCOUNT,
  statements: [
    allow('states:StartExecution', MACHINE),
    allow('sns:Publish', TOPIC),
    allow('events:PutEvents', PARTNER),
    allow('events:PutEvents', MINE),
  ],
};

let world: BusUnderTest;
let gateway: Gateway;
let endpoint: string;

beforeEach(async () => {
  vi.spyOn(console, 'error').mockReturnValue(undefined);
  world = new BusUnderTest();
  gateway = new Gateway();
  gateway.serve({
    targets: { AWSStepFunctions: statesService(world.records) },
    services: { sns: snsService(world.records) },
    principalOf: (key) => (key === 'COUNTER' ? counter : { kind: 'operator' }),
  });
  endpoint = `http://127.0.0.1:${await gateway.listen(0)}/`;
});
afterEach(async () => {
  await gateway?.close(0);
  await world?.[Symbol.asyncDispose]();
  vi.restoreAllMocks();
});

const recorded = () => world.records.page({ limit: 100 }).events;

/** As an SDK signs it; the runtime reads who signs, and for which service. */
const signature = (service: string, key = 'COUNTER') =>
  `AWS4-HMAC-SHA256 Credential=${key}/20261120/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`;

async function states(operation: string, input: object, key?: string) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      authorization: signature('states', key),
      'x-amz-target': `AWSStepFunctions.${operation}`,
      'content-type': 'application/x-amz-json-1.0',
    },
    body: JSON.stringify(input),
  });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

describe('StartExecution of a function', () => {
  const start = async (more: object = {}) =>
    states('StartExecution', {
      stateMachineArn: MACHINE,
      name: 'one',
      input: '{"bucket":"b","key":"big.csv"}',
      ...more,
    });

  test('is recorded, with the name of the function and the key of the input', async () => {
    const { status, answer } = await start();

    expect(status).toBe(200);
    expect(answer).toEqual({
      executionArn: `arn:aws:states:${REGION}:${ACCOUNT}:execution:big:one`,
      startDate: expect.any(Number) as number,
    });
    expect(recorded()).toEqual([
      {
        at: expect.any(String) as string,
        by: 'counter',
        to: MACHINE,
        key: 'big.csv',
        event: { bucket: 'b', key: 'big.csv' },
      },
    ]);
  });

  test('is the same execution for the same name and input, over a restart too', async () => {
    let moment = Date.now();
    vi.spyOn(world.clock, 'now').mockImplementation(() => moment++);
    const first = await start();
    world.crash();
    await gateway.close(0);
    gateway = new Gateway();
    gateway.serve({
      targets: { AWSStepFunctions: statesService(world.records) },
      services: {},
      principalOf: () => counter,
    });
    endpoint = `http://127.0.0.1:${await gateway.listen(0)}/`;

    expect((await start()).answer).toEqual(first.answer);
    expect(recorded()).toHaveLength(1);
  });

  test('is refused for the same name and another input', async () => {
    await start();
    const { status, answer } = await start({ input: '{}' });

    expect(status).toBe(400);
    expect(answer['__type']).toMatch(/#ExecutionAlreadyExists$/);
    expect(answer['message']).toMatch(/execution:big:one/);
    expect(recorded()).toHaveLength(1);
  });

  test('is another execution in another state machine, and under a name that is made up', async () => {
    const nameless = { stateMachineArn: MACHINE };
    await start();
    const made = [await states('StartExecution', nameless), await states('StartExecution', nameless)];
    await states('StartExecution', { stateMachineArn: `${MACHINE}2`, name: 'one' }, 'LOCAL');

    expect(new Set(made.map(({ answer }) => answer['executionArn'])).size).toBe(2);
    expect(recorded().map(({ by }) => by)).toEqual(['local', 'counter', 'counter', 'counter']);
    expect(recorded()[1]!.event).toEqual({});
  });

  test.each<[what: string, input: object, type: string]>([
    [
      'of a state machine that its role does not name',
      { stateMachineArn: `${MACHINE}2` },
      'AccessDeniedException',
    ],
    ['of what is no state machine', { stateMachineArn: TOPIC }, 'InvalidArn'],
    ['under a name with a blank', { name: 'a b' }, 'InvalidName'],
    ['under a name of 81 characters', { name: 'x'.repeat(81) }, 'InvalidName'],
    ['whose input is no JSON', { input: '{' }, 'InvalidExecutionInput'],
    ['whose input is too long', { input: JSON.stringify('x'.repeat(262_144)) }, 'InvalidExecutionInput'],
    ['with what AWS does not know', { colour: 'blue' }, 'NotImplemented'],
  ])('%s is refused', async (_, more, type) => {
    const { status, answer } = await start(more);

    expect(status).toBeGreaterThanOrEqual(400);
    expect(answer['__type']).toMatch(new RegExp(`#${type}$`));
    expect(recorded()).toEqual([]);
  });

  test('is all that there is: another operation is refused by name', async () => {
    const { status, answer } = await states('DescribeExecution', { executionArn: 'arn:x' });

    expect(status).toBe(501);
    expect(answer['message']).toMatch(/Step Functions DescribeExecution is not implemented/);
  });
});

describe('a message to a topic', () => {
  const publish = async (form: Record<string, string>, key?: string) => {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        authorization: signature('sns', key),
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ Action: 'Publish', Version: '2010-03-31', TopicArn: TOPIC, ...form }),
    });
    return { status: response.status, text: await response.text() };
  };

  test('is recorded with its subject and attributes', async () => {
    const { status, text } = await publish({
      Message: '{"bucket":"b","key":"k"}',
      Subject: 'done',
      'MessageAttributes.entry.1.Name': 'kind',
      'MessageAttributes.entry.1.Value.DataType': 'String',
      'MessageAttributes.entry.1.Value.StringValue': 'big',
    });

    expect(status).toBe(200);
    expect(text).toMatch(/<PublishResult><MessageId>[0-9a-f-]{36}<\/MessageId><\/PublishResult>/);
    expect(recorded()).toEqual([
      expect.objectContaining({
        by: 'counter',
        to: TOPIC,
        key: 'k',
        event: {
          Message: '{"bucket":"b","key":"k"}',
          Subject: 'done',
          MessageAttributes: { kind: { DataType: 'String', StringValue: 'big' } },
        },
      }),
    ]);
  });

  test.each<[what: string, form: Record<string, string>, words: RegExp]>([
    ['that the role does not name', { TopicArn: `${TOPIC}2`, Message: 'm' }, /AccessDenied/],
    ['without a text', {}, /Empty message/],
    ['to a telephone', { PhoneNumber: '+1', Message: 'm' }, /SNS Publish with PhoneNumber/],
    ['to what is no topic', { TopicArn: MACHINE, Message: 'm' }, /no topic/],
    ['in a batch', { Action: 'PublishBatch' }, /SNS PublishBatch is not implemented/],
  ])('%s is refused', async (_, form, words) => {
    const { status, text } = await publish(form);

    expect(status).toBeGreaterThanOrEqual(400);
    expect(text).toMatch(words);
    expect(recorded()).toEqual([]);
  });
});

const entry = (EventBusName?: string) => ({
  Source: 'counter',
  DetailType: 'Counted',
  Detail: '{"bucket":"b","key":"k","rows":12345678901234567890}',
  ...(EventBusName !== undefined && { EventBusName }),
});

describe('an event that a function puts on another bus', () => {
  test.each([
    ['of a partner', PARTNER],
    ['of its own account, by its name', 'mine'],
  ])('%s is recorded as the envelope that would have been sent', async (_, bus) => {
    const client = await world.client(counter);
    const { Entries } = await client.send(new PutEventsCommand({ Entries: [entry(bus)] }));

    expect(recorded()).toEqual([
      {
        at: expect.any(String) as string,
        by: 'counter',
        to: bus === 'mine' ? MINE : bus,
        event: expect.objectContaining({
          id: Entries![0]!.EventId,
          source: 'counter',
          'detail-type': 'Counted',
          account: ACCOUNT,
        }) as object,
      },
    ]);
    expect(world.bus.pending().outbox).toBe(0);
  });

  test('needs the permission for that bus, and for each bus of a call', async () => {
    const client = await world.client(counter);
    const put = async (...names: (string | undefined)[]) =>
      client.send(new PutEventsCommand({ Entries: names.map(entry) }));

    await expect(put('other')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(put(PARTNER, undefined)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(recorded()).toEqual([]);
  });
});
