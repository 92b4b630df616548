import type { AcceptedEvent } from './accepted-event.ts';

/** The consumers that the simulation knows what to expect of. */
export type ConsumerName = 'metadata-writer' | 'csv-row-counter' | 'ledger-exporter';

/** What a consumer owes to an event: a row of the key's state, a line, a letter at once, no trace at all because of the name, or nothing. */
export type Due = 'row' | 'line' | 'letter' | 'skip' | 'nothing';

const CSV_NAME = /\.csv(\.gz|\.zst|\.br)?$/i;

/** As the promise has it (docs/architecture.md, docs/csv.md): not read from the patterns. */
export function dueTo(consumer: ConsumerName, event: AcceptedEvent): Due {
  const { key } = event;
  if (consumer === 'ledger-exporter') return key.endsWith('/') ? 'nothing' : 'line';
  if (event.detailType === 'Object Tags Added' || namesADeletedVersion(event)) return 'nothing';
  if (consumer === 'csv-row-counter') {
    if (!key.startsWith('csv/')) return 'nothing';
    const name = key.slice(key.lastIndexOf('/') + 1);
    if (!CSV_NAME.test(name) || name.startsWith('._') || name.startsWith('~$')) return 'skip';
  } else if (key.endsWith('/')) {
    return 'nothing';
  }
  return event.sequencer === undefined ? 'letter' : 'row';
}

const namesADeletedVersion = ({ deletionType, versionId }: AcceptedEvent): boolean =>
  deletionType === 'Permanently Deleted' && versionId !== undefined;
