import {
  CancelMessageMoveTaskCommand,
  CreateQueueCommand,
  DeleteQueueCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
  type ListMessageMoveTasksResultEntry,
  type Message,
} from '@aws-sdk/client-sqs';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RuntimeClock } from '../../../local/clock.ts';
import { Gateway } from '../../../local/gateway.ts';
import type { Principal } from '../../../local/iam.ts';
import { sqsServices } from '../../../local/sqs/sqs-protocol.ts';
import { Sqs } from '../../../local/sqs/sqs.ts';
import { Store } from '../../../local/store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { waitFor } from '../../support/wait-for.ts';

const PLACE = { region: 'us-east-1', accountId: '000000000000' };
const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;

/** SQS over a data folder, with a queue `work`, its dead-letter queue `dead`, and `other`. */
class SqsUnderTest implements AsyncDisposable {
  readonly sqs: Sqs;
  readonly clock = new RuntimeClock();
  readonly client: SQSClient;
  /** Who asks. */
  principal: Principal = { kind: 'operator' };
  readonly #store: Store;
  readonly #gateway: Gateway;
  readonly #endpoint: string;

  private constructor(store: Store, gateway: Gateway, endpoint: string) {
    this.#store = store;
    this.#gateway = gateway;
    this.#endpoint = endpoint;
    this.sqs = new Sqs({ store, clock: this.clock, endpoint, ...PLACE });
    gateway.serve({
      targets: { AmazonSQS: sqsServices(this.sqs).json },
      services: {},
      principalOf: () => this.principal,
    });
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    this.client = new SQSClient({ endpoint, region: PLACE.region, credentials, maxAttempts: 1 });
  }

  static async open(dataDir: string): Promise<SqsUnderTest> {
    const gateway = new Gateway();
    const endpoint = `http://127.0.0.1:${await gateway.listen(0)}`;
    return new SqsUnderTest(new Store(dataDir), gateway, endpoint);
  }

  async createQueues(): Promise<void> {
    for (const [QueueName, Attributes] of Object.entries({
      dead: {},
      other: {},
      work: {
        VisibilityTimeout: '0',
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn('dead'), maxReceiveCount: 1 }),
      },
    })) {
      await this.client.send(new CreateQueueCommand({ QueueName, Attributes }));
    }
  }

  url(name: string): string {
    return `${this.#endpoint}/${PLACE.accountId}/${name}`;
  }

  /** Sends messages that the queue gives up: they end in `dead`. */
  async giveUp(bodies: readonly string[]): Promise<void> {
    for (const MessageBody of bodies) await this.send('work', MessageBody);
    for (let round = 0; round < 2; round++) {
      // once received, and the next time moved
      for (let n = 0; n <= bodies.length / 10; n++) await this.receive('work');
    }
  }

  async send(name: string, MessageBody: string): Promise<void> {
    await this.client.send(new SendMessageCommand({ QueueUrl: this.url(name), MessageBody }));
  }

  async receive(name: string): Promise<Message[]> {
    const { Messages = [] } = await this.client.send(
      new ReceiveMessageCommand({
        QueueUrl: this.url(name),
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['All'],
      }),
    );
    return Messages;
  }

  /** What lies in a queue, without touching it. */
  bodies(name: string): string[] {
    const rows = this.#store.prepare('SELECT body FROM sqs_message WHERE queue = ? ORDER BY id').all(name);
    return rows.map((row) => String(row['body']));
  }

  async start(
    input: { DestinationArn?: string; MaxNumberOfMessagesPerSecond?: number } = {},
  ): Promise<string> {
    const { TaskHandle = '' } = await this.client.send(
      new StartMessageMoveTaskCommand({ SourceArn: arn('dead'), ...input }),
    );
    return TaskHandle;
  }

  async tasks(MaxResults?: number): Promise<ListMessageMoveTasksResultEntry[]> {
    const { Results = [] } = await this.client.send(
      new ListMessageMoveTasksCommand({ SourceArn: arn('dead'), MaxResults }),
    );
    return Results;
  }

  async ended(): Promise<ListMessageMoveTasksResultEntry | undefined> {
    await waitFor(() => this.sqs.moveTasks.active() === 0, 'the task to end');
    return (await this.tasks())[0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.destroy();
    await this.#gateway.close(0);
    this.sqs.stop();
    this.clock.stop();
    this.#store.close();
  }
}

let dataDir: string;
let underTest: SqsUnderTest;

beforeEach(async () => {
  dataDir = temporaryFolder('move');
  underTest = await SqsUnderTest.open(dataDir);
  await underTest.createQueues();
});
afterEach(async () => {
  await underTest?.[Symbol.asyncDispose]();
});

const bodies = (count: number) => Array.from({ length: count }, (_, n) => `m${n}`);

const cancel = (TaskHandle: string) =>
  underTest.client.send(new CancelMessageMoveTaskCommand({ TaskHandle }));

describe('a move task', () => {
  test('sends what a queue gave up back to it, as new messages', async () => {
    await underTest.giveUp(['a', 'b']);
    const [before] = await underTest.receive('dead');
    underTest.clock.advance(31_000);
    underTest.sqs.provision([]);

    await underTest.start();

    expect(await underTest.ended()).toMatchObject({
      Status: 'COMPLETED',
      SourceArn: arn('dead'),
      ApproximateNumberOfMessagesMoved: 2,
      ApproximateNumberOfMessagesToMove: 2,
    });
    expect(underTest.bodies('dead')).toEqual([]);
    const [moved] = await underTest.receive('work');
    expect(moved?.Body).toBe('a');
    expect(moved?.MessageId).not.toBe(before?.MessageId);
    expect(moved?.Attributes?.ApproximateReceiveCount).toBe('1');
    expect(moved?.Attributes?.DeadLetterQueueSourceArn).toBeUndefined();
    expect(Number(moved?.Attributes?.SentTimestamp)).toBeGreaterThan(
      Number(before?.Attributes?.SentTimestamp),
    );
  });

  test('sends to the queue that it is told, also what was sent to the dead-letter queue', async () => {
    underTest.sqs.provision([]);
    await underTest.send('dead', 'a letter');

    await underTest.start({ DestinationArn: arn('other') });

    expect(await underTest.ended()).toMatchObject({ Status: 'COMPLETED', DestinationArn: arn('other') });
    expect(underTest.bodies('other')).toEqual(['a letter']);
  });

  test('fails on a message that came from no queue, and leaves it', async () => {
    underTest.sqs.provision([]);
    await underTest.send('dead', 'a letter');

    await underTest.start();

    expect(await underTest.ended()).toMatchObject({
      Status: 'FAILED',
      FailureReason: 'CouldNotDetermineMessageSource',
      ApproximateNumberOfMessagesMoved: 0,
    });
    expect(underTest.bodies('dead')).toEqual(['a letter']);
  });

  test('fails when its destination is deleted under way, and leaves what it has not moved', async () => {
    await underTest.giveUp(bodies(5));
    underTest.sqs.provision([]);
    await underTest.start({ DestinationArn: arn('other'), MaxNumberOfMessagesPerSecond: 1 });
    await waitFor(() => underTest.bodies('other').length > 0, 'the first message');
    await underTest.client.send(new DeleteQueueCommand({ QueueUrl: underTest.url('other') }));
    underTest.clock.advance(10_000);

    expect(await underTest.ended()).toMatchObject({
      Status: 'FAILED',
      FailureReason: 'AWS.SimpleQueueService.NonExistentQueue',
    });
    expect(underTest.bodies('dead').length).toBeGreaterThan(0);
  });

  test('keeps to its rate, can be cancelled, and shows a handle only as long as it runs', async () => {
    await underTest.giveUp(bodies(30));
    underTest.sqs.provision([]);

    const handle = await underTest.start({ MaxNumberOfMessagesPerSecond: 1 });
    await waitFor(() => underTest.bodies('dead').length === 29, 'the first message');
    expect(await underTest.tasks()).toMatchObject([{ TaskHandle: handle, Status: 'RUNNING' }]);
    underTest.clock.advance(10_000);
    await waitFor(() => underTest.bodies('dead').length <= 19, 'ten more');
    await underTest.client.send(new CancelMessageMoveTaskCommand({ TaskHandle: handle }));

    const ended = await underTest.ended();
    expect(ended).toMatchObject({ Status: 'CANCELLED' });
    expect(ended?.TaskHandle).toBeUndefined();
    expect(underTest.bodies('dead').length).toBeGreaterThanOrEqual(17);
    await expect(
      underTest.client.send(new CancelMessageMoveTaskCommand({ TaskHandle: handle })),
    ).rejects.toMatchObject({ name: 'UnsupportedOperation' });
  });

  test('goes on after a restart, where it was', async () => {
    await underTest.giveUp(bodies(25));
    await underTest.start({ MaxNumberOfMessagesPerSecond: 500 });
    // not provisioned: nothing has moved yet
    expect(underTest.bodies('dead')).toHaveLength(25);
    await underTest[Symbol.asyncDispose]();

    underTest = await SqsUnderTest.open(dataDir);
    underTest.sqs.provision([]);

    expect(await underTest.ended()).toMatchObject({
      Status: 'COMPLETED',
      ApproximateNumberOfMessagesMoved: 25,
    });
    expect(underTest.bodies('work').toSorted()).toEqual(bodies(25).toSorted());
  });

  test('is listed newest first, one unless more are asked for', async () => {
    underTest.sqs.provision([]);
    for (let n = 0; n < 3; n++) {
      await underTest.start();
      await underTest.ended();
    }

    expect(await underTest.tasks()).toHaveLength(1);
    expect(await underTest.tasks(10)).toHaveLength(3);
  });

  test.each([
    ['a queue that is nobody’s dead-letter queue', arn('other'), 'InvalidParameterValue'],
    ['a queue that is not there', arn('nothing'), 'ResourceNotFoundException'],
  ])('out of %s is refused', async (_, SourceArn, name) => {
    await expect(underTest.client.send(new StartMessageMoveTaskCommand({ SourceArn }))).rejects.toMatchObject(
      {
        name,
      },
    );
  });

  test('to a queue of one’s choice takes the right to send there', async () => {
    await underTest.giveUp(['one']);
    const allow = (action: string, name: string) =>
      ({ effect: 'Allow', actions: [action], resources: [arn(name)] }) as const;
    underTest.principal = {
      kind: 'role',
      roleName: 'mover',
      functionName: 'mover',
      accountId: PLACE.accountId,
      statements: [allow('sqs:StartMessageMoveTask', 'dead'), allow('sqs:SendMessage', 'work')],
    };

    await expect(underTest.start({ DestinationArn: arn('other') })).rejects.toThrow(/sqs:SendMessage/);
    await expect(underTest.start({ DestinationArn: arn('work') })).resolves.toBeTypeOf('string');
  });

  test('beside another of the same queue is refused', async () => {
    await underTest.start();

    await expect(underTest.start()).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringContaining('Only one active task'),
    });
  });

  test('that nobody started cannot be cancelled', async () => {
    const unknown = JSON.stringify({ taskId: 'x', sourceArn: arn('dead') });

    await expect(cancel('no handle')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(cancel(Buffer.from(unknown).toString('base64'))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

test('whatever comes between its steps, nothing is lost and nothing is there twice', async () => {
  const action = fc.oneof(
    fc.constantFrom('step', 'step', 'step', 'send', 'start', 'cancel', 'receive', 'tick'),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 250 }),
      fc.array(action, { maxLength: 20 }),
      async (count, actions) => {
        const store = new Store(temporaryFolder('moves'));
        const clock = new RuntimeClock();
        const sqs = new Sqs({ store, clock, endpoint: 'http://127.0.0.1', ...PLACE });
        const [dead, work] = ['dead', 'work'].map((name) =>
          sqs.queues.create(name, underTest.sqs.queues.named(name).settings),
        );
        const sent = bodies(count);
        store.transaction(() => {
          for (const body of sent) sqs.send(dead!, body);
        });
        let handle: string | undefined;

        for (const [index, what] of actions.entries()) {
          if (what === 'step') sqs.moveTasks.step();
          else if (what === 'send') sqs.send(dead!, sent[sent.push(`late${index}`) - 1]!);
          else if (what === 'receive') sqs.poll(dead!, 10);
          else if (what === 'tick') clock.advance(31_000);
          else if (what === 'start' && sqs.moveTasks.active() === 0) {
            handle = sqs.moveTasks.start(dead!.arn, work!.arn, undefined);
          } else if (
            what === 'cancel' &&
            handle !== undefined &&
            sqs.moveTasks.get(handle).status === 'RUNNING'
          ) {
            sqs.moveTasks.cancel(handle);
          }
        }

        const left = store
          .prepare('SELECT body FROM sqs_message')
          .all()
          .map((row) => String(row['body']));
        expect(left.toSorted()).toEqual(sent.toSorted());
        clock.stop();
        store.close();
      },
    ),
    { numRuns: 30 },
  );
});
