import type { AcceptedEvent } from './accepted-event.ts';

export const CONSUMERS = ['metadata-writer', 'csv-row-counter', 'ledger-exporter'] as const;

export type ConsumerName = (typeof CONSUMERS)[number];

/** What becomes of an accepted event at a consumer. */
export type Fate = 'recorded' | 'superseded' | 'skipped' | 'not-matched';

/** The latest of the events that decide a key's row, by key. */
export type LatestByKey = ReadonlyMap<string, AcceptedEvent>;

/** Whether the consumer has a row, or a line, for an event; from the documents, and not from its pattern. */
export function isWanted(
  consumer: ConsumerName,
  { key, kind }: Pick<AcceptedEvent, 'key' | 'kind'>,
): boolean {
  if (key.endsWith('/')) return false;
  if (consumer === 'ledger-exporter') return true;
  // the removal of one version says nothing about the object
  if (kind === 'version-removed') return false;
  return consumer === 'metadata-writer' || (key.startsWith('csv/') && key.endsWith('.csv'));
}

/** @returns per key the event with the highest sequencer, of those that decide the consumer's row */
export function latestOf(consumer: ConsumerName, events: Iterable<AcceptedEvent>): LatestByKey {
  const latest = new Map<string, AcceptedEvent>();
  for (const event of events) {
    if (!isWanted(consumer, event)) continue;
    const before = latest.get(event.key);
    if (before === undefined || before.sequencer < event.sequencer) latest.set(event.key, event);
  }
  return latest;
}

/** What became of an event, where nothing was lost. */
export function fateOf(consumer: ConsumerName, event: AcceptedEvent, latest: LatestByKey): Fate {
  if (!isWanted(consumer, event)) {
    // it comes to the counter, which keeps nothing of such a name
    const isSkipped =
      consumer === 'csv-row-counter' && event.key.startsWith('csv/') && event.kind !== 'version-removed';
    return isSkipped ? 'skipped' : 'not-matched';
  }
  if (consumer === 'ledger-exporter') return 'recorded';
  return latest.get(event.key)?.sequencer === event.sequencer ? 'recorded' : 'superseded';
}
