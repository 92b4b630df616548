import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { sluiceInside } from '../support/sluice-inside.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Fates {
  readonly consumers: readonly {
    readonly consumer: string;
    readonly outcome: string;
    readonly attempts: readonly { readonly outcome: string }[];
  }[];
}

describe('an object under csv/ that is no CSV by its name', () => {
  let pipeline: PipelineUnderTest;
  const run = (...args: string[]) => sluiceInside(pipeline, ...args, '--json');

  beforeAll(async () => {
    pipeline = await PipelineUnderTest.start();
    for (const Key of ['csv/readme.txt', 'csv/Orders.Csv', 'csv/2026/']) {
      await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body: 'a,b\n' }));
    }
    await pipeline.drain();
  });
  afterAll(async () => {
    await pipeline?.[Symbol.asyncDispose]();
  });

  test('is skipped by the counter, which is an outcome and nothing missing', async () => {
    const ran = await run('status', 'csv/readme.txt', '--check');

    expect(ran.exitCode).toBe(0);
    expect(ran.json<Fates>().consumers.map(({ consumer, outcome }) => [consumer, outcome])).toEqual([
      ['metadata-writer', 'recorded'],
      ['csv-row-counter', 'skipped'],
      ['ledger-exporter', 'recorded'],
    ]);
    expect(ran.json<Fates>().consumers[1]?.attempts).toMatchObject([{ outcome: 'skipped' }]);
  });

  test('is counted under a name in any case', async () => {
    const { consumers } = (await run('status', 'csv/Orders.Csv')).json<Fates>();

    expect(consumers[1]).toMatchObject({ outcome: 'recorded', stored: { row_count: 1 } });
  });

  test('is skipped with an attempt that says so where it is a folder placeholder', async () => {
    const { VersionId: id = '' } = await pipeline.s3.send(
      new HeadObjectCommand({ Bucket: pipeline.bucket, Key: 'csv/2026/' }),
    );
    // without a version it would be the prefix
    const { consumers } = (await run('status', 'csv/2026/', '--version-id', id)).json<Fates>();

    expect(consumers.map(({ outcome }) => outcome)).toEqual(['not-matched', 'skipped', 'not-matched']);
    expect(consumers[1]?.attempts).toMatchObject([{ outcome: 'skipped' }]);
  });

  test('is not missed by verify, and not sent to the counter by backfill', async () => {
    const verified = await run('verify', '--grace', '0s');
    const backfilled = await run('backfill', '--dry-run');

    expect(verified.json()).toMatchObject({ isClean: true, compared: { csvObjects: 1 } });
    expect(backfilled.json()).toMatchObject({
      messages: { 'metadata-writer': 2, 'csv-row-counter': 1, 'ledger-exporter': 2 },
    });
  });

  test('leaves no row, whatever its name; a CSV has one under a name in any case', async () => {
    const bodies: [string, string | Buffer][] = [
      ['csv/names/a.Csv', 'a\n1\n'],
      ['csv/names/b.CSV.gz', gzipSync('a\n1\n')],
      ['csv/names/c.csv.GZ', gzipSync('a\n1\n')],
      ['csv/names/d.tsv', 'a\n1\n'],
      ['csv/names/e.csv.bak', 'a\n1\n'],
      ['csv/names/._x.csv', 'a\n1\n'],
      ['csv/names/~$x.csv', 'a\n1\n'],
      ['csv/names/.csv', 'a\n1\n'],
    ];
    for (const [Key, Body] of bodies) {
      await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body }));
    }
    await pipeline.drain();

    const rows = (await pipeline.counterRows()).filter((row) =>
      String(row['file_key']).startsWith('csv/names/'),
    );
    expect(rows.map((row) => `${String(row['file_key'])} ${String(row['row_count'])}`).toSorted()).toEqual([
      'csv/names/.csv 2',
      'csv/names/a.Csv 2',
      'csv/names/b.CSV.gz 2',
      'csv/names/c.csv.GZ 2',
    ]);
    const seen = (await run('ls', 'csv/names/')).json<{ objects: { key: string; consumers: string[] }[] }>();
    expect(seen.objects.filter(({ consumers }) => !consumers.includes('csv-row-counter'))).toHaveLength(4);
  });

  test('is said by status, put and verify to be in the right place under the wrong name', async () => {
    const why = 'under csv/, but not named as a CSV';
    const file = join(temporaryFolder('skipped'), 'notes.txt');
    writeFileSync(file, 'a');

    const status = await sluiceInside(pipeline, 'status', 'csv/readme.txt');
    const put = await sluiceInside(pipeline, 'put', file, 'csv/2026/');
    const document = await run('put', file, 'csv/2026/', '--dry-run');
    const verified = await sluiceInside(pipeline, 'verify', '--prefix', 'csv/readme', '--grace', '0s');

    expect(status.stdout).toMatch(new RegExp(`^ {2}– csv-row-counter   skipped .* ${why}$`, 'm'));
    expect(put.stderr).toContain(`– csv-row-counter keeps nothing of csv/2026/notes.txt: ${why}\n`);
    expect(document.json()).toMatchObject({
      objects: [{ skippedBy: [{ consumer: 'csv-row-counter', why }] }],
    });
    expect(verified.stderr).toContain(`– csv-row-counter keeps nothing of 1 object: ${why}\n`);
  });

  test('may have a row that an earlier version left: verify finds it foreign, and its repair makes it a tombstone', async () => {
    const row = { file_key: 'csv/readme.txt', bucket: pipeline.bucket, status: 'counted', row_count: 1 };
    const fields = {
      sequencer: '0A'.padStart(32, '0').toLowerCase(),
      event_time: '2026-11-20T00:00:00Z',
      revision: 1,
      deleted: false,
    };
    const TableName = pipeline.output('ProcessedFilesTableName');
    await pipeline.tables.send(new PutCommand({ TableName, Item: { ...row, ...fields } }));
    await pipeline.tables.send(
      new PutCommand({ TableName, Item: { ...row, ...fields, file_key: 'photos/a.txt' } }),
    );

    const found = await run('verify', '--grace', '0s');
    const repaired = await sluiceInside(pipeline, 'verify', '--grace', '0s', '--repair', '--yes');
    await pipeline.drain();
    const again = await run('verify', '--grace', '0s');

    expect(found.json<{ findings: object[] }>().findings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          class: 'foreign',
          key: 'csv/readme.txt',
          skipped: 'under csv/, but not named as a CSV',
        }),
      ]) as object[],
    );
    expect(repaired.stderr).toContain('sent 1 repair;');
    expect(repaired.stderr).toContain('1 foreign row left alone: find out who wrote them\n');
    expect(again.json<{ findings: object[] }>().findings).toMatchObject([
      { class: 'foreign', key: 'photos/a.txt' },
    ]);
    const left = (await pipeline.counterRows()).find((one) => one['file_key'] === 'csv/readme.txt');
    expect(left).toMatchObject({ deleted: true, expires_at: expect.any(Number) as number });
    expect(left).not.toHaveProperty('row_count');
  });

  test('is listed as reaching the others', async () => {
    const { objects } = (await run('ls', 'csv/readme.txt')).json<{ objects: { consumers: string[] }[] }>();

    expect(objects[0]?.consumers).toEqual(['metadata-writer', 'ledger-exporter']);
  });
});
