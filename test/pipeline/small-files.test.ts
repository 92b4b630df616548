import { Readable } from 'node:stream';
import { PutObjectCommand, type PutObjectCommandInput } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CSV_CASES } from '../fixtures/csv/cases/all-cases.ts';
import type { CsvCase } from '../fixtures/csv/cases/csv-case.ts';
import { expectationOf, titleOf, toldByRow } from '../functions/csv-row-counter/told-by-row.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';

const TITLED = CSV_CASES.map((each) => ({ ...each, title: titleOf(each) }));
const READ = TITLED.flatMap((each) => (typeof each.row === 'string' ? [] : [{ ...each, row: each.row }]));
const UNREAD = TITLED.filter(({ row }) => typeof row === 'string');
const AT_A_TIME = 8;

describe('small files of every kind, uploaded by an ordinary client', () => {
  let pipeline: PipelineUnderTest;
  let rows: ReadonlyMap<unknown, Record<string, unknown>>;
  let skipped: ReadonlySet<unknown>;

  beforeAll(async () => {
    pipeline = await PipelineUnderTest.start();
    const left = CSV_CASES.values();
    await Promise.all(
      Array.from({ length: AT_A_TIME }, async () => {
        for (const each of left) {
          await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, ...uploadOf(each) }));
        }
      }),
    );
    await pipeline.drain();
    rows = new Map((await pipeline.counterRows()).map((row) => [row['file_key'], row]));
    skipped = new Set(
      pipeline
        .logs()
        .split('\n')
        .filter((line) => line.includes('"outcome":"skipped"'))
        .map((line) => (JSON.parse(line.slice(line.indexOf('{'))) as { key: string }).key),
    );
  }, 300_000);

  afterAll(async () => pipeline?.[Symbol.asyncDispose]());

  test.each(READ)('leave the right row: $title', ({ key, row: expected }) => {
    expect(toldByRow(rows.get(key) ?? {}, expected)).toEqual(expectationOf(expected));
  });

  test.each(UNREAD)('leave no row, and a line where the counter heard of them: $title', ({ key, row }) => {
    expect({ row: rows.get(key), isSkipped: skipped.has(key) }).toEqual({
      row: undefined,
      isSkipped: row === 'skipped',
    });
  });

  test('leave no letter, and no row but theirs', async () => {
    expect(new Set(rows.keys())).toEqual(new Set(READ.map(({ key }) => key)));
    expect(await pipeline.letters('CsvRowCounterDeadLetterQueueUrl')).toEqual([]);
    expect(await pipeline.letters('CsvRowCounterRuleDeadLetterQueueUrl')).toEqual([]);
  });
});

function uploadOf({ key, bytes, contentEncoding, metadata }: CsvCase): Omit<PutObjectCommandInput, 'Bucket'> {
  const codings = contentEncoding?.split(',').map((coding) => coding.trim());
  const coded = codings?.filter((coding) => coding !== 'aws-chunked').join(',');
  return {
    Key: key,
    // a stream is what the client frames as aws-chunked, and says so in the header
    ...(codings?.includes('aws-chunked') === true
      ? { Body: Readable.from([bytes]), ContentLength: bytes.length }
      : { Body: bytes }),
    ...(coded !== undefined && { ContentEncoding: coded }),
    ...(metadata !== undefined && { Metadata: metadata }),
  };
}
