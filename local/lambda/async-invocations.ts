import type { Cancel, Clock } from '../clock.ts';
import { log, logError } from '../log.ts';
import type { Store } from '../store.ts';
import { Tally } from '../storage/tally.ts';
import { AsyncEvents, type AsyncEvent } from './async-events.ts';
import { deadLetter, failureRecord, type FailedEvent, type SendFailure } from './failed-event.ts';
import type { LambdaFunction } from './lambda-function.ts';

/** So often the end of the runtime is not taken for the fault of the event that a function had in hand. */
const MOST_GIVEN_BACK = 3;

/** What the function is taken to have answered when that happened once more. */
const RUNTIME_ENDED = JSON.stringify({
  errorType: 'Runtime.ExitError',
  errorMessage: 'the local runtime ended while the function had the event in hand, again',
});

/** Lambda waits a minute before the first retry and two before the second. */
const WAIT_BEFORE_RETRY_MS = [60_000, 120_000];

/** After an error of the runtime's own, a full disk say: doubled each time, up to a minute. */
const TRY_AGAIN_MS = 1_000;
const LONGEST_REST_MS = 60_000;

/** Events that were accepted with 202: durable, tried three times, and then sent to where the function's failures go. */
export class AsyncInvocations {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #events: AsyncEvents;
  readonly #functions: ReadonlyMap<string, LambdaFunction>;
  readonly #sendFailure: SendFailure;
  readonly #tally: Tally;
  readonly #underWay = new Set<number>();
  /** Ids of events that could not be tried or done with, through no fault of the function: they wait. */
  readonly #resting = new Set<number>();
  /** How long each of them waits the next time. */
  readonly #waits = new Map<number, number>();
  /** Ids of events that are to be forgotten, and not tried again. */
  readonly #handled = new Set<number>();
  #next: Cancel = () => {};
  #stopped = false;

  constructor(
    store: Store,
    clock: Clock,
    functions: ReadonlyMap<string, LambdaFunction>,
    sendFailure: SendFailure,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#events = new AsyncEvents(store, clock);
    this.#functions = functions;
    this.#sendFailure = sendFailure;
    this.#tally = new Tally(store);
  }

  /** Goes on with what earlier starts have left. */
  start(): void {
    this.#store.transaction(() => this.#giveBack());
    this.run();
  }

  /** Joins the transaction under way, if there is one. @returns the request id, once the event is as durable as that */
  accept({ plan }: LambdaFunction, payload: string): string {
    const requestId = this.#events.accept(plan.name, payload);
    this.#store.afterCommit(() => this.run());
    return requestId;
  }

  /** How many events wait or run. */
  pending(): number {
    return this.#events.count();
  }

  /** How many events are being tried, or due to be. */
  get running(): number {
    return this.#underWay.size;
  }

  /** Tries what is due, and comes back for the rest. */
  run(): void {
    this.#next();
    if (this.#stopped) return;
    const nowMs = this.#clock.now();
    try {
      for (const row of this.#due(nowMs)) void this.#try(row);
      const nextMs = this.#events.nextDueMs(nowMs);
      if (nextMs !== undefined) this.#next = this.#clock.after(nextMs - nowMs, () => this.run());
    } catch (error) {
      logError('asynchronous invocations cannot be read', { error });
      this.#next = this.#clock.after(TRY_AGAIN_MS, () => this.run());
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#next();
  }

  #due(nowMs: number): readonly AsyncEvent[] {
    return this.#events.due(nowMs).filter(({ id }) => !this.#underWay.has(id) && !this.#resting.has(id));
  }

  async #try(row: AsyncEvent): Promise<void> {
    this.#underWay.add(row.id);
    try {
      // the template no longer has the function: there is nobody to try
      const lambda = this.#handled.has(row.id) ? undefined : this.#functions.get(row.function_name);
      const result = await lambda?.invoke(row.payload, {
        requestId: row.request_id,
        onBegin: () => this.#events.begin(row),
      });
      // the next start tries it again
      if (result?.isCutOff === true) return;
      if (lambda === undefined) this.#dropOrphan(row);
      else if (result?.functionError === undefined) this.#forget(row);
      else this.#afterFailure(lambda, row, result.payload);
    } catch (error) {
      logError('an asynchronous invocation could not be tried or done with, and is tried again', {
        function: row.function_name,
        request_id: row.request_id,
        error,
      });
      this.#rest(row);
    }
    this.#underWay.delete(row.id);
    this.run();
  }

  /** Not at once again: the disk is as full as before. */
  #rest({ id }: AsyncEvent): void {
    const waitMs = this.#waits.get(id) ?? TRY_AGAIN_MS;
    this.#waits.set(id, Math.min(2 * waitMs, LONGEST_REST_MS));
    this.#resting.add(id);
    this.#clock.after(waitMs, () => {
      this.#resting.delete(id);
      this.run();
    });
  }

  /** A try that the end of the runtime cut off is no failure, up to three times: an event that takes the machine down is not tried for ever. */
  #giveBack(): void {
    const cutOff = this.#events.takeBack();
    const givenBack = cutOff.filter(({ given_back: times }) => times < MOST_GIVEN_BACK);
    for (const row of cutOff) {
      const lambda = this.#functions.get(row.function_name);
      if (!givenBack.includes(row) && lambda !== undefined) this.#afterFailure(lambda, row, RUNTIME_ENDED);
    }
    if (givenBack.length === 0) return;
    this.#tally.add('given-back', givenBack.length);
    log('the runtime ended while functions had events in hand: these tries do not count', {
      count: givenBack.length,
      request_ids: givenBack.map(({ request_id }) => request_id),
    });
  }

  /** @param answer the function's error, as JSON text */
  #afterFailure(lambda: LambdaFunction, row: AsyncEvent, answer: string): void {
    const { maximumRetryAttempts, maximumEventAgeSeconds } = lambda.plan.asyncInvoke;
    const nowMs = this.#clock.now();
    const waitMs = WAIT_BEFORE_RETRY_MS[row.tries] ?? 0;
    const hasRetries = row.tries < maximumRetryAttempts;
    const isTooOld = this.#clock.runningMs() + waitMs > row.accepted_running + maximumEventAgeSeconds * 1_000;
    if (hasRetries && !isTooOld) {
      this.#events.retryAt(row, nowMs + waitMs);
      return;
    }
    this.#store.transaction(() => {
      this.#giveUp(lambda, {
        requestId: row.request_id,
        functionArn: `${lambda.plan.arn}:$LATEST`,
        failedAtMs: nowMs,
        condition: hasRetries ? 'EventAgeExceeded' : 'RetriesExhausted',
        tries: row.tries + 1,
        payload: row.payload,
        answer,
      });
      this.#forget(row);
    });
  }

  #giveUp(lambda: LambdaFunction, event: FailedEvent): void {
    const { onFailureArn, deadLetterArn } = lambda.plan.asyncInvoke;
    if (onFailureArn !== undefined) this.#sendFailure(lambda, onFailureArn, failureRecord(event));
    if (deadLetterArn !== undefined) {
      this.#sendFailure(lambda, deadLetterArn, event.payload, deadLetter(event));
    }
    if (onFailureArn === undefined && deadLetterArn === undefined) {
      this.#drop('an event was dropped: its function failed, and has no destination for failures', {
        function: lambda.plan.name,
        request_id: event.requestId,
        condition: event.condition,
        body: event.payload,
      });
    }
  }

  #dropOrphan(row: AsyncEvent): void {
    this.#store.transaction(() => {
      this.#drop('an event was dropped: the template has its function no more', {
        function: row.function_name,
        request_id: row.request_id,
        body: row.payload,
      });
      this.#forget(row);
    });
  }

  #drop(message: string, about: Readonly<Record<string, string>>): void {
    this.#tally.add('dropped-events');
    this.#store.afterCommit(() => log(message, about));
  }

  #forget(row: AsyncEvent): void {
    const { id } = row;
    this.#handled.add(id);
    this.#events.remove(row);
    this.#handled.delete(id);
    this.#waits.delete(id);
  }
}
