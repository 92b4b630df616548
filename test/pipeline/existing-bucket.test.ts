import { resolve } from 'node:path';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { synthesizeOwn } from '../../cli/start/own-app.ts';
import { ACCOUNT_ID } from '../../local/account-id.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { sluiceInside } from '../support/sluice-inside.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');
const LIMIT_MS = 240_000;

interface Contents {
  readonly buckets: readonly {
    readonly bucket: string;
    readonly versions: number;
    readonly deleteMarkers: number;
    readonly uploads: number;
  }[];
}

// each step finds the bucket as the one before has left it
describe.each(['true', 'false'])('a bucket of before, adopted and left again, versioned: %s', (versioned) => {
  let pipeline: PipelineUnderTest;
  const run = (...args: string[]) => sluiceInside(pipeline, ...args);
  const put = async (Key: string) => {
    await pipeline.s3.send(new PutObjectCommand({ Bucket: 'photos', Key, Body: 'a,b\n1,2\n' }));
    await pipeline.drain();
  };
  const rowKeys = async () =>
    (await pipeline.metadataRows()).map((row) => String(row['object_key'])).toSorted();
  const keys = async () => {
    const { Contents: found = [] } = await pipeline.s3.send(new ListObjectsV2Command({ Bucket: 'photos' }));
    return found.map(({ Key }) => Key);
  };

  beforeAll(async () => {
    const assemblyDir = temporaryFolder('assembly');
    await synthesizeOwn({
      projectDir: PROJECT_DIR,
      directory: assemblyDir,
      context: { stage: 'dev', bucket: 'photos', bucketVersioned: versioned },
      account: ACCOUNT_ID,
      region: 'us-east-1',
    });
    pipeline = await PipelineUnderTest.start({ assemblyDir });
  }, LIMIT_MS);
  afterAll(async () => pipeline?.[Symbol.asyncDispose]());

  test('reaches nobody before it is connected, and status says why', async () => {
    await put('csv/before.csv');

    const ran = await run('status', '--check');

    expect(pipeline.bucket).toBe('photos');
    expect(await rowKeys()).toEqual([]);
    expect(ran.exitCode).toBe(5);
    expect(ran.stderr).toContain(
      'photos does not send its events to EventBridge: what is uploaded reaches nobody',
    );
    expect(ran.stderr).toContain('sluice connect-bucket');
  });

  test('is heard once connect-bucket has switched EventBridge on', async () => {
    const connected = await run('connect-bucket', '--yes', '--json');
    await put('csv/after.csv');

    expect(connected.json()).toMatchObject({ isConnected: true, isChanged: true, bucket: 'photos' });
    expect(await rowKeys()).toEqual(['csv/after.csv']);
    expect((await pipeline.counterRows()).map((row) => row['file_key'])).toEqual(['csv/after.csv']);
    expect((await run('status', '--check')).exitCode).toBe(0);
  });

  test('gives what was there before by backfill, and is verified', async () => {
    const before = await run('verify', '--grace', '0s', '--json');
    const backfilled = await run('backfill', '--yes');
    await pipeline.drain();
    const after = await run('verify', '--grace', '0s');

    expect({ exitCode: before.exitCode, ...before.json() }).toMatchObject({
      exitCode: 5,
      findings: [
        { key: 'csv/before.csv', consumer: 'metadata-writer' },
        { key: 'csv/before.csv', consumer: 'csv-row-counter' },
      ],
    });
    expect(backfilled.exitCode).toBe(0);
    expect(after).toMatchObject({ exitCode: 0 });
    expect(after.stderr).toContain('✔ they agree');
    expect(await rowKeys()).toEqual(['csv/after.csv', 'csv/before.csv']);
  });

  test('has a tombstone of what is deleted, and is verified still', async () => {
    const removed = await run('rm', 'csv/after.csv', '--yes');
    await pipeline.drain();

    expect(removed.exitCode).toBe(0);
    expect((await pipeline.metadataRows()).filter((row) => row['deleted'] === true)).toMatchObject([
      { object_key: 'csv/after.csv' },
    ]);
    expect(await run('verify', '--grace', '0s')).toMatchObject({ exitCode: 0 });
  });

  test('is well, and doctor says once what an unversioned one loses', async () => {
    const ran = await run('doctor');

    const told = ran.stderr.match(/photos: the bucket is not versioned/g) ?? [];
    expect(ran.exitCode).toBe(0);
    expect(told).toHaveLength(versioned === 'true' ? 0 : 1);
  });

  test('sends nothing more once it is disconnected', async () => {
    const disconnected = await run('connect-bucket', '--disconnect', '--yes');
    await put('csv/late.csv');

    expect(disconnected.exitCode).toBe(0);
    expect(await rowKeys()).toEqual(['csv/after.csv', 'csv/before.csv']);
    expect((await run('status', '--check')).exitCode).toBe(5);
  });

  test('is left alone by empty, which empties the pipeline’s own buckets', async () => {
    const refused = await run('empty', '--bucket', 'ingest', '--count', '9');
    const { buckets } = (await run('empty', '--dry-run', '--json')).json<Contents>();
    const [output] = buckets;
    const count = output === undefined ? 0 : output.versions + output.deleteMarkers + output.uploads;
    const emptied = await run('empty', '--count', String(count));

    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('photos was there before the stack, and is not emptied');
    expect(buckets.map(({ bucket }) => bucket)).toEqual([
      pipeline.output('OutputBucketName'),
      pipeline.output('AccessLogBucketName'),
    ]);
    expect(count).toBeGreaterThan(0);
    expect(emptied).toMatchObject({ exitCode: 0 });
    expect(await pipeline.ledgerLines()).toEqual([]);
    expect(await keys()).toEqual(['csv/before.csv', 'csv/late.csv']);
  });
});
