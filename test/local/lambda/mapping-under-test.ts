import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RuntimeClock } from '../../../local/clock.ts';
import { EventSourceMapping } from '../../../local/lambda/event-source-mapping.ts';
import type { InvocationResult } from '../../../local/lambda/invocation.ts';
import type { InvokeOptions, LambdaFunction } from '../../../local/lambda/lambda-function.ts';
import type { EventSourceMappingPlan } from '../../../local/plan.ts';
import { polledQueue } from '../../../local/sqs/polled-queue.ts';
import type { Queue } from '../../../local/sqs/queues.ts';
import { Sqs } from '../../../local/sqs/sqs.ts';
import { Store } from '../../../local/store.ts';
import { functionPlan } from './function-under-test.ts';

export const QUEUE_ARN = 'arn:aws:sqs:eu-central-1:000000000000:work';

interface ReceivedRecord {
  readonly messageId: string;
  readonly body: string;
  readonly [field: string]: unknown;
}

/** An invocation that the mapping has made, for the test to end. */
export interface Invocation {
  readonly records: readonly ReceivedRecord[];
  readonly bodies: readonly string[];
  /** With what the handler returns. */
  answer(value: unknown): void;
  /** With JSON text, or what should be some. */
  answerText(payload: string): void;
  fail(): void;
}

/** A mapping over the real queue, with a function that does what the test says. */
export class MappingUnderTest implements Disposable {
  readonly clock = new RuntimeClock();
  readonly store: Store;
  readonly sqs: Sqs;
  readonly queue: Queue;
  readonly mapping: EventSourceMapping;
  /** Made and not ended yet. */
  readonly invocations: Invocation[] = [];
  /** Says whether it has a warm environment to spare. */
  readonly lambda: { hasIdleEnvironment: boolean; isInspected: boolean };
  mostAtATime = 0;
  /** What an invocation waits for before the function gets it. */
  coldStart: Promise<void> | undefined;

  constructor({
    actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    visibilityTimeoutSeconds = 60,
    ...plan
  }: Partial<EventSourceMappingPlan> & { actions?: string[]; visibilityTimeoutSeconds?: number } = {}) {
    this.store = new Store(mkdtempSync(join(tmpdir(), 'sluice-mapping-')));
    this.sqs = new Sqs({
      store: this.store,
      clock: this.clock,
      region: 'eu-central-1',
      accountId: '000000000000',
      endpoint: 'http://127.0.0.1:4566',
    });
    this.sqs.provision([
      {
        name: 'work',
        arn: QUEUE_ARN,
        url: 'http://127.0.0.1:4566/000000000000/work',
        visibilityTimeoutSeconds,
        messageRetentionSeconds: 345_600,
        delaySeconds: 0,
        maximumMessageSizeBytes: 1_048_576,
        receiveWaitSeconds: 0,
        policy: [],
      },
    ]);
    this.queue = this.sqs.queues.named('work');
    const statements = [{ effect: 'Allow' as const, actions, resources: [QUEUE_ARN] }];
    const { roleName, name } = functionPlan('echo');
    const lambda = {
      plan: functionPlan('echo', { statements }),
      principal: {
        kind: 'role' as const,
        roleName,
        functionName: name,
        accountId: '000000000000',
        statements,
      },
      concurrency: 10,
      hasIdleEnvironment: true,
      isInspected: false,
      invoke: async (payload: string, { onBegin }: InvokeOptions) => {
        await this.coldStart;
        onBegin?.();
        return await this.#invoke(payload);
      },
    } satisfies Pick<
      LambdaFunction,
      'plan' | 'principal' | 'concurrency' | 'hasIdleEnvironment' | 'isInspected' | 'invoke'
    >;
    this.lambda = lambda;
    this.mapping = new EventSourceMapping(
      {
        functionName: name,
        queueArn: QUEUE_ARN,
        batchSize: 10,
        maximumBatchingWindowSeconds: 0,
        reportBatchItemFailures: true,
        enabled: true,
        ...plan,
      },
      lambda as unknown as LambdaFunction,
      polledQueue(this.sqs, QUEUE_ARN),
      this.clock,
    );
  }

  send(...bodies: readonly string[]): void {
    this.store.transaction(() => {
      for (const body of bodies) this.sqs.send(this.queue, body);
    });
  }

  /** Lets the mapping do what it can at once. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn++) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
  }

  async sent(...bodies: readonly string[]): Promise<void> {
    this.send(...bodies);
    await this.settle();
  }

  async advance(ms: number): Promise<void> {
    this.clock.advance(ms);
    await this.settle();
  }

  get waiting(): { visible: number; inFlight: number } {
    const { visible, inFlight } = this.sqs.stats(this.queue);
    return { visible, inFlight };
  }

  async #invoke(payload: string): Promise<InvocationResult> {
    const { Records: records } = JSON.parse(payload) as { Records: readonly ReceivedRecord[] };
    return await new Promise((resolve) => {
      const end = (result: Omit<InvocationResult, 'logTail'>): void => {
        this.invocations.splice(this.invocations.indexOf(invocation), 1);
        resolve({ ...result, logTail: '' });
      };
      const invocation: Invocation = {
        records,
        bodies: records.map(({ body }) => body),
        answer: (value) => end({ payload: JSON.stringify(value) ?? 'null' }),
        answerText: (text) => end({ payload: text }),
        fail: () => end({ payload: '{"errorType":"Error"}', functionError: 'Unhandled' }),
      };
      this.invocations.push(invocation);
      this.mostAtATime = Math.max(this.mostAtATime, this.invocations.length);
    });
  }

  [Symbol.dispose](): void {
    this.mapping.stop();
    this.sqs.stop();
    this.clock.stop();
    this.store.close();
  }
}
