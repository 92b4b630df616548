import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { stateAfter } from '../../shared/object-event/current-state.ts';
import type { RowFields } from '../../shared/row-fields.ts';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import { documentClient } from './document-client.ts';
import { conditionParameters, holds } from './condition-expression.ts';
import { keptSequencer, rowCondition } from './row-condition.ts';

/** A table whose rows follow the objects' current state. */
export interface RowTable {
  readonly name: string;
  /** Days from its event until a tombstone may go; 0 keeps tombstones for ever. */
  readonly tombstoneTtlDays: number;
}

/** Attributes as lib-dynamodb takes them. Undefined ones are left out; numbers must be safe integers. */
export type RowAttributes = Readonly<Record<string, RowValue | undefined>>;
type RowValue = string | number | bigint | boolean | readonly string[];

export interface RowWrite {
  readonly table: RowTable;
  /** The primary key, e.g. `{ bucket, object_key }`. */
  readonly key: Readonly<Record<string, string>>;
  /** What the consumer has found out about the object; may not name the attributes that this module writes. */
  readonly row: RowAttributes;
  readonly event: ObjectEvent;
  /** Version of the consumer's core; raised when the same event would give another row. */
  readonly revision: number;
}

/**
 * Puts the whole row of the event's key, unless the table already holds what a newer event (or this very one) has
 * left there: then the event is `superseded`, which is success. So a duplicate, a late event and a replay change
 * nothing, in whatever order they come; and a write whose answer was lost may be repeated.
 *
 * The row is put whole, never updated: an `expires_at` left over from a tombstone would let TTL delete a live row.
 *
 * @throws InvalidEventError when the event cannot be placed among the others of its key.
 * @throws RangeError on a number that DynamoDB or JavaScript would round.
 */
export async function writeRow(write: RowWrite): Promise<'recorded' | 'superseded'> {
  try {
    await documentClient.send(
      new PutCommand({
        TableName: write.table.name,
        Item: wholeRow(write),
        ...conditionParameters(rowCondition(write.event, write.revision)),
      }),
    );
    return 'recorded';
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      return 'superseded';
    }
    throw error;
  }
}

/** Whether the event would be superseded by this row: a look before work that is only worth doing for a write. */
export function isSupersededBy(
  row: RowAttributes | undefined,
  event: ObjectEvent,
  revision: number,
): boolean {
  return !holds(rowCondition(event, revision), row);
}

/** The item that is put: the consumer's attributes, the key, and those that every table has. */
export function wholeRow({
  table,
  key,
  row,
  event,
  revision,
}: RowWrite): Record<string, RowValue | undefined> {
  const deleted = stateAfter(event) === 'deleted';
  const fields: RowFields = {
    event_name: event.eventName,
    event_time: event.eventTime,
    sequencer: event.origin === 'backfill' ? keptSequencer(event) : event.sequencer,
    revision,
    version_id: event.versionId,
    etag: event.etag,
    deleted,
    // From the event's time, not from the clock, so that a replay gives the same tombstone.
    expires_at:
      deleted && table.tombstoneTtlDays > 0
        ? Math.floor(Date.parse(event.eventTime) / 1000) + table.tombstoneTtlDays * 86_400
        : undefined,
    request_id: event.origin === 'backfill' ? undefined : event.requestId,
    last_modified: event.origin === 'backfill' ? event.lastModified : undefined,
    observed_at: event.origin === 'backfill' ? event.observedAt : undefined,
  };
  const item = { ...row, ...key, ...fields };
  for (const [attribute, value] of Object.entries(item)) {
    if (typeof value === 'number' && !Number.isSafeInteger(value)) {
      throw new RangeError(`attribute ${attribute} is ${value}: write a safe integer or a bigint`);
    }
  }
  return item;
}
