import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ExampleCopy } from '../support/example-copy.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { waitFor } from '../support/wait-for.ts';

describe('a bucket that tells a function itself', () => {
  let app: PipelineUnderTest;
  let Bucket: string;

  beforeAll(async () => {
    app = await PipelineUnderTest.start({ assemblyDir: new ExampleCopy('direct-trigger').synthesize() });
    Bucket = app.output('BucketName');
  });
  afterAll(async () => app?.[Symbol.asyncDispose]());

  const put = (Key: string, Body: string) => app.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  const rowOf = async (key: string) => (await app.rows('TableName')).find((row) => row['object_key'] === key);
  const rowThat = async (key: string, is: (row: Record<string, unknown>) => boolean) => {
    await waitFor(
      async () => {
        const row = await rowOf(key);
        return row !== undefined && is(row);
      },
      `the row of ${key}`,
      60_000,
    );
    return await rowOf(key);
  };

  test('has a row for what is created, its key decoded, and a tombstone for what is deleted', async () => {
    const key = 'incoming/a b+ü.json';
    await put('incoming/readme.txt', 'of another end');
    await put('other/1.json', 'of another beginning');
    await put(key, '{"customer":"Ada","items":["tea","milk"]}');

    expect(await rowThat(key, () => true)).toMatchObject({ customer: 'Ada', items: 2, deleted: false });

    await app.s3.send(new DeleteObjectCommand({ Bucket, Key: key }));

    expect(await rowThat(key, (row) => row['deleted'] === true)).not.toHaveProperty('customer');
    await app.drain();
    expect(await app.rows('TableName')).toHaveLength(1);
    expect(await app.letters('FailuresQueueUrl')).toEqual([]);
  });

  test('has tried three times, and keeps event and error, when the function cannot do it', async () => {
    await put('incoming/broken.json', 'no order');
    await app.drain();

    const records = (await app.letters('FailuresQueueUrl')).map(
      ({ Body = '' }) => JSON.parse(Body) as Record<string, unknown>,
    );
    expect(records).toMatchObject([
      {
        requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
        requestPayload: {
          Records: [{ eventSource: 'aws:s3', s3: { object: { key: 'incoming/broken.json' } } }],
        },
        responsePayload: { errorType: 'SyntaxError' },
      },
    ]);
    expect(await rowOf('incoming/broken.json')).toBeUndefined();
  });
});
