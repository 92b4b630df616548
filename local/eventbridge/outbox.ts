import type { Store } from '../store.ts';

const listeners = new WeakMap<Store, () => void>();

/**
 * Puts an event on its way to the default bus. Called inside the transaction that changes what the event tells of
 * (an object and its event commit together, or neither), it wakes the dispatcher once that has committed.
 *
 * @param eventText the whole envelope as JSON text: `{"version":"0","id":"…","detail-type":"Object Created",…}`
 * @param availableAtMs milliseconds since 1970 on the runtime's clock: the bus sees it no earlier (a late event)
 */
export function enqueueEvent(store: Store, eventText: string, availableAtMs = 0): void {
  store.prepare('INSERT INTO event_outbox (event, available_at) VALUES (?, ?)').run(eventText, availableAtMs);
  store.afterCommit(() => listeners.get(store)?.());
}

/** Calls `listener` after each commit that has put events into this store's outbox. One listener per store: the dispatcher. */
export function onEventsEnqueued(store: Store, listener: () => void): void {
  listeners.set(store, listener);
}
