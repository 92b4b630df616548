import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { sluice } from '../support/sluice.ts';

/** Writes until no byte more goes on the disk. */
function fillUp(file: string): void {
  const fd = openSync(file, 'w');
  for (const bytes of [1_048_576, 4_096, 1]) {
    try {
      for (;;) writeSync(fd, Buffer.alloc(bytes));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
  closeSync(fd);
}

test('a disk that fills up refuses uploads, loses nothing acknowledged, and is done with once there is room', async (context) => {
  const disk = temporaryFolder('small-disk');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200m', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    context.skip('this user may mount no file system');
  }
  try {
    const dataDir = join(disk, 'data');
    await using pipeline = await PipelineUnderTest.start({ dataDir });
    const acknowledged: string[] = [];
    const put = async (Key: string, Body = 'a\n1\n'): Promise<void> => {
      await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body }));
      acknowledged.push(Key);
    };
    for (let index = 0; index < 20; index++) await put(`files/before-${index}`);
    const { disk: before } = await pipeline.status();

    fillUp(join(disk, 'filler'));
    const refused = await put('files/large', 'x'.repeat(3_000_000)).catch((error: unknown) => error);
    for (let index = 0; index < 20; index++) await put(`files/while-${index}`).catch(() => {});
    const told = await sluice(['status', '--data-dir', dataDir]);

    expect(before.freeBytes).toBeGreaterThan(100e6);
    expect(refused).toMatchObject({
      name: 'InternalError',
      message: expect.stringMatching(/no space is left on the disk/) as string,
    });
    expect(told.stdout + told.stderr).toMatch(/disk: .* free: what is uploaded or recorded next may fail/);

    rmSync(join(disk, 'filler'));
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
  } finally {
    execFileSync('umount', ['-l', disk]);
  }
}, 240_000);
