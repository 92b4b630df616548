import { type Keeps, whySkipped } from '../../shared/keeps.ts';
import type { OutcomeFields } from '../../shared/log-fields.ts';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import { loggedShare, logsSuccess } from './logs-success.ts';
import { eventLogger, tally } from './telemetry.ts';

/** Leaves out the events of names that the consumer keeps nothing of, and says so of each. */
export type SkipNames = (
  events: readonly ObjectEvent[],
  messageId: string | undefined,
) => readonly ObjectEvent[];

/** @param keeps what the consumer keeps: where it keeps nothing, folders' placeholders are skipped all the same */
export function skipNames(keeps: Keeps): SkipNames {
  const share = loggedShare();
  return (events, messageId) =>
    events.filter((event) => {
      const reason = whySkipped(keeps, event.key);
      if (reason === undefined || removesRow(event)) return true;
      if (logsSuccess(event, 1, share)) {
        eventLogger(event, messageId).info('skipped', { outcome: 'skipped', reason } satisfies OutcomeFields);
      }
      tally('Skipped');
      return false;
    });
}

/** A repair of a row that an earlier version of the consumer has left of such a name: it becomes a tombstone. */
const removesRow = ({ origin, detailType }: ObjectEvent): boolean =>
  origin === 'backfill' && detailType === 'Object Deleted';
