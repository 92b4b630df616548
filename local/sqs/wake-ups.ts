import type { Cancel, Clock } from '../clock.ts';
import type { Store } from '../store.ts';

/** Tells who waits for a queue's messages when some may have become visible; one timer a queue, whatever it holds. */
export class WakeUps {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #timers = new Map<string, { readonly dueMs: number; readonly cancel: Cancel }>();

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Calls `listener` whenever messages of the queue may have become visible, until cancelled. */
  on(queueName: string, listener: () => void): Cancel {
    const listeners = this.#listeners.get(queueName) ?? new Set();
    this.#listeners.set(queueName, listeners);
    listeners.add(listener);
    // what waits already is told by its own timer
    this.#armFor(queueName);
    return () => void listeners.delete(listener);
  }

  /** A message of the queue becomes visible then. Once the transaction under way has committed, its listeners will know in time. */
  visibleAt(queueName: string, timeMs: number): void {
    this.#store.afterCommit(() => {
      if (timeMs <= this.#clock.now()) this.#tell(queueName);
      else this.#arm(queueName, timeMs);
    });
  }

  /** The clock was set back, and with it the times at which messages become visible. */
  armAgain(): void {
    for (const { cancel } of this.#timers.values()) cancel();
    this.#timers.clear();
    for (const queueName of this.#listeners.keys()) this.#armFor(queueName);
  }

  stop(): void {
    for (const { cancel } of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#listeners.clear();
  }

  #tell(queueName: string): void {
    // a copy: a listener that is served takes itself off
    const listeners = [...(this.#listeners.get(queueName) ?? [])];
    for (const listener of listeners) listener();
  }

  #arm(queueName: string, dueMs: number): void {
    if ((this.#listeners.get(queueName)?.size ?? 0) === 0) return;
    const armed = this.#timers.get(queueName);
    if (armed !== undefined && armed.dueMs <= dueMs) return;
    armed?.cancel();
    const cancel = this.#clock.after(dueMs - this.#clock.now(), () => {
      this.#timers.delete(queueName);
      this.#tell(queueName);
      this.#armFor(queueName);
    });
    this.#timers.set(queueName, { dueMs, cancel });
  }

  /** For the earliest message that is not visible yet. */
  #armFor(queueName: string): void {
    const { due } = this.#store
      .prepare('SELECT min(visible_at) AS due FROM sqs_message WHERE queue = ? AND visible_at > ?')
      .get(queueName, this.#clock.now()) as { due: number | null };
    if (due !== null) this.#arm(queueName, due);
  }
}
