import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { PipelineUnderTest } from '../support/pipeline.ts';

test('a body under csv/ with a flipped bit is not counted: it is tried again, becomes a letter, and is said', async () => {
  await using pipeline = await PipelineUnderTest.start();
  const { EventSourceMappings = [] } = await pipeline.lambda.send(new ListEventSourceMappingsCommand({}));
  const { UUID } = EventSourceMappings.find(({ FunctionArn }) => /RowCounter/i.test(FunctionArn!))!;
  await pipeline.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
  // one that is held against its sum before a byte goes out, and one that is cut off at its end
  const rowsByKey = { 'csv/small.csv': 100, 'csv/large.csv': 400_000, 'csv/whole.csv': 7 };
  for (const [Key, rows] of Object.entries(rowsByKey)) {
    await pipeline.s3.send(
      new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body: `a,b\n${'1,2\n'.repeat(rows)}` }),
    );
  }
  const folder = join(pipeline.dataDir, 'objects');
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(folder, entry.name);
    const bytes = readFileSync(path);
    if (!bytes.toString().startsWith('a,b') || bytes.length < 100) continue;
    // a comma becomes another letter: the rows could still be counted
    bytes.writeUInt8(bytes.readUInt8(5) ^ 1, 5);
    writeFileSync(path, bytes);
  }

  await pipeline.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));
  await pipeline.drain();

  const counted = (await pipeline.counterRows()).map((row) => [row['file_key'], row['status']]);
  expect(counted).toEqual([['csv/whole.csv', 'counted']]);
  const letters = await pipeline.letters('CsvRowCounterDeadLetterQueueUrl');
  const keys = letters.map(
    ({ Body = '' }) => (JSON.parse(Body) as { detail: { object: { key: string } } }).detail.object.key,
  );
  expect(keys.toSorted()).toEqual(['csv/large.csv', 'csv/small.csv']);
  for (const receive of [1, 2, 3]) {
    const line = new RegExp(`"key":"csv/small.csv",.*"receive_count":${receive},.*its CRC32 is not that`);
    expect(pipeline.logs()).toMatch(line);
  }
  const { tally } = await pipeline.status();
  expect(tally['damaged-bodies']).toBeGreaterThanOrEqual(4);
}, 180_000);
