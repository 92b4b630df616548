import type { Cell, Column, Row as TableRow } from '../terminal/cell.ts';
import { table } from '../terminal/table.ts';
import type { UploadedSample } from './checks.ts';
import type { Row, Stored } from './pipeline-client.ts';

const COLUMNS: readonly Column[] = [
  { heading: 'object', kind: 'name' },
  { heading: 'size', kind: 'size' },
  { heading: 'metadata-writer', kind: 'state' },
  { heading: 'csv-row-counter', kind: 'state' },
  { heading: 'ledger-exporter', kind: 'state' },
  { heading: 'shows', kind: 'text' },
];

/** In a narrower terminal the consumers' columns would give way to what a sample shows. */
const ROOM_FOR_REMARKS = 110;

/** Per object what each consumer has of it, for a person to read. @param width of the terminal */
export function outcomeTable(samples: readonly UploadedSample[], stored: Stored, width = Infinity): string {
  const lasting = samples.filter(({ afterwards }) => afterwards !== 'overwritten');
  const rows = lasting.map((sample): TableRow => [
    { value: sample.key, style: 'bold' },
    sample.sizeBytes,
    metadataCell(stored.metadata.get(sample.key)),
    counterCell(stored.counts.get(sample.key), sample),
    ledgerCell(stored.ledger, sample.key),
    { value: sample.shows, style: 'dim' },
  ]);
  return table(width < ROOM_FOR_REMARKS ? COLUMNS.slice(0, -1) : COLUMNS, rows, { width });
}

function metadataCell(row: Row | undefined): Cell {
  if (row === undefined) return MISSING;
  return row['deleted'] === true
    ? { value: 'deleted', style: 'yellow' }
    : { value: '✔ recorded', style: 'green' };
}

function counterCell(row: Row | undefined, { expected }: UploadedSample): Cell {
  if (row === undefined) {
    return { value: expected.csvRowCounter === 'skipped' ? 'skipped' : '–', style: 'dim' };
  }
  if (row['deleted'] === true) return { value: 'deleted', style: 'yellow' };
  if (row['status'] !== 'counted') return { value: String(row['status']), style: 'yellow' };
  const count = Number(row['row_count']);
  return { value: `✔ ${count.toLocaleString('en')} ${count === 1 ? 'row' : 'rows'}`, style: 'green' };
}

function ledgerCell(ledger: readonly Row[], key: string): Cell {
  const events = new Set(ledger.filter((line) => line['object_key'] === key).map((line) => line['identity']))
    .size;
  return events === 0
    ? MISSING
    : { value: `✔ ${events} ${events === 1 ? 'event' : 'events'}`, style: 'green' };
}

const MISSING: Cell = { value: '✖ nothing', style: 'red' };
