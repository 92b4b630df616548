import { batchGet } from '../pipeline/batch-get.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { rowTableOf } from '../pipeline/row-table.ts';
import { startCommand } from '../../shared/own-commands.ts';
import { CliError, usageError } from '../cli-error.ts';
import { indexedKeys, type IndexedKey, type IndexedTable, type IndexQuestion } from './indexed-keys.ts';

/** What a consumer's row says of an object that somebody should look at. */
export interface RowByStatus {
  readonly key: string;
  readonly consumer: string;
  readonly status: string;
  /** In words; absent where the row has none. */
  readonly error?: string;
}

/** Every status that is asked for at once. */
const ALL = 'all';
const ROWS_AT_A_TIME = 100;

/** The tables of the stack whose rows can be asked for by their status. @throws CliError when there is none */
export function indexedTables(pipeline: Pipeline): readonly IndexedTable[] {
  const tables = pipeline.consumers.flatMap((consumer) => {
    const table = rowTableOf(pipeline, consumer);
    return table === undefined ? [] : [{ consumer: consumer.name, table }];
  });
  const indexed = tables.flatMap(({ consumer, table }) =>
    table.index === undefined ? [] : [{ consumer, table, index: table.index }],
  );
  if (indexed.length > 0) return indexed;
  const { stack, kind } = pipeline.deployment;
  const lacking = tables.find(({ table }) => table.lack !== undefined)?.consumer ?? 'any consumer';
  throw new CliError(
    `stack ${stack} has no index to find the rows of ${lacking} by their status: it was deployed by an earlier version`,
    {
      nextStep:
        kind === 'local'
          ? `start it again from a template of this version: \`${startCommand()}\` adds the index, and keeps the rows`
          : 'deploy it again with `npx aws-cdk deploy`: that adds the index, and replaces nothing',
    },
  );
}

/** The statuses of a list with commas. @throws CliError, usage, with those that there are */
export function statusesIn(text: string, indexed: readonly IndexedTable[]): readonly string[] {
  const known = [...new Set(indexed.flatMap(({ index }) => index.statuses))];
  const asked = text.split(',').map((one) => one.trim());
  if (asked.length === 1 && asked[0] === ALL) return known;
  const unknown = asked.find((one) => !known.includes(one));
  if (unknown === undefined) return [...new Set(asked)];
  throw usageError(
    `--status ${JSON.stringify(unknown)} is none that can be asked for`,
    `one or more of ${known.join(', ')}, with commas between them, or ${ALL}`,
  );
}

/**
 * The rows of these statuses in the order of their keys. Each is looked at again in its table, so that what has changed since
 * the index was written is told as it is, or not at all.
 */
export async function* rowsByStatus(
  pipeline: Pipeline,
  indexed: readonly IndexedTable[],
  question: IndexQuestion,
): AsyncGenerator<RowByStatus> {
  let asked: IndexedKey[] = [];
  for await (const one of indexedKeys(pipeline, indexed, question)) {
    asked.push(one);
    if (asked.length < ROWS_AT_A_TIME) continue;
    yield* await lookedAt(pipeline, asked, question);
    asked = [];
  }
  yield* await lookedAt(pipeline, asked, question);
}

async function lookedAt(
  pipeline: Pipeline,
  asked: readonly IndexedKey[],
  { statuses }: IndexQuestion,
): Promise<readonly RowByStatus[]> {
  const found = new Map<string, RowByStatus>();
  for (const [of, ofTable] of Map.groupBy(asked, (one) => one.of)) {
    const { table, index, consumer } = of;
    const keys = ofTable.map(({ key }) => table.keyOf(key));
    for (const row of await batchGet(pipeline, table.tableName, keys)) {
      const { status, error } = row;
      // one that has been mended meanwhile has the attribute no more
      if (row[index.attribute] === undefined || typeof status !== 'string') continue;
      if (!statuses.includes(status)) continue;
      const key = table.objectKeyOf(row);
      found.set(`${consumer}\n${key}`, {
        key,
        consumer,
        status,
        ...(typeof error === 'string' && { error }),
      });
    }
  }
  return asked.flatMap(({ key, of }) => found.get(`${of.consumer}\n${key}`) ?? []);
}
