import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Inventory } from '../../../cli/inventory/inventory.ts';
import { md5Of } from '../../../cli/inventory/manifest.ts';
import type { CurrentObject } from '../../../cli/objects/current-objects.ts';
import { compareUtf8 } from '../../../cli/objects/utf8-order.ts';
import { mockedPipeline } from '../../support/mocked-pipeline.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { writeInventory, type InventoryLine, type WrittenInventory } from './written-inventory.ts';

const CREATED = new Date('2026-11-26T01:00:00.000Z');

const object = (key: string, more: Partial<InventoryLine> = {}): InventoryLine => ({
  key,
  versionId: 'v1',
  isDeleteMarker: false,
  size: 5,
  etag: 'b1946ac92492d2347c6235b4d2611184',
  lastModified: '2026-11-20T12:00:00.000Z',
  ...more,
});

const marker = (key: string): InventoryLine => ({
  key,
  versionId: 'm',
  isDeleteMarker: true,
  lastModified: '2026-11-21T12:00:00.000Z',
});

const written = (more: Partial<WrittenInventory> = {}): Promise<string> =>
  writeInventory(temporaryFolder('inventory'), {
    bucket: 'ingest',
    createdAt: CREATED,
    format: 'CSV',
    files: [[object('b.csv')], [object('a.csv')]],
    ...more,
  });

async function objectsOf(manifest: string, options = {}): Promise<readonly CurrentObject[]> {
  await using inventory = await Inventory.open(mockedPipeline(), manifest);
  return await Array.fromAsync(inventory.objects(options));
}

/** The manifest with a field changed, and its checksum with it. */
function altered(manifest: string, change: Record<string, unknown>): string {
  const text = JSON.stringify({ ...(JSON.parse(readFileSync(manifest, 'utf8')) as object), ...change });
  writeFileSync(manifest, text);
  writeFileSync(join(dirname(manifest), 'manifest.checksum'), md5Of(text));
  return manifest;
}

const refusal = async (manifest: string): Promise<Error> =>
  await Inventory.open(mockedPipeline(), manifest).then(
    () => new Error('it was taken'),
    (error: unknown) => error as Error,
  );

describe.each(['CSV', 'Parquet'] as const)('an inventory in %s', (format) => {
  test('gives what a listing gives: each key’s current version and markers, in the order of their bytes', async () => {
    const odd = ['a b+c%2Fd é.txt', 'a,"b"\n.csv', '\u{ffff}', '\u{1f600}', 'Z', 'a/'];
    const lines = [
      ...odd.map((key) => object(key)),
      object('old.csv', { versionId: 'v0', isLatest: false }),
      object('old.csv', { versionId: 'v2', size: 0 }),
      marker('gone.csv'),
      object('before-versions.csv', { versionId: '' }),
    ];

    const found = await objectsOf(await written({ format, files: [lines.slice(0, 5), lines.slice(5)] }));

    const expected = [
      ...odd.map((key) => object(key)),
      object('old.csv', { versionId: 'v2', size: 0 }),
      marker('gone.csv'),
      object('before-versions.csv', { versionId: 'null' }),
    ];
    expect(found).toEqual(expected.toSorted((left, right) => compareUtf8(left.key, right.key)));
  });

  test('begins behind a key, and within a prefix', async () => {
    const manifest = await written({ format, files: [['x/3', 'y', 'x/1', 'x/2'].map((key) => object(key))] });

    const found = await objectsOf(manifest, { prefix: 'x/', after: 'x/1' });

    expect(found.map(({ key }) => key)).toEqual(['x/2', 'x/3']);
  });
});

test('an inventory has every key, whatever it is made of and however its lines are spread over files', async () => {
  const keys = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(keys, fc.integer({ min: 0, max: 12 }), async (all, cut) => {
      const lines = all.map((key) => object(key));
      const found = await objectsOf(await written({ files: [lines.slice(0, cut), lines.slice(cut)] }));
      expect(found.map(({ key }) => key)).toEqual(all.toSorted(compareUtf8));
    }),
    { numRuns: 25 },
  );
});

describe('an inventory is refused', () => {
  test('when a file of it is not as S3 wrote it', async () => {
    const manifest = await written();
    const data = join(dirname(manifest), '../data');
    writeFileSync(join(data, readdirSync(data)[0]!), 'other');

    expect((await refusal(manifest)).message).toMatch(/part-\d\.csv\.gz has the MD5 .* it is damaged/);
  });

  test('when a file of it is missing', async () => {
    const manifest = await written();
    rmSync(join(dirname(manifest), '../data'), { recursive: true });

    expect((await refusal(manifest)).message).toContain('part-0.csv.gz of the inventory is neither beside');
  });

  test('when its manifest is not what its checksum is of', async () => {
    const manifest = await written();
    writeFileSync(manifest, `${readFileSync(manifest, 'utf8')} `);

    expect((await refusal(manifest)).message).toContain('is not what its manifest.checksum is of');
  });

  test('when it is of another bucket', async () => {
    expect((await refusal(await written({ bucket: 'photos' }))).message).toContain(
      'is of the bucket photos, and the pipeline’s is ingest',
    );
  });

  test.each([
    [{ fileFormat: 'ORC' }, 'in the format "ORC"'],
    [
      { fileSchema: 'Bucket, Key, Size' },
      'has no VersionId, IsLatest, IsDeleteMarker, LastModifiedDate, ETag',
    ],
    [{ sourceBucket: undefined }, 'is no manifest of an S3 Inventory'],
  ])('when it is with %j', async (change, why) => {
    expect((await refusal(altered(await written(), change))).message).toContain(why);
  });

  test('when there is none', async () => {
    expect((await refusal('/nowhere/manifest.json')).message).toContain(
      '/nowhere/manifest.json cannot be read',
    );
  });
});
