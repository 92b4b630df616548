import { randomUUID } from 'node:crypto';
import type { Cancel, Clock } from '../clock.ts';
import type { Store } from '../store.ts';
import type { InvocationResult } from './execution-environment.ts';
import type { LambdaFunction } from './lambda-function.ts';

export const LAMBDA_SCHEMA = `
  CREATE TABLE IF NOT EXISTS lambda_async_invocation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id TEXT NOT NULL,
    function_name TEXT NOT NULL,
    payload TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL
  ) STRICT;
`;

/** Sends what failed for good to a queue, by its ARN. Without asking the queue's policy: it is the function's role that sends. */
export type SendFailure = (
  lambda: LambdaFunction,
  queueArn: string,
  body: string,
  attributes?: Readonly<Record<string, string>>,
) => void;

interface Row {
  readonly id: number;
  readonly request_id: string;
  readonly function_name: string;
  readonly payload: string;
  readonly accepted_at: number;
  readonly tries: number;
}

/** Lambda waits a minute before the first retry and two before the second. */
const WAIT_BEFORE_RETRY_MS = [60_000, 120_000];

/** Events that were accepted with 202: durable, tried three times, and then sent to where the function's failures go. */
export class AsyncInvocations {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #functions: ReadonlyMap<string, LambdaFunction>;
  readonly #sendFailure: SendFailure;
  readonly #underWay = new Set<number>();
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
    this.#functions = functions;
    this.#sendFailure = sendFailure;
  }

  /** @returns the request id, once the event is durable */
  accept({ plan }: LambdaFunction, payload: string): string {
    const requestId = randomUUID();
    const nowMs = this.#clock.now();
    this.#store
      .prepare(
        'INSERT INTO lambda_async_invocation (request_id, function_name, payload, accepted_at, due_at) VALUES (?, ?, ?, ?, ?)',
      )
      .run(requestId, plan.name, payload, nowMs, nowMs);
    this.run();
    return requestId;
  }

  /** Those not done with, waiting or running. */
  pending(): number {
    return (this.#store.prepare('SELECT count(*) AS n FROM lambda_async_invocation').get() as { n: number })
      .n;
  }

  get running(): number {
    return this.#underWay.size;
  }

  /** Tries what is due, and comes back for the rest. */
  run(): void {
    this.#next();
    if (this.#stopped) return;
    const nowMs = this.#clock.now();
    const due = this.#store.prepare('SELECT * FROM lambda_async_invocation WHERE due_at <= ?').all(nowMs);
    for (const row of due as unknown as Row[]) if (!this.#underWay.has(row.id)) void this.#try(row);
    const { next } = this.#store
      .prepare('SELECT min(due_at) AS next FROM lambda_async_invocation WHERE due_at > ?')
      .get(nowMs) as { next: number | null };
    if (next !== null) this.#next = this.#clock.after(next - nowMs, () => this.run());
  }

  stop(): void {
    this.#stopped = true;
    this.#next();
  }

  async #try(row: Row): Promise<void> {
    this.#underWay.add(row.id);
    try {
      const lambda = this.#functions.get(row.function_name);
      // the template no longer has the function: there is nobody to try
      const result = await lambda?.invoke(row.payload);
      if (this.#stopped) return;
      if (lambda === undefined || result?.functionError === undefined) this.#forget(row);
      else this.#afterFailure(lambda, row, result);
    } finally {
      this.#underWay.delete(row.id);
      this.run();
    }
  }

  #afterFailure(lambda: LambdaFunction, row: Row, result: InvocationResult): void {
    const { maximumRetryAttempts, maximumEventAgeSeconds } = lambda.plan.asyncInvoke;
    const nowMs = this.#clock.now();
    const waitMs = WAIT_BEFORE_RETRY_MS[row.tries] ?? 0;
    const isTooOld = nowMs + waitMs > row.accepted_at + maximumEventAgeSeconds * 1_000;
    if (row.tries < maximumRetryAttempts && !isTooOld) {
      this.#store
        .prepare('UPDATE lambda_async_invocation SET tries = tries + 1, due_at = ? WHERE id = ?')
        .run(nowMs + waitMs, row.id);
      return;
    }
    this.#store.transaction(() => {
      this.#giveUp(lambda, row, result, isTooOld ? 'EventAgeExceeded' : 'RetriesExhausted');
      this.#forget(row);
    });
  }

  #giveUp(lambda: LambdaFunction, row: Row, { payload }: InvocationResult, condition: string): void {
    const { onFailureArn, deadLetterArn } = lambda.plan.asyncInvoke;
    const error = JSON.parse(payload) as { errorMessage?: string };
    if (onFailureArn !== undefined) {
      const record = {
        version: '1.0',
        timestamp: new Date(this.#clock.now()).toISOString(),
        requestContext: {
          requestId: row.request_id,
          functionArn: `${lambda.plan.arn}:$LATEST`,
          condition,
          approximateInvokeCount: row.tries + 1,
        },
        requestPayload: JSON.parse(row.payload) as unknown,
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: error,
      };
      this.#sendFailure(lambda, onFailureArn, JSON.stringify(record));
    }
    if (deadLetterArn !== undefined) {
      this.#sendFailure(lambda, deadLetterArn, row.payload, {
        RequestID: row.request_id,
        ErrorCode: '200',
        ErrorMessage: (error.errorMessage ?? payload).slice(0, 1_024) || '-',
      });
    }
  }

  #forget({ id }: Row): void {
    this.#store.prepare('DELETE FROM lambda_async_invocation WHERE id = ?').run(id);
  }
}
