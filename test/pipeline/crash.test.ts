import { PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { processesOf } from '../support/processes.ts';
import { waitFor } from '../support/wait-for.ts';

// eight uploads are under way at each kill, and some dozens of events on each way through the pipeline: more make no other moment
const UPLOADS = 500;
const PER_LIFE = UPLOADS / 4;

test('kill -9 in the middle of 500 uploads, three times, loses nothing that was acknowledged', async () => {
  const dataDir = temporaryFolder('crash');
  const acknowledged = new Map<string, string>();
  const keys = Array.from(
    { length: UPLOADS },
    (_, index) => `${index % 3 === 0 ? 'csv' : 'files'}/${index}.csv`,
  );

  for (let life = 0; life < 3; life++) {
    const pipeline = await PipelineUnderTest.start({ dataDir });
    const children = processesOf(dataDir);
    const todo = keys.filter((key) => !acknowledged.has(key))[Symbol.iterator]();
    const killAt = acknowledged.size + PER_LIFE;
    let killed: Promise<void> | undefined;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (const Key of todo) {
          try {
            const { ETag } = await pipeline.s3.send(
              new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body: `a,b\n${Key},1\n` }),
            );
            acknowledged.set(Key, ETag!);
          } catch (error) {
            if (killed === undefined) throw error;
            return;
          }
          if (acknowledged.size >= killAt) killed ??= pipeline.kill();
        }
      }),
    );
    await killed;
    expect(children.length).toBeGreaterThan(0);
    await waitFor(() => processesOf(dataDir).length === 0, 'the children to follow the killed runtime');
  }

  await using pipeline = await PipelineUnderTest.start({ dataDir });
  expect(acknowledged.size).toBeGreaterThanOrEqual(3 * PER_LIFE);
  for (const Key of keys.filter((key) => !acknowledged.has(key))) {
    const { ETag } = await pipeline.s3.send(
      new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body: 'a\n' }),
    );
    acknowledged.set(Key, ETag!);
  }
  await pipeline.drain();

  const rows = new Map(
    (await pipeline.metadataRows()).map((row) => [row['object_key'], `"${String(row['etag'])}"`]),
  );
  expect(rows).toEqual(acknowledged);
  const counted = (await pipeline.counterRows()).filter((row) => row['status'] === 'counted');
  expect(counted.map((row) => String(row['file_key'])).toSorted()).toEqual(
    keys.filter((key) => key.startsWith('csv/')).toSorted(),
  );
  const named = new Set((await pipeline.ledgerLines()).map((line) => line['object_key']));
  expect(named).toEqual(new Set(keys));
}, 300_000);
