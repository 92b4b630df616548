import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PipelineUnderTest } from '../support/pipeline.ts';

const ODD_NAMES = [
  'plus+and%percent and space.csv',
  'percent%2Fencoded%20.csv',
  'é precomposed.csv',
  'é decomposed.csv',
  'emoji 🚰.csv',
  `<tag> & 'single' "double".csv`,
  'tab\there.csv',
  'a/../b.csv',
  '__proto__',
  'constructor.csv',
  'UPPER.CSV',
  'zipped.csv.gz',
  'not-a-table.txt',
];

/** `prefix` + odd names + plain ones; the last fills all 1,024 bytes that a key may have. */
function keysUnder(prefix: string, count: number): string[] {
  const plain = Array.from(
    { length: count - ODD_NAMES.length - 1 },
    (_, index) => `${prefix}2026/file-${index}.csv`,
  );
  return [...ODD_NAMES.map((name) => prefix + name), ...plain, prefix.padEnd(1_020, 'x') + '.csv'];
}

/** What upload-client.mjs puts under a key. */
const contentOf = (key: string): Buffer => {
  const text = `a,b\n${key.length},2\n`;
  return /\.gz$/i.test(key) ? gzipSync(text) : Buffer.from(text);
};

const KEYS = ['csv/', 'uploads/', 'photos/2026/', ''].flatMap((prefix) => keysUnder(prefix, 250));
const COUNTED = /^csv\/.*(\.csv|\.CSV|\.csv\.gz|\.CSV\.GZ)$/s;

describe('a thousand uploads under mixed prefixes, by an ordinary client in another process', () => {
  let pipeline: PipelineUnderTest;

  beforeAll(async () => {
    pipeline = await PipelineUnderTest.start();
    await promisify(execFile)(
      process.execPath,
      [join(import.meta.dirname, 'upload-client.mjs'), JSON.stringify(KEYS)],
      {
        env: {
          PATH: process.env['PATH'],
          AWS_ENDPOINT_URL: pipeline.endpoint,
          AWS_REGION: 'us-east-1',
          AWS_ACCESS_KEY_ID: 'any',
          AWS_SECRET_ACCESS_KEY: 'thing',
          BUCKET: pipeline.bucket,
        },
      },
    );
    await pipeline.drain();
  }, 180_000);

  afterAll(async () => pipeline?.[Symbol.asyncDispose]());

  test('give exactly one right row each in the metadata table', async () => {
    const rows = await pipeline.metadataRows();

    expect(rows.map((row) => String(row['object_key'])).toSorted()).toEqual([...KEYS].toSorted());
    for (const row of rows) {
      expect(row).toMatchObject({ bucket: pipeline.bucket, event_name: 'ObjectCreated:Put', deleted: false });
      expect(row['size']).toBe(contentOf(String(row['object_key'])).length);
      expect(row['sequencer']).toMatch(/^[0-9a-f]{32}$/);
      expect(row['version_id']).toBeTypeOf('string');
    }
  });

  test('are counted where a CSV lies under csv/, and nowhere else', async () => {
    const rows = await pipeline.counterRows();

    expect(rows.map((row) => String(row['file_key'])).toSorted()).toEqual(
      KEYS.filter((key) => COUNTED.test(key)).toSorted(),
    );
    expect(rows.map((row) => [row['file_key'], row['status'], row['row_count']])).toEqual(
      rows.map((row) => [row['file_key'], 'counted', 2]),
    );
  });

  test('are each named in the ledger', async () => {
    const lines = await pipeline.ledgerLines();

    expect(new Set(lines.map((line) => line['object_key']))).toEqual(new Set(KEYS));
    expect(new Set(lines.map((line) => line['identity'])).size).toBe(KEYS.length);
  });

  test('leave no letter in any dead-letter queue', async () => {
    for (const consumer of ['MetadataWriter', 'CsvRowCounter', 'LedgerExporter']) {
      expect(await pipeline.letters(`${consumer}DeadLetterQueueUrl`)).toEqual([]);
      expect(await pipeline.letters(`${consumer}RuleDeadLetterQueueUrl`)).toEqual([]);
    }
  });

  test.each(['../x', 'a/../../x'])(
    'refuse the key %j, which climbs above the start, with 400',
    async (Key) => {
      const upload = pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body: 'x' }));

      await expect(upload).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
    },
  );

  test('reach nobody when the key is a folder placeholder', async () => {
    await pipeline.s3.send(
      new PutObjectCommand({ Bucket: pipeline.bucket, Key: 'csv/folder.csv/', Body: '' }),
    );
    await pipeline.drain();

    expect(await pipeline.metadataRows()).toHaveLength(KEYS.length);
    expect(await pipeline.counterRows()).toHaveLength(KEYS.filter((key) => COUNTED.test(key)).length);
  });
});
