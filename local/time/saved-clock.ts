import type { Beat, SavedTime } from '../clock.ts';
import type { Store } from '../store.ts';

/** Where the clock stood when the runtime last ran; `undefined` in a new folder. */
export function readTime(store: Store): SavedTime | undefined {
  return store
    .prepare(
      'SELECT offset_ms AS offsetMs, running_ms AS runningMs, beat_at AS beatAtMs FROM clock WHERE beat_at IS NOT NULL',
    )
    .get() as SavedTime | undefined;
}

/**
 * Keeps a beat, and how long the runtime was off or asleep before it. When the machine's clock was set back, what others
 * wait for is as far away as it was. A beat that a power cut undoes is time not counted, and no harm.
 */
export function keepTime(store: Store, { offsetMs, runningMs, beatAtMs, pausedMs, setBackMs }: Beat): void {
  store.repeatableTransaction(() => {
    store
      .prepare('INSERT OR REPLACE INTO clock (id, offset_ms, running_ms, beat_at) VALUES (1, ?, ?, ?)')
      .run(offsetMs, runningMs, beatAtMs);
    if (pausedMs > 0) {
      store.prepare('INSERT INTO clock_pause (ended_at, ms) VALUES (?, ?)').run(beatAtMs, pausedMs);
    }
    if (setBackMs > 0) setBack(store, beatAtMs, setBackMs);
  });
}

/** How long the runtime was off or asleep after `sinceMs` on its clock. */
export function pausedSince(store: Store, sinceMs: number): number {
  const { paused } = store
    .prepare('SELECT coalesce(sum(ms), 0) AS paused FROM clock_pause WHERE ended_at > ?')
    .get(sinceMs) as { paused: number };
  return paused;
}

/** Columns with a time at which something is due. */
const DEADLINES = [
  ['event_delivery', 'due_at'],
  ['event_outbox', 'available_at'],
  ['lambda_async_invocation', 'due_at'],
  ['sqs_message', 'visible_at'],
] as const;

function setBack(store: Store, nowMs: number, ms: number): void {
  for (const [table, column] of DEADLINES) {
    store.prepare(`UPDATE ${table} SET ${column} = ${column} - ?1 WHERE ${column} > ?2`).run(ms, nowMs);
  }
  // its rate counts from its start
  store
    .prepare("UPDATE sqs_move_task SET started_at = started_at - ? WHERE status IN ('RUNNING', 'CANCELLING')")
    .run(ms);
}
