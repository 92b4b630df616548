import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { uploadInventory } from '../cli/inventory/uploaded-inventory.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { INVENTORY_CHECK } from './inventory-check.ts';
import { rehearse } from './rehearsal.ts';

let pipeline: PipelineUnderTest;
beforeAll(async () => {
  pipeline = await PipelineUnderTest.start();
  const { s3, bucket: Bucket } = pipeline;
  for (const Key of ['a.txt', 'b c+%2F é.txt', 'gone.txt', 'z.txt']) {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  }
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'gone.txt' }));
});
afterAll(() => pipeline?.[Symbol.asyncDispose]());

const printedOf = async (inventory: string): Promise<readonly string[]> =>
  (await rehearse([INVENTORY_CHECK], pipeline, { asked: { inventory } })).printed;

describe('the step of the inventory', () => {
  test.each(['CSV', 'Parquet'] as const)(
    'is as believed of one in %s that says what the bucket lists',
    async (format) => {
      const { location } = await uploadInventory(pipeline, format);

      expect(await printedOf(location)).toEqual([
        '      compared: 2 others; 1 keys with signs that a URL encodes; 1 delete markers',
        `  ok  ${INVENTORY_CHECK.belief}`,
      ]);
    },
  );

  test('differs where a line says another size, and shows both', async () => {
    const { location } = await uploadInventory(pipeline, 'CSV', (line) =>
      line.key === 'z.txt' ? { ...line, size: 6 } : line,
    );

    const [, seen] = await printedOf(location);

    expect(seen).toMatch(/^DIFFERS .*\n {6}\[\{"line":\{"key":"z.txt".*"size":6.*"listed":.*"size":5/);
  });

  test('differs where no key with signs is there as it was read', async () => {
    const { location } = await uploadInventory(pipeline, 'CSV', (line) => ({
      ...line,
      key: line.key.replaceAll('c+', 'c '),
    }));

    const printed = await printedOf(location);

    expect(printed[0]).toContain('1 keys with signs that a URL encodes, 1 of them gone');
    expect(printed[1]).toMatch(/^DIFFERS .*\n {6}\[\{"noneIsThere":\[\{"key":"b c %2F é.txt"/);
  });

  test('passes over a line whose version was deleted since', async () => {
    const { s3, bucket: Bucket } = pipeline;
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: 'c.txt', Body: 'x' }));
    const { location } = await uploadInventory(pipeline, 'CSV');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'c.txt', VersionId }));

    const printed = await printedOf(location);

    expect(printed[0]).toContain('3 others, 1 of them gone');
    expect(printed[1]).toBe(`  ok  ${INVENTORY_CHECK.belief}`);
  });

  test('could not be seen where the inventory is of another bucket', async () => {
    const { location } = await uploadInventory(pipeline, 'CSV');
    const outputs = { IngestBucketName: pipeline.output('OutputBucketName') };

    const { printed } = await rehearse([INVENTORY_CHECK], pipeline, {
      outputs,
      asked: { inventory: location },
    });

    expect(printed).toEqual([
      expect.stringMatching(/^DIFFERS .*\n {6}could not be seen: .* is of the bucket /),
    ]);
  });
});
