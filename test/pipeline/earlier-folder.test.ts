import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DescribeArchiveCommand } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/data-folder-0.1');

/** A copy of the folder that 0.1 left. */
function earlierFolder(): string {
  const dataDir = temporaryFolder('earlier');
  cpSync(FOLDER, dataDir, { recursive: true });
  return dataDir;
}

test('a data folder of 0.1 is taken over twenty days later, with everything in it', async () => {
  await using pipeline = await PipelineUnderTest.start({
    dataDir: earlierFolder(),
    aheadMs: 20 * 86_400_000,
  });
  const { bucket: Bucket } = pipeline;
  await pipeline.drain();

  const text = async (Key: string) =>
    (await pipeline.s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
  expect(await text('csv/orders.csv')).toBe('id,city\n1,Köln\n2,Graz\n');
  expect(await text('big/parts.bin')).toBe('part one');
  expect(await text('notes/waiting.txt')).toBe('queued when the runtime was killed');
  const { Versions = [], DeleteMarkers = [] } = await pipeline.s3.send(
    new ListObjectVersionsCommand({ Bucket, Prefix: 'notes/' }),
  );
  expect(Versions.map(({ Key }) => Key)).toEqual([
    'notes/gone.txt',
    'notes/readme.txt',
    'notes/readme.txt',
    'notes/waiting.txt',
  ]);
  expect(DeleteMarkers.map(({ Key }) => Key)).toEqual(['notes/gone.txt']);
  const rows = (await pipeline.metadataRows()).map(
    (row) => `${String(row['object_key'])} ${row['deleted'] === true ? 'deleted' : 'there'}`,
  );
  expect(rows.toSorted()).toEqual([
    'big/parts.bin there',
    'csv/orders.csv there',
    'csv/waiting.csv there',
    'notes/gone.txt deleted',
    'notes/readme.txt there',
    'notes/waiting.txt there',
  ]);
  expect((await pipeline.counterRows()).map((row) => String(row['file_key'])).toSorted()).toEqual([
    'csv/orders.csv',
    'csv/waiting.csv',
  ]);
  const named = new Set((await pipeline.ledgerLines()).map((line) => line['object_key']));
  expect(named).toEqual(new Set(rows.map((row) => row.split(' ')[0])));
  const letters = await pipeline.letters('MetadataWriterDeadLetterQueueUrl');
  expect(
    letters.map(({ Body, MessageAttributes }) => [Body, MessageAttributes?.['Reason']?.StringValue]),
  ).toEqual([['not {json', 'malformed-event']]);
  const { EventCount } = await pipeline.events.send(
    new DescribeArchiveCommand({ ArchiveName: pipeline.output('EventArchiveName') }),
  );
  expect(EventCount).toBe(8);
  expect((await pipeline.status()).tally).toEqual({});
}, 120_000);

test('a data folder of a newer version is refused in a sentence', async () => {
  const dataDir = earlierFolder();
  const db = new DatabaseSync(join(dataDir, 'sluice.db'));
  db.exec('PRAGMA user_version=999');
  db.close();

  const start = PipelineUnderTest.start({ dataDir });

  await expect(start).rejects.toThrow(
    /^the pipeline did not start: npm start: \S+ was written by a newer Sluice \(tables of version 999, this one knows \d+\); update this one, or choose another folder with --data-dir\n$/,
  );
}, 120_000);
