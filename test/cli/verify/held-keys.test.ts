import * as fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { compareUtf8 } from '../../../cli/objects/utf8-order.ts';
import { rowTableOf } from '../../../cli/pipeline/row-table.ts';
import { heldKeys, type OrderedTable } from '../../../cli/verify/held-keys.ts';
import { resetMocks } from '../../support/mocked-aws.ts';
import { bucketHolds, queriesFind } from '../../support/mocked-contents.ts';
import { consumerNamed, mockedPipeline } from '../../support/mocked-pipeline.ts';

beforeEach(resetMocks);

const pipeline = mockedPipeline();
const table = rowTableOf(pipeline, consumerNamed(pipeline, 'metadata-writer'))!;

/** Two consumers with a table each, whose rows are in order. */
const TABLES: readonly OrderedTable[] = ['first', 'second'].map((consumer) => ({
  consumer,
  table: { ...table, tableName: consumer },
  partition: table.partition!,
}));

const rows = (keys: readonly string[]) =>
  keys.toSorted(compareUtf8).map((key) => ({ bucket: 'ingest', object_key: key, version_id: `v of ${key}` }));

/** Each key, whether the bucket holds it, and which tables. */
async function held(prefix = '') {
  const all = await Array.fromAsync(heldKeys(pipeline, TABLES, prefix));
  return all.map(({ key, marker, rows: found }) => [key, marker?.key, Object.keys(found)]);
}

const keys = fc.uniqueArray(
  fc.string({ unit: fc.constantFrom('a', '/', '￿', '\u{10000}'), minLength: 1, maxLength: 3 }),
  {
    maxLength: 12,
  },
);

describe('the keys that bucket and tables hold', () => {
  test('come once each, in the order of their bytes, however the answers are cut into pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        keys,
        keys,
        keys,
        fc.integer({ min: 1, max: 13 }),
        async (bucket, first, second, size) => {
          bucketHolds(...bucket.map((key) => ({ key })));
          queriesFind('first', rows(first), size);
          queriesFind('second', rows(second), size);

          expect(await held()).toEqual(
            [...new Set([...bucket, ...first, ...second])]
              .toSorted(compareUtf8)
              .map((key) => [
                key,
                bucket.includes(key) ? key : undefined,
                [...(first.includes(key) ? ['first'] : []), ...(second.includes(key) ? ['second'] : [])],
              ]),
          );
        },
      ),
    );
  });

  test('are those that begin with the prefix', async () => {
    bucketHolds({ key: 'csv/a.csv' }, { key: 'notes/a.txt' });
    queriesFind('first', rows(['csv/b.csv', 'notes/a.txt']));
    queriesFind('second', []);

    expect(await held('csv/')).toEqual([
      ['csv/a.csv', 'csv/a.csv', []],
      ['csv/b.csv', undefined, ['first']],
    ]);
  });

  test('have the delete marker where the bucket has one, and each table’s own row', async () => {
    bucketHolds({ key: 'a', isDeleteMarker: true, versionId: 'marker' });
    queriesFind('first', rows(['a']));
    queriesFind('second', []);

    const [one] = await Array.fromAsync(heldKeys(pipeline, TABLES, ''));

    expect(one).toMatchObject({
      key: 'a',
      marker: { isDeleteMarker: true, versionId: 'marker' },
      rows: { first: { key: 'a', versionId: 'v of a', isDeleted: false } },
    });
  });

  test('are those of the bucket alone where no table is in order', async () => {
    bucketHolds({ key: 'b' }, { key: 'a' });

    const all = await Array.fromAsync(heldKeys(pipeline, [], ''));

    expect(all.map(({ key, rows: found }) => [key, found])).toEqual([
      ['a', {}],
      ['b', {}],
    ]);
  });
});
