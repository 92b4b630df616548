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
export const handler = wholeBatch(async (events, { signal }) => {
  const results = new Map<ObjectEvent, PromiseSettledResult<Outcome>>();
  await concurrently(ledgerObjects(events, { storeRequester }), 16, async (object) => {
    const until = lockDays === undefined ? undefined : lockedUntil(object, lockDays, Date.now());
    const [result] = await Promise.allSettled([
      putOnce(object, { bucket, consumer, signal, lockedUntil: until }),
    ]);
    object.events.forEach((event) => results.set(event, result));
  });
  return events.flatMap((event) => results.get(event) ?? []);
});
