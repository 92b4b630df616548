import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { sluice } from '../support/sluice.ts';
import { smallDisk } from '../support/small-disk.ts';

test('a disk that fills up refuses uploads, loses nothing acknowledged, and is done with once there is room', async (context) => {
  using disk = smallDisk('size=200m');
  context.skip(disk === undefined, 'this user may mount no file system');
  const dataDir = join(disk!.path, 'data');
  await using pipeline = await PipelineUnderTest.start({ dataDir });
  const acknowledged: string[] = [];
  const put = async (Key: string, Body = 'a\n1\n'): Promise<void> => {
    await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body }));
    acknowledged.push(Key);
  };
  for (let index = 0; index < 20; index++) await put(`files/before-${index}`);
  const { disk: before } = await pipeline.status();

  disk!.fill();
  const refused = await put('files/large', 'x'.repeat(3_000_000)).catch((error: unknown) => error);
  for (let index = 0; index < 20; index++) await put(`files/while-${index}`).catch(() => {});
  const told = await sluice(['status', '--data-dir', dataDir]);

  expect(before.freeBytes).toBeGreaterThan(100e6);
  expect(refused).toMatchObject({
    name: 'InternalError',
    message: expect.stringMatching(/no space is left on the disk/) as string,
  });
  expect(told.stdout + told.stderr).toMatch(/disk: .* free: what is uploaded or recorded next may fail/);

  disk!.makeRoom();
  await put('files/after');
  await pipeline.drain();

  for (const Key of acknowledged) {
    await pipeline.s3.send(new GetObjectCommand({ Bucket: pipeline.bucket, Key }));
  }
  const rows = (await pipeline.metadataRows()).map((row) => String(row['object_key']));
  const letters = (await pipeline.letters('MetadataWriterDeadLetterQueueUrl')).map(
    ({ Body = '' }) => (JSON.parse(Body) as { detail: { object: { key: string } } }).detail.object.key,
  );
  expect([...new Set([...rows, ...letters])].toSorted()).toEqual(acknowledged.toSorted());
  expect(rows).toContain('files/after');
}, 240_000);
