import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { sluiceInside } from '../support/sluice-inside.ts';

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

  test('is listed as reaching the others', async () => {
    const { objects } = (await run('ls', 'csv/readme.txt')).json<{ objects: { consumers: string[] }[] }>();

    expect(objects[0]?.consumers).toEqual(['metadata-writer', 'ledger-exporter']);
  });
});
