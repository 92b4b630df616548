import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DisableRuleCommand, EnableRuleCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { currentObjects } from '../../../cli/objects/current-objects.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { sluiceInside } from '../../support/sluice-inside.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { writeInventory } from './written-inventory.ts';

let pipeline: PipelineUnderTest;
/** Of the inventory in the output bucket. */
let location: string;
let createdAt: Date;

const run = (...args: string[]) => sluiceInside(pipeline, ...args, '--json');
const put = async (Bucket: string, Key: string, Body: string | Uint8Array = 'a\n1\n') =>
  await pipeline.s3.send(new PutObjectCommand({ Bucket, Key, Body }));

/** While the indexer’s rule is disabled: objects that it has no rows of. */
async function putUnseen(...keys: string[]): Promise<void> {
  const Name = pipeline.output('MetadataWriterRuleName');
  await pipeline.events.send(new DisableRuleCommand({ Name }));
  for (const key of keys) await put(pipeline.bucket, key);
  await pipeline.drain();
  await pipeline.events.send(new EnableRuleCommand({ Name }));
}

/** Writes what the bucket holds now as an inventory into the output bucket, as S3 would. */
async function inventoryOfNow(): Promise<string> {
  const folder = temporaryFolder('inventory');
  const listed = await Array.fromAsync(
    currentObjects({ s3: pipeline.s3, ingestBucket: pipeline.bucket } as Parameters<
      typeof currentObjects
    >[0]),
  );
  createdAt = new Date(Math.max(...listed.map(({ lastModified }) => Date.parse(lastModified))));
  const files = [listed.slice(0, 2), listed.slice(2)];
  const manifest = await writeInventory(folder, {
    bucket: pipeline.bucket,
    createdAt,
    format: 'Parquet',
    files,
  });
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })) {
    if (!name.isFile()) continue;
    const path = join(name.parentPath, name.name);
    await put(pipeline.output('OutputBucketName'), path.slice(folder.length + 1), readFileSync(path));
  }
  return `s3://${pipeline.output('OutputBucketName')}/${manifest.slice(folder.length + 1)}`;
}

beforeAll(async () => {
  pipeline = await PipelineUnderTest.start();
  await put(pipeline.bucket, 'seen.txt');
  await pipeline.drain();
  await putUnseen('unseen 1+.txt', 'unseen-2.txt', 'unseen-3.txt');
  location = await inventoryOfNow();
  await put(pipeline.bucket, 'later.txt');
  await pipeline.drain();
});
afterAll(async () => {
  await pipeline?.[Symbol.asyncDispose]();
});

describe('an inventory in a bucket', () => {
  test('shows verify what has no row, and what came later is not judged', async () => {
    const ran = await run('verify', '--grace', '0s', '--inventory', location);

    expect({ exitCode: ran.exitCode, ...ran.json() }).toMatchObject({
      exitCode: 5,
      inventory: { manifest: location, createdAt: createdAt.toISOString() },
      counts: { missing: 3 },
      compared: { objects: 4 },
    });
  });

  test('is what a backfill sends, and after it verify finds nothing', async () => {
    const sent = await run('backfill', '--yes', '--inventory', location, '--consumer', 'metadata-writer');
    await pipeline.drain();
    const after = await run('verify', '--grace', '0s', '--inventory', location);

    expect({ exitCode: sent.exitCode, ...sent.json() }).toMatchObject({
      exitCode: 0,
      objects: 4,
      messages: { 'metadata-writer': 4 },
    });
    expect([after.exitCode, after.json<{ isClean: boolean }>().isClean]).toEqual([0, true]);
    expect((await run('verify', '--grace', '0s')).exitCode).toBe(0);
  });

  test('is not taken beside single keys', async () => {
    const ran = await run('backfill', '--yes', '--inventory', location, '--key', 'seen.txt');

    expect([ran.exitCode, ran.stderr]).toEqual([
      2,
      expect.stringContaining('--inventory are of a whole prefix'),
    ]);
  });
});
