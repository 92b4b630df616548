import { isKeptOf } from '../../shared/keeps.ts';
import type { Cell, Column, TableLine } from '../terminal/cell.ts';
import { table } from '../terminal/table.ts';
import { plural } from '../terminal/units.ts';
import type { UploadedSample } from './checks.ts';
import { eventsOf, type Row, type Stored, type StoredOf } from './stored.ts';

/** In a narrower terminal the consumers' columns would give way to what a sample shows. */
const ROOM_FOR_REMARKS = 110;

/** Per object what each consumer has of it, for a person to read. @param width of the terminal */
export function outcomeTable(samples: readonly UploadedSample[], stored: Stored, width = Infinity): string {
  const lasting = samples.filter(({ afterwards }) => afterwards !== 'overwritten');
  const columns: readonly Column[] = [
    { heading: 'object', kind: 'name' },
    { heading: 'size', kind: 'size' },
    ...stored.map(({ consumer }): Column => ({ heading: consumer, kind: 'state' })),
    { heading: 'shows', kind: 'text' },
  ];
  const rows = lasting.map((sample): TableLine => [
    { value: sample.key, style: 'bold' },
    sample.sizeBytes,
    ...stored.map((one) => cellOf(one, sample)),
    { value: sample.shows, style: 'dim' },
  ]);
  return table(width < ROOM_FOR_REMARKS ? columns.slice(0, -1) : columns, rows, { width });
}

function cellOf({ kept, reach }: StoredOf, { key }: UploadedSample): Cell {
  const reached = reach(key, 'created');
  const absent: Cell =
    reached === 'wanted'
      ? { value: '✖ nothing', style: 'red' }
      : { value: reached === 'skipped' ? 'skipped' : '–', style: 'dim' };
  if (kept === 'nothing') return reached === 'wanted' ? { value: 'keeps nothing', style: 'dim' } : absent;
  if ('rows' in kept) return rowCell(kept.rows.get(key)) ?? absent;
  if ('lines' in kept) {
    const events = eventsOf(kept.lines, key);
    return events === 0 ? absent : { value: `✔ ${plural(events, 'event')}`, style: 'green' };
  }
  const objects = kept.objects.filter((name) => isKeptOf('', key, name)).length;
  // not every upload leaves one
  return objects === 0
    ? { value: '–', style: 'dim' }
    : { value: `✔ ${plural(objects, 'object')}`, style: 'green' };
}

function rowCell(row: Row | undefined): Cell | undefined {
  if (row === undefined) return undefined;
  const { deleted, status, row_count: count } = row;
  if (deleted === true) return { value: 'deleted', style: 'yellow' };
  if (typeof status === 'string' && status !== 'counted') return { value: status, style: 'yellow' };
  return { value: typeof count === 'number' ? `✔ ${plural(count, 'row')}` : '✔ recorded', style: 'green' };
}
