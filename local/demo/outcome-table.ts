import { table, widthOf, type Cell } from '../../cli/table.ts';
import { terminalText } from '../../cli/terminal-text.ts';
import { bytesText } from '../../cli/units.ts';
import type { UploadedSample } from './checks.ts';
import type { Row, Stored } from './pipeline-client.ts';

const HEADINGS = ['object', 'size', 'metadata-writer', 'csv-row-counter', 'ledger-exporter', 'shows'];

/** Per object what each consumer has of it, for a person to read. @param width of the terminal: the remarks go first when it is too narrow */
export function outcomeTable(samples: readonly UploadedSample[], stored: Stored, width = Infinity): string {
  const lasting = samples.filter(({ afterwards }) => afterwards !== 'overwritten');
  const rows = lasting.map((sample): Cell[] => [
    { text: terminalText(sample.key), style: 'bold' },
    { text: bytesText(sample.sizeBytes), right: true },
    metadataCell(stored.metadata.get(sample.key)),
    counterCell(stored.counts.get(sample.key), sample),
    ledgerCell(stored.ledger, sample.key),
    { text: sample.shows, style: 'dim' },
  ]);
  const whole = table(HEADINGS, rows);
  if (widthOf(whole) <= width) return whole;
  return table(
    HEADINGS.slice(0, -1),
    rows.map((row) => row.slice(0, -1)),
  );
}

function metadataCell(row: Row | undefined): Cell {
  if (row === undefined) return MISSING;
  return row['deleted'] === true
    ? { text: 'deleted', style: 'yellow' }
    : { text: '✔ recorded', style: 'green' };
}

function counterCell(row: Row | undefined, { expected }: UploadedSample): Cell {
  if (row === undefined)
    return { text: expected.csvRowCounter === 'skipped' ? 'skipped' : '–', style: 'dim' };
  if (row['deleted'] === true) return { text: 'deleted', style: 'yellow' };
  if (row['status'] !== 'counted') return { text: String(row['status']), style: 'yellow' };
  const count = Number(row['row_count']);
  return { text: `✔ ${count.toLocaleString('en')} ${count === 1 ? 'row' : 'rows'}`, style: 'green' };
}

function ledgerCell(ledger: readonly Row[], key: string): Cell {
  const events = new Set(ledger.filter((line) => line['object_key'] === key).map((line) => line['identity']))
    .size;
  return events === 0
    ? MISSING
    : { text: `✔ ${events} ${events === 1 ? 'event' : 'events'}`, style: 'green' };
}

const MISSING: Cell = { text: '✖ nothing', style: 'red' };
