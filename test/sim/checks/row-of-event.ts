import { orderable, type AcceptedEvent } from '../history/accepted-event.ts';
import type { Invariant } from '../violation.ts';
import type { Row } from '../world/row.ts';

/** What reads of a version have found, by its key and its version or ETag. */
type Found = ReadonlyMap<string, ReadonlySet<'body' | 'gone'>>;

export interface RowFacts {
  readonly isCounter: boolean;
  /** 0 keeps tombstones for ever. */
  readonly tombstoneTtlDays: number;
  readonly found: Found;
}

/** What a row says that its event, or csv-parse, does not; undefined where all is right. */
export function wrongIn(
  row: Row,
  event: AcceptedEvent,
  { isCounter, tombstoneTtlDays, found }: RowFacts,
): { readonly invariant: Invariant; readonly what: string } | undefined {
  const deleted = event.detailType === 'Object Deleted';
  const expected: Row = {
    sequencer: event.sequencer && orderable(event.sequencer),
    deleted,
    version_id: event.versionId,
    etag: event.body?.etag,
    event_time: event.time.replace('Z', '.000Z'),
    expires_at:
      deleted && tombstoneTtlDays > 0
        ? Date.parse(event.time) / 1_000 + tombstoneTtlDays * 86_400
        : undefined,
    ...(!isCounter && { size: event.body?.bytes.length }),
  };
  for (const [attribute, value] of Object.entries(expected)) {
    if (row[attribute] === value) continue;
    const what = `the row of ${event.key} has ${attribute} ${String(row[attribute])}, and its event, ${event.id}, says ${String(value)}`;
    return { invariant: 'I2', what };
  }
  if (!isCounter || deleted || isCountedRight(row, event, found)) return undefined;
  const { status, row_count: rows } = row;
  const what = `the row of ${event.key} says ${String(status)}, ${String(rows)} rows; csv-parse says ${event.body!.rows} of ${event.id}`;
  return { invariant: 'I10', what };
}

function isCountedRight({ status, row_count: rows }: Row, event: AcceptedEvent, found: Found): boolean {
  const { key, body, versionId } = event;
  const seen = found.get(`${key}\n${versionId ?? body!.etag}`);
  if (status === 'object-gone') return seen?.has('gone') === true;
  if (seen?.has('body') !== true) return false;
  return body!.rows === undefined ? status === 'malformed-csv' : status === 'counted' && rows === body!.rows;
}
