import { S3Client } from '@aws-sdk/client-s3';
import { stateAfter } from '@sluice-pipeline/sluice/event';
import { eachRecord, readObject, requireEnvironment, writeRow } from '@sluice-pipeline/sluice/functions';
import { parseOrder } from './order.ts';

const s3 = new S3Client();
const table = { name: requireEnvironment('TABLE_NAME'), tombstoneTtlDays: 0 };

/**
 * Keeps one row per order. The same edge as behind a queue: it reads S3's notification, acknowledges its test event, and
 * what is thrown goes back to Lambda, which tries again.
 */
export const handler = eachRecord(
  async (event, context) => {
    const state = stateAfter(event);
    if (state === undefined) return 'skipped';
    const content =
      state === 'deleted' ? {} : parseOrder((await readObject(s3, event, context)).bytes.toString());
    return await writeRow({ table, key: { object_key: event.key }, row: { ...content }, event, revision: 1 });
  },
  { trigger: 'direct' },
);
