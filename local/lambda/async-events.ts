import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Store } from '../store.ts';

/** An event that was accepted with 202, as it is kept. */
export interface AsyncEvent {
  readonly id: number;
  readonly request_id: string;
  readonly function_name: string;
  readonly payload: string;
  /** In running time. */
  readonly accepted_running: number;
  /** Tries that have failed. */
  readonly tries: number;
}

/** How many events of a function are read at a time, since each may have a megabyte. */
const MOST_UNDER_WAY = 20;

/** The events of asynchronous invocations in the store: accepted, and not done with. */
export class AsyncEvents {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** @returns the request id, once the event is durable */
  accept(functionName: string, payload: string): string {
    const requestId = randomUUID();
    const nowMs = this.#clock.now();
    this.#store
      .prepare(
        'INSERT INTO lambda_async_invocation (request_id, function_name, payload, accepted_at, accepted_running, due_at) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(requestId, functionName, payload, nowMs, this.#clock.runningMs(), nowMs);
    return requestId;
  }

  /** How many there are. */
  count(): number {
    return (this.#store.prepare('SELECT count(*) AS n FROM lambda_async_invocation').get() as { n: number })
      .n;
  }

  /** The events that are due by then: the first few of each function. */
  due(nowMs: number): readonly AsyncEvent[] {
    return this.#store
      .prepare(
        `SELECT * FROM lambda_async_invocation WHERE id IN (
           SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY function_name ORDER BY due_at, id) AS place
             FROM lambda_async_invocation WHERE due_at <= ?) WHERE place <= ?) ORDER BY due_at, id`,
      )
      .all(nowMs, MOST_UNDER_WAY) as unknown as readonly AsyncEvent[];
  }

  /** When the next one after that is due, in milliseconds since 1970. */
  nextDueMs(nowMs: number): number | undefined {
    const { next } = this.#store
      .prepare('SELECT min(due_at) AS next FROM lambda_async_invocation WHERE due_at > ?')
      .get(nowMs) as { next: number | null };
    return next ?? undefined;
  }

  /** A function is about to get it. */
  begin({ id }: AsyncEvent): void {
    this.#store.repeatableTransaction(() =>
      this.#store.prepare('UPDATE lambda_async_invocation SET under_way = 1 WHERE id = ?').run(id),
    );
  }

  retryAt({ id }: AsyncEvent, dueMs: number): void {
    this.#store
      .prepare('UPDATE lambda_async_invocation SET tries = tries + 1, due_at = ?, under_way = 0 WHERE id = ?')
      .run(dueMs, id);
  }

  /** Takes those back whose try the end of the runtime cut off. @returns them, with how often that had happened before */
  takeBack(): readonly (AsyncEvent & { readonly given_back: number })[] {
    const cutOff = this.#store
      .prepare('SELECT * FROM lambda_async_invocation WHERE under_way = 1')
      .all() as unknown as readonly (AsyncEvent & { readonly given_back: number })[];
    this.#store
      .prepare(
        'UPDATE lambda_async_invocation SET under_way = 0, given_back = given_back + 1 WHERE under_way = 1',
      )
      .run();
    return cutOff;
  }

  remove({ id }: AsyncEvent): void {
    this.#store.prepare('DELETE FROM lambda_async_invocation WHERE id = ?').run(id);
  }
}
