import { eachRecord, requireEnvironment, writeRow } from '@sluice-pipeline/sluice/functions';

const table = { name: requireEnvironment('TABLE_NAME'), tombstoneTtlDays: 0 };

export const handler = eachRecord((event) =>
  writeRow({ table, key: { object_key: event.key }, row: { noted: true }, event, revision: 1 }),
);
