import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alteredAssembly } from '../support/assembly.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { withoutAction } from '../support/fault-switch.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { sluice, startSluice } from '../support/sluice.ts';
import { waitFor } from '../support/wait-for.ts';

interface PutDocument {
  readonly outcomes: readonly { key: string; consumers: readonly { consumer: string; outcome: string }[] }[];
}

describe('put --wait, where the metadata writer may not write,', () => {
  let pipeline: PipelineUnderTest;
  const file = join(temporaryFolder('files'), 'orders.csv');

  beforeAll(async () => {
    writeFileSync(file, 'a,b\n');
    const assemblyDir = alteredAssembly((template) =>
      withoutAction(template, 'MetadataWriter', 'dynamodb:PutItem'),
    );
    pipeline = await PipelineUnderTest.start({ assemblyDir });
  }, 120_000);
  afterAll(async () => pipeline?.[Symbol.asyncDispose]());

  test('ends with 4 when an outcome is not known in time', async () => {
    const ran = await sluice(['put', file, 'late.txt', '--wait', '--wait-limit', '1s', '--json'], {
      pipeline,
    });

    expect(ran).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('not known after 1s: sluice status KEY') as string,
    });
    expect(ran.json<PutDocument>().outcomes).toMatchObject([
      {
        key: 'late.txt',
        consumers: expect.arrayContaining([
          expect.objectContaining({ consumer: 'metadata-writer', outcome: 'waiting' }),
        ]) as unknown[],
      },
    ]);
  }, 120_000);

  test('ends with 5 once a consumer has given the object up', async () => {
    const running = startSluice(['put', file, 'dead.txt', '--wait', '--wait-limit', '300s', '--json'], {
      pipeline,
    });
    await waitFor(() => pipeline.logs().includes('dead.txt'), 'the first try of the object', 100_000, 100);
    await pipeline.drain();

    const ran = await running.ended;
    expect(ran).toMatchObject({ exitCode: 5, stderr: expect.stringMatching(/✖ 1 dead letter/) as string });
    expect(ran.json<PutDocument>().outcomes[0]?.consumers).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ consumer: 'metadata-writer', outcome: 'dead-lettered' }),
        expect.objectContaining({ consumer: 'ledger-exporter', outcome: 'recorded' }),
      ]),
    );
  }, 400_000);
});
