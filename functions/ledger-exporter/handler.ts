import { requireEnvironment, requireInteger } from '../../shared/environment.ts';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import { concurrently } from '../../shared/concurrency.ts';
import { wholeBatch, type Outcome } from '../batch/sqs-batch.ts';
import { ledgerObjects, lockedUntil } from './ledger.ts';
import { putOnce } from './put-once.ts';

const bucket = requireEnvironment('OUTPUT_BUCKET');
const consumer = requireEnvironment('CONSUMER_NAME');
const storeRequester = process.env['STORE_REQUESTER'] === 'true';
const lockDays =
  process.env['LEDGER_LOCK_DAYS'] === undefined ? undefined : requireInteger('LEDGER_LOCK_DAYS');

/** Writes each batch to the output bucket, as one object per hour of its events; an hour fails alone. */
export const handler = wholeBatch(async (events, { signal, newestSentMs = 0 }) => {
  // the queue's clock may be ahead of this one: on one machine it can be moved on
  const nowMs = Math.max(Date.now(), newestSentMs);
  const results = new Map<ObjectEvent, PromiseSettledResult<Outcome>>();
  await concurrently(ledgerObjects(events, { storeRequester }), 16, async (object) => {
    const until = lockDays === undefined ? undefined : lockedUntil(object, lockDays, nowMs);
    const [result] = await Promise.allSettled([
      putOnce(object, { bucket, consumer, signal, lockedUntil: until }),
    ]);
    object.events.forEach((event) => results.set(event, result));
  });
  return events.flatMap((event) => results.get(event) ?? []);
});
