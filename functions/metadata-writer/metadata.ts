import { stateAfter } from '../../shared/object-event/current-state.ts';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import type { RowWrite } from '../rows/write-row.ts';

/**
 * Version of what `metadataOf` makes of an event. Raise it when the same event gives another row: a replay then
 * recomputes every row, where otherwise it changes none.
 */
export const REVISION = 2;

/**
 * The row of the event's object, beside the attributes that every table has; undefined for an event that says nothing
 * about the key's current object. Depends on nothing but the change itself, so that a replay gives the same row: what
 * differs from one delivery to another, such as the replay's name, is left out.
 *
 *     {
 *       "key": { "bucket": "sluice-ingest", "object_key": "csv/a b.csv" },
 *       "row": {
 *         "size": 5,
 *         "reason": "PutObject",
 *         "region": "ca-central-1"
 *       }
 *     }
 *
 * Who asked, and from which address, says something of a person: `requester` and `source_ip` are part of the row only where the stage
 * asks for them.
 */
export function metadataOf(
  event: ObjectEvent,
  { storeRequester = false }: { readonly storeRequester?: boolean } = {},
): Pick<RowWrite, 'key' | 'row'> | undefined {
  if (stateAfter(event) === undefined) {
    return undefined;
  }
  return {
    key: { bucket: event.bucket, object_key: event.key },
    row: { size: event.size, ...(event.origin !== 'backfill' && circumstances(event, storeRequester)) },
  };
}

/** How the change came about. */
function circumstances(
  event: Exclude<ObjectEvent, { origin: 'backfill' }>,
  storeRequester: boolean,
): RowWrite['row'] {
  return {
    reason: 'reason' in event ? event.reason : undefined,
    ...(storeRequester && { requester: event.requester, source_ip: event.sourceIp }),
    region: event.region,
  };
}
