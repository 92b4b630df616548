import { concurrently } from '../../shared/concurrency.ts';
import type { StoredRow } from '../../shared/row-fields.ts';
import { batchGet } from '../pipeline/batch-get.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { RowTable } from '../pipeline/row-table.ts';

/** As much of a row as says what became of its object. */
export type OutcomeRow = StoredRow & { readonly status?: unknown; readonly error?: unknown };

const ATTRIBUTES: readonly (keyof OutcomeRow)[] = [
  'version_id',
  'etag',
  'deleted',
  'event_time',
  'status',
  'error',
];

// what one BatchGetItem takes
const KEYS_AT_A_TIME = 100;
const REQUESTS_AT_A_TIME = 4;

/** The rows of these objects, by key, however many; those that have none are left out. */
export async function rowsOfKeys(
  pipeline: Pipeline,
  table: RowTable,
  keys: readonly string[],
): Promise<ReadonlyMap<string, OutcomeRow>> {
  // names with #: status is a reserved word
  const names = [...new Set([table.objectKeyAttribute, ...ATTRIBUTES])];
  const projection = {
    ProjectionExpression: names.map((_, index) => `#a${index}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(names.map((name, index) => [`#a${index}`, name])),
  };
  const rows = new Map<string, OutcomeRow>();
  const starts = Array.from(
    { length: Math.ceil(keys.length / KEYS_AT_A_TIME) },
    (_, n) => n * KEYS_AT_A_TIME,
  );
  await concurrently(starts, REQUESTS_AT_A_TIME, async (start) => {
    const asked = keys.slice(start, start + KEYS_AT_A_TIME).map(table.keyOf);
    for (const row of await batchGet(pipeline, table.tableName, asked, projection)) {
      rows.set(table.objectKeyOf(row), row);
    }
  });
  return rows;
}
