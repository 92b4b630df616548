import type { Store } from './store.ts';

/** How far the clock had been moved on when the runtime last ran: time must not run backwards over a restart. */
export function readOffsetMs(store: Store): number {
  const row = store.prepare('SELECT offset_ms FROM clock').get() as { offset_ms: number } | undefined;
  return row?.offset_ms ?? 0;
}

export function saveOffsetMs(store: Store, offsetMs: number): void {
  store
    .prepare(
      'INSERT INTO clock (id, offset_ms) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET offset_ms = excluded.offset_ms',
    )
    .run(Math.round(offsetMs));
}
