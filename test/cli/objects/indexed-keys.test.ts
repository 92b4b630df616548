import {
  QueryCommand,
  ScanCommand,
  type QueryCommandInput,
  type ScanCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { indexedKeys } from '../../../cli/objects/indexed-keys.ts';
import { indexedTables } from '../../../cli/objects/rows-by-status.ts';
import { compareUtf8 } from '../../../cli/objects/utf8-order.ts';
import { indexPartition } from '../../../shared/index-partition.ts';
import { resetMocks, tables } from '../../support/mocked-aws.ts';
import { mockedPipeline } from '../../support/mocked-pipeline.ts';

beforeEach(resetMocks);

interface Indexed {
  readonly key: string;
  readonly status: string;
}

/** The index holds these, in pages of a few keys; a large one is not whole in its first page. */
function indexHolds(rows: readonly Indexed[], isLarge: boolean): void {
  const items = rows.map(({ key, status }) => ({ file_key: key, not_counted: indexPartition(status, key) }));
  tables.on(ScanCommand).callsFake(({ IndexName }: ScanCommandInput) => {
    expect(IndexName).toBe('NotCounted');
    return isLarge ? { Items: [], LastEvaluatedKey: { at: 1 } } : { Items: items };
  });
  tables
    .on(QueryCommand)
    .callsFake(({ ExpressionAttributeValues: values = {}, ExclusiveStartKey }: QueryCommandInput) => {
      const found = items
        .filter((item) => item.not_counted === values[':status'])
        .filter((item) => item.file_key.startsWith(String(values[':prefix'] ?? '')))
        .toSorted((left, right) => compareUtf8(left.file_key, right.file_key));
      const from = Number(ExclusiveStartKey?.['at'] ?? 0);
      const next = from + 2 < found.length ? { LastEvaluatedKey: { at: from + 2 } } : {};
      return { Items: found.slice(from, from + 2), ...next };
    });
}

async function keysOf(
  statuses: readonly string[],
  prefix = '',
  signal = new AbortController().signal,
): Promise<readonly string[]> {
  const pipeline = mockedPipeline();
  const found = indexedKeys(pipeline, indexedTables(pipeline), { statuses, prefix, signal });
  return (await Array.fromAsync(found)).map(({ key }) => key);
}

describe('the keys of an index', () => {
  test.each([false, true])(
    'come in the order of their bytes, each once, by status and prefix; it is large: %j',
    async (isLarge) => {
      const row = fc.record({
        key: fc
          .string({ unit: fc.constantFrom('a', 'b', '/', '￿', '\u{10000}'), maxLength: 4 })
          .map((text) => `csv/${text}`),
        status: fc.constantFrom('malformed-csv', 'not-csv', 'object-gone'),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(row, { selector: ({ key, status }) => `${status} ${key}`, maxLength: 40 }),
          fc.constantFrom('', 'csv/a', 'csv/￿'),
          async (rows, prefix) => {
            indexHolds(rows, isLarge);

            const found = await keysOf(['malformed-csv', 'not-csv'], prefix);

            const wanted = rows.filter(
              ({ key, status }) => status !== 'object-gone' && key.startsWith(prefix),
            );
            expect(found).toEqual([...new Set(wanted.map(({ key }) => key))].toSorted(compareUtf8));
          },
        ),
        { numRuns: 15 },
      );
    },
  );

  test('of a small one cost one request; of a large one as many as the statuses have partitions', async () => {
    indexHolds([{ key: 'csv/a', status: 'not-csv' }], false);
    await keysOf(['not-csv']);
    const small = tables.calls().length;
    indexHolds([{ key: 'csv/a', status: 'not-csv' }], true);
    await keysOf(['not-csv']);

    expect([small, tables.calls().length - small]).toEqual([1, 1 + 256]);
  });

  test('are no more asked for once it is interrupted', async () => {
    indexHolds([{ key: 'csv/a', status: 'not-csv' }], true);

    expect(await keysOf(['not-csv'], '', AbortSignal.abort())).toEqual([]);
    expect(tables.commandCalls(QueryCommand)).toHaveLength(0);
  });
});
