import { S3Client } from '@aws-sdk/client-s3';
import { stateAfter, type ObjectEvent } from '@sluice-pipeline/sluice/event';
import {
  decodedBody,
  eachRecord,
  keepObject,
  ObjectError,
  openObject,
  type RecordContext,
  requireEnvironment,
  requireInteger,
  type RowAttributes,
  writeRow,
} from '@sluice-pipeline/sluice/functions';
import { orderLinesRow, REVISION } from './order-lines-row.ts';

const s3 = new S3Client({});
const bucket = requireEnvironment('OUTPUT_BUCKET');
const consumer = requireEnvironment('CONSUMER_NAME');
const table = {
  name: requireEnvironment('TABLE_NAME'),
  tombstoneTtlDays: requireInteger('TOMBSTONE_TTL_DAYS'),
};

/** Keeps one row per object: how many of its lines are orders, and where the others are; or that it is gone. */
export const handler = eachRecord(async (event, context) => {
  const state = stateAfter(event);
  if (state === undefined) return 'skipped';
  const row = state === 'present' ? await rowOf(event, context) : {};
  return await writeRow({ table, key: { object_key: event.key }, row, event, revision: REVISION });
});

/** The row of the version that the event named; where that cannot be used, why. */
async function rowOf(event: ObjectEvent, context: RecordContext): Promise<RowAttributes> {
  try {
    const object = await openObject(s3, event, context);
    // one record at a time, as the kind `slow` has it: all the time is this object's
    const reading = { signal: context.signal, availableMs: context.remainingTimeMs() };
    const { rejects, ...counts } = await orderLinesRow(decodedBody(object, reading).chunks);
    if (rejects === '') return { status: 'valid', ...counts };
    return { status: 'rejects', ...counts, rejects: await keepRejects(rejects, event, context) };
  } catch (error) {
    if (!(error instanceof ObjectError)) throw error;
    return { status: error.status, error: error.message };
  }
}

/** The name holds the version, so that rejects of two versions are two objects: the row says which. */
async function keepRejects(body: string, event: ObjectEvent, { signal }: RecordContext): Promise<string> {
  const key = `rejects/${event.key}/${event.versionId ?? event.etag}-${REVISION}.ndjson`;
  await keepObject({
    s3,
    bucket,
    consumer,
    key,
    body,
    contentType: 'application/x-ndjson',
    event,
    revision: REVISION,
    signal,
    replaces: 'nothing',
  });
  return key;
}
