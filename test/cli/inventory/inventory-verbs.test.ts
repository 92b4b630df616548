import { DisableRuleCommand, EnableRuleCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { sluiceInside } from '../../support/sluice-inside.ts';
import { uploadInventory } from './uploaded-inventory.ts';

let pipeline: PipelineUnderTest;
/** Of the inventory in the output bucket. */
let location: string;
let createdAt: Date;

const run = (...args: string[]) => sluiceInside(pipeline, ...args, '--json');
const put = async (Bucket: string, Key: string, Body = 'a\n1\n') =>
  await pipeline.s3.send(new PutObjectCommand({ Bucket, Key, Body }));

/** While the indexer’s rule is disabled: objects that it has no rows of. */
async function putUnseen(...keys: string[]): Promise<void> {
  const Name = pipeline.output('MetadataWriterRuleName');
  await pipeline.events.send(new DisableRuleCommand({ Name }));
  for (const key of keys) await put(pipeline.bucket, key);
  await pipeline.drain();
  await pipeline.events.send(new EnableRuleCommand({ Name }));
}

beforeAll(async () => {
  pipeline = await PipelineUnderTest.start();
  await put(pipeline.bucket, 'seen.txt');
  await pipeline.drain();
  await putUnseen('unseen 1+.txt', 'unseen-2.txt', 'unseen-3.txt');
  ({ location, createdAt } = await uploadInventory(pipeline, 'Parquet'));
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
