import { InvalidEventError } from '../../shared/object-event/invalid-event-error.ts';
import type { ObjectBackfilled, ObjectEvent } from '../../shared/object-event/object-event.ts';
import type { Condition } from './condition-expression.ts';

/**
 * When an event may replace the row that is there: a newer change of the same object, or the same one by a newer revision of
 * the consumer's code.
 *
 * @throws InvalidEventError for an event of S3 that has no sequencer
 */
export function rowCondition(event: ObjectEvent, revision: number): Condition {
  if (event.origin === 'backfill') {
    return event.expected?.sequencer
      ? repairCondition(event, event.expected.sequencer, revision)
      : backfillCondition(event, revision);
  }
  const { sequencer } = event;
  if (sequencer === undefined) {
    throw new InvalidEventError(
      'malformed-event',
      `${event.detailType} of ${JSON.stringify(event.key)} has no sequencer: it cannot be ordered among the events of its key`,
    );
  }
  return {
    some: [
      { absent: 'sequencer' },
      { attribute: 'sequencer', is: '<', value: sequencer },
      {
        every: [
          { attribute: 'sequencer', is: '=', value: sequencer },
          { attribute: 'revision', is: '<', value: revision },
        ],
      },
    ],
  };
}

/** The sequencer that a repaired row keeps: none where no event of S3 has it. */
export const keptSequencer = ({ expected }: ObjectBackfilled): string | undefined =>
  expected?.isForged === true ? undefined : (expected?.sequencer ?? undefined);

/** Only the row as the operator saw it, and never over a repair that looked later or a newer core's row. */
function repairCondition(event: ObjectBackfilled, sequencer: string, revision: number): Condition {
  return {
    every: [
      { attribute: 'sequencer', is: '=', value: sequencer },
      { attribute: 'revision', is: '<=', value: revision },
      ...notObservedLater(event),
    ],
  };
}

/**
 * Only where no event of S3 has spoken. Among backfills the later last-modified wins; a repetition puts the same row
 * again. A repair that saw no sequencer may also go back in time: deleting a version brings an older object back.
 */
function backfillCondition(event: ObjectBackfilled, revision: number): Condition {
  const sameOrEarlier: Condition = {
    some: [
      { absent: 'last_modified' },
      { attribute: 'last_modified', is: '<', value: event.lastModified },
      {
        every: [
          { attribute: 'last_modified', is: '=', value: event.lastModified },
          { attribute: 'revision', is: '<=', value: revision },
          ...notObservedLater(event),
        ],
      },
    ],
  };
  const isRepair = event.expected !== undefined;
  return { every: [{ absent: 'sequencer' }, ...(isRepair ? notObservedLater(event) : [sameOrEarlier])] };
}

function notObservedLater({ observedAt }: ObjectBackfilled): Condition[] {
  return observedAt === undefined
    ? []
    : [{ some: [{ absent: 'observed_at' }, { attribute: 'observed_at', is: '<=', value: observedAt }] }];
}
