import { PutObjectCommand } from '@aws-sdk/client-s3';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';

const LIVES = 30;
const QUEUES = [
  'CsvRowCounterDeadLetterQueueUrl',
  'MetadataWriterDeadLetterQueueUrl',
  'LedgerExporterDeadLetterQueueUrl',
];

test('thirty lives of a tenth of a second make no letter that no function has seen', async () => {
  const dataDir = temporaryFolder('short-lives');
  const keys = ['csv/good.csv', 'csv/fine.csv', 'notes.txt'];
  for (let life = 0; life < LIVES; life++) {
    const pipeline = await PipelineUnderTest.start({ dataDir });
    if (life === 0) {
      for (const Key of keys) {
        await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body: 'a\n1\n' }));
      }
    }
    // the life is what is tried here: nothing is waited for
    await pause(100);
    await pipeline.kill();
  }

  await using last = await PipelineUnderTest.start({ dataDir });
  await last.drain();

  // each receive that counts has a START in the log; a letter takes more of them than there can be by chance
  const letters = (await Promise.all(QUEUES.map((queue) => last.letters(queue)))).flat();
  const starts = last.logs().split('START RequestId').length - 1;
  expect(letters.length * 8).toBeLessThanOrEqual(starts);
  const rows = (await last.metadataRows()).map((row) => String(row['object_key']));
  const letterKeys = letters.map(
    ({ Body = '' }) => (JSON.parse(Body) as { detail: { object: { key: string } } }).detail.object.key,
  );
  expect([...new Set([...rows, ...letterKeys])].toSorted()).toEqual(keys.toSorted());
}, 900_000);
