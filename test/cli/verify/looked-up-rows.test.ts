import { BatchGetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import { routesOf } from '../../../cli/pipeline/routing.ts';
import { rowTableOf } from '../../../cli/pipeline/row-table.ts';
import type { CurrentObject } from '../../../cli/objects/current-objects.ts';
import { LookedUpRows } from '../../../cli/verify/looked-up-rows.ts';
import { resetMocks, tables } from '../../support/mocked-aws.ts';
import { bucketHolds, LONG_AGO, lookUpsFind } from '../../support/mocked-contents.ts';
import { consumerNamed, mockedPipeline } from '../../support/mocked-pipeline.ts';

beforeEach(resetMocks);

async function counted(): Promise<LookedUpRows> {
  const pipeline = mockedPipeline();
  const counter = consumerNamed(pipeline, 'csv-row-counter');
  const [route] = await routesOf(pipeline, [counter]);
  return new LookedUpRows(pipeline, route!, rowTableOf(pipeline, counter)!);
}

const marker = (key: string): CurrentObject => ({
  key,
  versionId: 'v1',
  isDeleteMarker: false,
  lastModified: LONG_AGO,
});

const live = (key: string) => ({ file_key: key, version_id: 'v1' });
const name = (index: number) => `csv/${index}.csv`;

const keysAsked = () =>
  tables
    .commandCalls(BatchGetCommand)
    .map(({ args: [{ input }] }) => input.RequestItems?.['counts']?.Keys?.length);

const scans = () => tables.commandCalls(ScanCommand).length;

const { signal } = new AbortController();

describe('rows that are looked up', () => {
  test('are asked for with the hundredth key, and each comes back with its row', async () => {
    lookUpsFind('counts', [live(name(0)), live(name(99))]);
    const rows = await counted();

    const before = [];
    for (let index = 0; index < 99; index++) {
      before.push(...(await rows.add({ key: name(index), marker: marker(name(index)) })));
    }
    const asked = keysAsked();
    const found = await rows.add({ key: name(99), marker: marker(name(99)) });

    expect([before, asked]).toEqual([[], []]);
    expect(keysAsked()).toEqual([100]);
    expect(found.map(({ key }) => key)).toEqual(Array.from({ length: 100 }, (_, index) => name(index)));
    expect(found.filter(({ row }) => row !== undefined).map(({ key }) => key)).toEqual([name(0), name(99)]);
  });

  test('are asked for at the end where fewer wait, and once', async () => {
    lookUpsFind('counts', []);
    const rows = await counted();
    await rows.add({ key: name(1), marker: undefined });

    expect(await rows.rest()).toEqual([{ key: name(1), marker: undefined }]);
    expect(await rows.rest()).toEqual([]);
    expect(keysAsked()).toEqual([1]);
  });
});

describe('rows of keys that nothing else knows', () => {
  test('are not looked for where there are no more live rows than were looked up', async () => {
    lookUpsFind('counts', [live(name(1)), { ...live(name(2)), deleted: true }]);
    const rows = await counted();
    await rows.add({ key: name(1), marker: marker(name(1)) });
    await rows.rest();

    expect(await Array.fromAsync(rows.ofNothing(signal))).toEqual([]);
    // the one that counts
    expect(scans()).toBe(1);
  });

  test('are present but gone, or foreign by their names; what is there, deleted or told already is neither', async () => {
    lookUpsFind(
      'counts',
      [
        live('csv/gone.csv'),
        live('csv/readme.txt'),
        live('csv/marked.csv'),
        live('csv/back.csv'),
        live('csv/told.csv'),
        { ...live('csv/deleted.csv'), deleted: true },
      ],
      2,
    );
    bucketHolds({ key: 'csv/back.csv' }, { key: 'csv/marked.csv', isDeleteMarker: true, versionId: 'm1' });
    const rows = await counted();
    // its object is gone, and the bucket's listing still showed the key
    await rows.add({ key: 'csv/told.csv', marker: { ...marker('csv/told.csv'), isDeleteMarker: true } });
    await rows.rest();

    const found = await Array.fromAsync(rows.ofNothing(signal));

    expect(found.map(({ key, found: what, object }) => [key, what, object?.versionId])).toEqual([
      ['csv/gone.csv', 'present-but-gone', undefined],
      ['csv/readme.txt', 'foreign', undefined],
      ['csv/marked.csv', 'present-but-gone', 'm1'],
    ]);
    expect(found[0]).toMatchObject({
      consumer: 'csv-row-counter',
      row: { versionId: 'v1', isDeleted: false },
    });
  });

  test('are no more looked for once it is interrupted', async () => {
    lookUpsFind('counts', [live('csv/gone.csv')]);
    const rows = await counted();

    expect(await Array.fromAsync(rows.ofNothing(AbortSignal.abort()))).toEqual([]);
  });
});
