import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { indexPartition } from '../../shared/index-partition.ts';
import { alteredAssembly, resourcesOf, type Template } from '../support/assembly.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { sluiceInside } from '../support/sluice-inside.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The template as it was before the counter's table had an index. */
function withoutIndex(template: Template): void {
  for (const [, { Properties }] of resourcesOf(template, 'AWS::DynamoDB::Table', 'ProcessedFiles')) {
    delete Properties['GlobalSecondaryIndexes'];
    Properties['AttributeDefinitions'] = [{ AttributeName: 'file_key', AttributeType: 'S' }];
  }
  const output = template.Outputs['CsvRowCounterKeeps']!;
  const keeps = JSON.parse(String(output.Value)) as { rows: { index?: object } };
  delete keeps.rows.index;
  output.Value = JSON.stringify(keeps);
}

interface Listed {
  readonly objects: readonly { key: string; consumer: string; status: string; error: string }[];
  readonly isTruncated: boolean;
}

const NEVER_CLOSED = 'a,b\n1,"2\n';

describe('files that were not counted', () => {
  let pipeline: PipelineUnderTest;
  let refused: Awaited<ReturnType<typeof sluiceInside>>;
  const run = (...args: string[]) => sluiceInside(pipeline, ...args);
  const listed = async (...args: string[]) => (await run('ls', ...args, '--json')).json<Listed>();
  const put = (Key: string, Body: string | Buffer) =>
    pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body }));

  beforeAll(async () => {
    const dataDir = temporaryFolder('not-counted');
    pipeline = await PipelineUnderTest.start({ dataDir, assemblyDir: alteredAssembly(withoutIndex) });
    await put('csv/b/quote.csv', NEVER_CLOSED);
    await put('csv/a/quote.csv', NEVER_CLOSED);
    await put('csv/a/fine.csv', 'a,b\n1,2\n');
    await put('csv/a/encoding.csv', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]));
    await pipeline.drain();
    refused = await run('ls', '--status', 'malformed-csv');
    await pipeline[Symbol.asyncDispose]();
    pipeline = await PipelineUnderTest.start({ dataDir });
  });
  afterAll(async () => {
    await pipeline?.[Symbol.asyncDispose]();
  });

  test('are not asked for in a stack without the index, which says so by name', () => {
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain(
      'stack Sluice-dev has no index to find the rows of csv-row-counter by their status: it was deployed by an earlier version',
    );
    expect(refused.stderr).toContain('`npm start` adds the index, and keeps the rows');
  });

  test('are listed from the index that the data folder gained, those of before too, by their keys', async () => {
    const { objects, isTruncated } = await listed('--status', 'all');

    expect(objects.map(({ key, consumer, status }) => [key, consumer, status])).toEqual([
      ['csv/a/encoding.csv', 'csv-row-counter', 'unsupported-encoding'],
      ['csv/a/quote.csv', 'csv-row-counter', 'malformed-csv'],
      ['csv/b/quote.csv', 'csv-row-counter', 'malformed-csv'],
    ]);
    expect(objects[1]?.error).toContain('the quote that opens in row 2');
    expect(isTruncated).toBe(false);
    expect(await pipeline.counterRows()).toHaveLength(4);
  });

  test('are numbered by the status of a prefix, and told of as such by the status of one', async () => {
    const prefix = await run('status', 'csv/a/');
    const document = await run('status', 'csv/a/', '--json');
    const one = await run('status', 'csv/a/quote.csv');
    const fine = await run('status', 'csv/a/fine.csv');

    expect(prefix.stdout).toContain('csv-row-counter\trecorded\t3\n');
    expect(prefix.stdout).toContain('csv-row-counter\tof them malformed-csv\t1\n');
    expect(prefix.stderr).toContain('sluice ls csv/a/ --status all names what was not counted');
    expect(document.json()).toMatchObject({
      consumers: [
        {},
        { consumer: 'csv-row-counter', byStatus: { 'malformed-csv': 1, 'unsupported-encoding': 1 } },
        {},
      ],
    });
    expect(one.stdout).toMatch(/^ {2}! csv-row-counter {3}recorded {2}malformed-csv/m);
    expect(one.stdout).toContain('      → mend the file and upload it again');
    expect(fine.stdout).toMatch(/^ {2}✔ csv-row-counter {3}recorded {2}2 rows \(header included\)/m);
    expect(fine.stdout).toContain('      1 data row in 2 lines\n      2 columns: a, b\n      delimiter , (');
  });

  test('agree, and are pointed at by the last line of verify', async () => {
    const all = await run('verify', '--grace', '0s');
    const some = await run('verify', '--grace', '0s', '--prefix', 'csv/b/');
    await put('fine.txt', 'fine');
    await pipeline.drain();
    const none = await run('verify', '--grace', '0s', '--prefix', 'fine');

    expect(all.exitCode).toBe(0);
    expect(all.stderr.trimEnd().split('\n').slice(-2)).toEqual([
      '✔ they agree',
      '– of 3 objects the row says why nothing could be made of it: sluice ls --status all',
    ]);
    expect(some.stderr).toContain(
      '– of 1 object the row says why nothing could be made of it: sluice ls csv/b/ --status all',
    );
    expect(none.stderr).not.toContain('--status');
  });

  test('are found by status, prefix and limit, and say what to do', async () => {
    const keys = async (...args: string[]) => (await listed(...args)).objects.map(({ key }) => key);

    expect(await keys('csv/a/', '--status', 'malformed-csv')).toEqual(['csv/a/quote.csv']);
    expect(await keys('--status', 'malformed-csv,unsupported-encoding', '--limit', '2')).toEqual([
      'csv/a/encoding.csv',
      'csv/a/quote.csv',
    ]);
    expect((await listed('--status', 'all', '--limit', '2')).isTruncated).toBe(true);
    const shown = await run('ls', '--status', 'malformed-csv');
    expect(shown.stdout).toMatch(/^malformed-csv\tcsv-row-counter\tcsv\/a\/quote\.csv\tthe quote that opens/);
    expect(shown.stderr).toContain('malformed-csv: mend the file and upload it again');
    const nothing = await run('ls', 'photos/', '--status', 'all');
    expect(nothing.exitCode).toBe(3);
    expect(nothing.stderr).toContain('nothing under "photos/" has one of these statuses: malformed-csv, ');
  });

  test.each(['malformed', 'malformed-csv,counted', ''])(
    'are refused by the status %j, with those that there are',
    async (status) => {
      const { exitCode, stderr } = await run('ls', '--status', status);

      expect(exitCode).toBe(2);
      expect(stderr).toContain('is none that can be asked for');
      expect(stderr).toContain('one or more of malformed-csv, not-csv, ');
    },
  );

  test('are listed no more once they are mended, or gone; nor is what an index that lags still shows', async () => {
    await put('csv/c/mended.csv', NEVER_CLOSED);
    await put('csv/c/gone.csv', NEVER_CLOSED);
    await pipeline.drain();
    const before = await listed('csv/c/', '--status', 'all');
    await put('csv/c/mended.csv', 'a,b\n1,2\n');
    await pipeline.s3.send(new DeleteObjectCommand({ Bucket: pipeline.bucket, Key: 'csv/c/gone.csv' }));
    await pipeline.drain();
    const after = await run('ls', 'csv/c/', '--status', 'all');

    expect(before.objects).toHaveLength(2);
    expect(after.exitCode).toBe(3);
    const TableName = pipeline.output('ProcessedFilesTableName');
    const { Item } = await pipeline.tables.send(
      new GetCommand({ TableName, Key: { file_key: 'csv/c/mended.csv' } }),
    );
    expect(Item).toMatchObject({ status: 'counted' });
    expect(Item).not.toHaveProperty('not_counted');
    // as an index that lags shows it: under a status that the row has no more
    const not_counted = indexPartition('not-csv', 'csv/c/lags.csv');
    const row = { file_key: 'csv/c/lags.csv', bucket: pipeline.bucket, status: 'malformed-csv', not_counted };
    await pipeline.tables.send(new PutCommand({ TableName, Item: row }));
    expect((await run('ls', 'csv/c/', '--status', 'not-csv')).exitCode).toBe(3);
    expect((await listed('csv/c/', '--status', 'not-csv,malformed-csv')).objects).toEqual([
      { key: 'csv/c/lags.csv', consumer: 'csv-row-counter', status: 'malformed-csv' },
    ]);
  });
});
