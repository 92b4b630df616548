import type { Cancel, Clock } from '../clock.ts';
import { isAllowed } from '../iam.ts';
import type { EventSourceMappingPlan } from '../plan.ts';
import { UnsupportedFeatureError } from '../unsupported-feature-error.ts';
import { failedMessages } from './batch-response.ts';
import type { LambdaFunction } from './lambda-function.ts';

/** A message as a function's event has it. */
export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
}

/** A queue, to be polled from inside the process. */
export interface PolledQueue {
  readonly arn: string;
  /** Takes visible messages in flight, several calls of one batch in one transaction. */
  receive(most: number): readonly SqsRecord[];
  delete(receiptHandles: readonly string[]): void;
  onMessages(listener: () => void): Cancel;
  transaction<T>(work: () => T): T;
}

/** What the role of a mapped function needs; AWS refuses to make the mapping without them. */
const NEEDED_ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

const LARGEST_PAYLOAD_BYTES = 6 * 1024 * 1024;
// one message with its attributes and escapes; a batch that still has room for it may take another
const LARGEST_RECORD_BYTES = 1_200_000;

/**
 * Polls a queue for a function: gathers a batch, invokes, deletes what succeeded and leaves the rest, which comes again
 * after its visibility timeout. It starts more invocations at a time only while messages wait.
 */
export class EventSourceMapping {
  readonly #plan: EventSourceMappingPlan;
  readonly #lambda: LambdaFunction;
  readonly #queue: PolledQueue;
  readonly #clock: Clock;
  #gathered: SqsRecord[] = [];
  #gatheredBytes = 0;
  #windowEnds: Cancel | undefined;
  #windowIsOver = false;
  #running = 0;
  #polling = false;
  #stopListening: Cancel = () => {};

  /** @throws UnsupportedFeatureError when the function's role may not poll the queue */
  constructor(plan: EventSourceMappingPlan, lambda: LambdaFunction, queue: PolledQueue, clock: Clock) {
    this.#plan = plan;
    this.#lambda = lambda;
    this.#queue = queue;
    this.#clock = clock;
    const missing = NEEDED_ACTIONS.filter((action) => !isAllowed(lambda.principal, action, queue.arn));
    if (missing.length > 0) {
      throw new UnsupportedFeatureError(
        `the event source mapping of ${lambda.plan.name}: its role ${lambda.plan.roleName} lacks ${missing.join(', ')} on ${queue.arn}, and AWS would refuse it`,
        'add the actions to the role',
      );
    }
  }

  /** Invocations under way. */
  get running(): number {
    return this.#running;
  }

  start(): void {
    if (!this.#plan.enabled) return;
    this.#polling = true;
    this.#stopListening = this.#queue.onMessages(() => this.#poll());
    this.#poll();
  }

  /** Takes no more messages. Those gathered, and those of invocations that do not end, come again at the next start. */
  stop(): void {
    this.#polling = false;
    this.#stopListening();
    this.#windowEnds?.();
  }

  #poll(): void {
    const most = this.#plan.maximumConcurrency ?? 5;
    while (this.#polling && this.#running < most) {
      this.#gather();
      if (this.#gathered.length === 0) return;
      const isFull = this.#gathered.length >= this.#plan.batchSize || !this.#hasRoom();
      if (!isFull && this.#isWindowOpen()) return;
      void this.#invoke(this.#takeGathered());
    }
  }

  #gather(): void {
    this.#queue.transaction(() => {
      while (this.#gathered.length < this.#plan.batchSize && this.#hasRoom()) {
        const room = Math.floor((LARGEST_PAYLOAD_BYTES - this.#gatheredBytes) / LARGEST_RECORD_BYTES);
        const records = this.#queue.receive(Math.min(10, this.#plan.batchSize - this.#gathered.length, room));
        if (records.length === 0) return;
        this.#gathered.push(...records);
        this.#gatheredBytes += records.reduce(
          (sum, record) => sum + Buffer.byteLength(JSON.stringify(record)),
          0,
        );
      }
    });
  }

  #hasRoom(): boolean {
    return this.#gatheredBytes + LARGEST_RECORD_BYTES <= LARGEST_PAYLOAD_BYTES;
  }

  /** The window opens with a batch's first message. */
  #isWindowOpen(): boolean {
    const { maximumBatchingWindowSeconds } = this.#plan;
    if (maximumBatchingWindowSeconds === 0) return false;
    this.#windowEnds ??= this.#clock.after(maximumBatchingWindowSeconds * 1_000, () => {
      this.#windowIsOver = true;
      this.#poll();
    });
    return !this.#windowIsOver;
  }

  #takeGathered(): readonly SqsRecord[] {
    const batch = this.#gathered;
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#windowEnds?.();
    this.#windowEnds = undefined;
    this.#windowIsOver = false;
    return batch;
  }

  async #invoke(batch: readonly SqsRecord[]): Promise<void> {
    this.#running++;
    try {
      const { payload, functionError } = await this.#lambda.invoke(JSON.stringify({ Records: batch }));
      if (functionError !== undefined) return;
      const failed = this.#plan.reportBatchItemFailures
        ? failedMessages(
            payload,
            batch.map(({ messageId }) => messageId),
          )
        : new Set<string>();
      const done = batch.filter(({ messageId }) => !failed.has(messageId));
      if (done.length > 0) this.#queue.delete(done.map(({ receiptHandle }) => receiptHandle));
    } finally {
      this.#running--;
      this.#poll();
    }
  }
}
