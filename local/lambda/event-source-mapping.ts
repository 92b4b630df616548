import type { Cancel, Clock } from '../clock.ts';
import { logError } from '../log.ts';
import type { EventSourceMappingPlan } from '../plan.ts';
import type { TriedMessage } from './attempts.ts';
import { failedMessages } from './batch-response.ts';
import { GatheredMessages } from './gathered-messages.ts';
import type { InvocationResult } from './invocation.ts';
import { errorText } from './invocation-report.ts';
import { keepInvisible } from './keep-invisible.ts';
import type { LambdaFunction } from './lambda-function.ts';
import { checkMapping } from './mapping-check.ts';
import type { PolledQueue, SqsRecord } from './source-queue.ts';

/** How long messages that fill no batch wait for a busy environment, before another one is started for them. */
const PATIENCE_MS = 100;

/** After an error of the store: a full disk, say. */
const TRY_AGAIN_MS = 1_000;

/**
 * Polls a queue for a function: gathers a batch, invokes, deletes what succeeded and leaves the rest, which comes again
 * after its visibility timeout. It looks when messages become visible, and never at intervals.
 */
export class EventSourceMapping {
  readonly #plan: EventSourceMappingPlan;
  readonly #lambda: LambdaFunction;
  readonly #queue: PolledQueue;
  readonly #clock: Clock;
  readonly #onTried: (messages: readonly TriedMessage[]) => void;
  readonly #gathered: GatheredMessages;
  /** Why the queue could not be polled or settled at the last try; undefined once it could. */
  trouble: string | undefined;
  readonly #waits = new Map<'window' | 'patience', Cancel>();
  #windowIsOver = false;
  #patienceIsOver = false;
  #running = 0;
  #polling = false;
  #isResting = false;
  #pollSoon: NodeJS.Immediate | undefined;
  #stopListening: Cancel = () => {};

  /**
   * @param onTried called after each invocation, in the transaction that deletes what succeeded
   * @throws UnsupportedFeatureError when AWS would refuse the mapping
   */
  constructor(
    plan: EventSourceMappingPlan,
    lambda: LambdaFunction,
    queue: PolledQueue,
    clock: Clock,
    onTried: (messages: readonly TriedMessage[]) => void = () => {},
  ) {
    this.#onTried = onTried;
    this.#plan = plan;
    this.#lambda = lambda;
    this.#queue = queue;
    this.#clock = clock;
    this.#gathered = new GatheredMessages(plan.batchSize);
    checkMapping(plan, lambda, queue.arn);
  }

  /** How many invocations run at a time: of a function that changes, as it is now. */
  get #concurrency(): number {
    const { concurrency } = this.#lambda;
    return Math.min(this.#plan.maximumConcurrency ?? concurrency, concurrency);
  }

  /** Invocations under way. */
  get running(): number {
    return this.#running;
  }

  start(): void {
    if (this.#polling) return;
    this.#polling = true;
    this.#stopListening = this.#queue.onMessages(() => this.#wake());
    this.#wake();
  }

  /** Takes no more messages. Those gathered, and those of invocations that do not end, come again at the next start, uncounted. */
  stop(): void {
    this.#polling = false;
    this.#stopListening();
    clearImmediate(this.#pollSoon);
    this.#pollSoon = undefined;
    for (const cancel of this.#waits.values()) cancel();
  }

  /** Takes no more messages, and hands over those that are gathered, as AWS does when a mapping is disabled. */
  finish(): void {
    this.stop();
    while (!this.#gathered.isEmpty) void this.#invoke(this.#takeBatch());
  }

  /** Not within the sender's transaction; and what is sent at a time makes one batch. */
  #wake(): void {
    this.#pollSoon ??= setImmediate(() => {
      this.#pollSoon = undefined;
      this.#poll();
    });
  }

  #poll(): void {
    if (this.#isResting) return;
    try {
      while (this.#polling && this.#running < this.#concurrency) {
        this.#gathered.add(
          this.#queue.transaction(() => this.#gathered.receive((most) => this.#queue.receive(most))),
        );
        this.trouble = undefined;
        if (this.#gathered.isEmpty || !this.#isReady()) return;
        const mayBeMore = this.#gathered.areFull;
        void this.#invoke(this.#takeBatch());
        if (!mayBeMore) return;
      }
    } catch (error) {
      this.trouble = (error as Error).message;
      logError('a queue cannot be polled', { queue: this.#queue.arn, error });
      // however many messages come meanwhile
      this.#isResting = true;
      this.#clock.after(TRY_AGAIN_MS, () => {
        this.#isResting = false;
        this.#wake();
      });
    }
  }

  #isReady(): boolean {
    if (this.#gathered.areFull) return true;
    const windowMs = this.#plan.maximumBatchingWindowSeconds * 1_000;
    if (windowMs > 0 && !this.#windowIsOver) {
      this.#wait('window', windowMs, () => {
        this.#windowIsOver = true;
      });
      return false;
    }
    if (this.#running === 0 || this.#lambda.hasIdleEnvironment || this.#patienceIsOver) return true;
    this.#wait('patience', PATIENCE_MS, () => {
      this.#patienceIsOver = true;
    });
    return false;
  }

  #wait(what: 'window' | 'patience', waitMs: number, over: () => void): void {
    if (this.#waits.has(what)) return;
    const cancel = this.#clock.after(waitMs, () => {
      over();
      this.#poll();
    });
    this.#waits.set(what, cancel);
  }

  #takeBatch(): readonly SqsRecord[] {
    for (const cancel of this.#waits.values()) cancel();
    this.#waits.clear();
    this.#windowIsOver = false;
    this.#patienceIsOver = false;
    return this.#gathered.take();
  }

  async #invoke(records: readonly SqsRecord[]): Promise<void> {
    this.#running++;
    const startedAtMs = this.#clock.now();
    const began = performance.now();
    const handles = records.map(({ receiptHandle }) => receiptHandle);
    let stopHiding: Cancel | undefined;
    try {
      const result = await this.#lambda.invoke(JSON.stringify({ Records: records }), {
        onBegin: () => {
          this.#queue.begin(handles);
          if (this.#lambda.isInspected) stopHiding = keepInvisible(this.#queue, handles, this.#clock);
        },
      });
      // the next start gives their receives back
      if (result.isCutOff === true) return;
      const took = { startedAtMs, durationMs: performance.now() - began };
      this.#queue.transaction(() => this.#settle(records, result, took));
    } catch (error) {
      this.trouble = (error as Error).message;
      logError('a batch was not processed, and comes again', { queue: this.#queue.arn, error });
    } finally {
      stopHiding?.();
      this.#running--;
      this.#poll();
    }
  }

  #settle(
    records: readonly SqsRecord[],
    { payload, functionError }: InvocationResult,
    took: Pick<TriedMessage, 'startedAtMs' | 'durationMs'>,
  ): void {
    const failed = this.#failed(records, payload, functionError);
    const handles = (isFailed: boolean) =>
      records
        .filter(({ messageId }) => failed.has(messageId) === isFailed)
        .map(({ receiptHandle }) => receiptHandle);
    this.#queue.delete(handles(false));
    this.#queue.fail(handles(true));
    const error = functionError === undefined ? undefined : errorText(payload);
    const failure = functionError === undefined ? 'failed' : 'function-error';
    this.#onTried(
      records.map(({ messageId, body, attributes }) => ({
        ...took,
        functionName: this.#lambda.plan.name,
        queueArn: this.#queue.arn,
        messageId,
        body,
        receiveCount: Number(attributes['ApproximateReceiveCount']),
        sentAtMs: Number(attributes['SentTimestamp']),
        outcome: failed.has(messageId) ? failure : 'succeeded',
        ...(error !== undefined && { error }),
      })),
    );
  }

  /** On an error of the function all of them stay, to come again after the visibility timeout. */
  #failed(
    records: readonly SqsRecord[],
    answer: string,
    functionError: string | undefined,
  ): ReadonlySet<string> {
    const ids = records.map(({ messageId }) => messageId);
    if (functionError !== undefined) return new Set(ids);
    return this.#plan.reportBatchItemFailures ? failedMessages(answer, ids) : new Set();
  }
}
