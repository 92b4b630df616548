import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterEach, describe, expect, test } from 'vitest';
import type { WouldSendPage } from '../../shared/control-api.ts';
import { ExampleCopy } from '../support/example-copy.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { waitFor } from '../support/wait-for.ts';

let pipeline: PipelineUnderTest | undefined;
afterEach(async () => {
  await pipeline?.[Symbol.asyncDispose]();
  pipeline = undefined;
});

/** Runs one of the examples as a team would: an app of its own that names the package. */
async function started(name: string): Promise<PipelineUnderTest> {
  pipeline = await PipelineUnderTest.start({ assemblyDir: new ExampleCopy(name).synthesize() });
  return pipeline;
}

const put = (app: PipelineUnderTest, Key: string, Body: Uint8Array | string, more: object = {}) =>
  app.s3.send(new PutObjectCommand({ Bucket: app.bucket, Key, Body, ...more }));

/** The objects of the output bucket, by key, once there are so many of them. */
async function outputs(app: PipelineUnderTest, count: number): Promise<ReadonlyMap<string, Buffer>> {
  const Bucket = app.output('OutputBucketName');
  let keys: readonly string[] = [];
  await waitFor(
    async () => {
      const { Contents = [] } = await app.s3.send(new ListObjectsV2Command({ Bucket }));
      keys = Contents.map(({ Key = '' }) => Key);
      return keys.length >= count;
    },
    `${count} objects in the output bucket`,
    60_000,
  );
  const entries = keys.map(async (Key) => {
    const { Body } = await app.s3.send(new GetObjectCommand({ Bucket, Key }));
    return [Key, Buffer.from((await Body?.transformToByteArray()) ?? [])] as const;
  });
  return new Map(await Promise.all(entries));
}

describe('the example', () => {
  test('thumbnails makes a smaller image of each, says what it was, and what is none', async () => {
    const app = await started('thumbnails');
    const photo = await sharp({ create: { width: 640, height: 400, channels: 3, background: 'teal' } })
      .jpeg()
      .toBuffer();

    await put(app, 'images/straße.jpg', photo);
    await put(app, 'images/none.png', 'no image');
    await put(app, 'images/readme.txt', 'of another name');
    const kept = await outputs(app, 3);

    expect([...kept.keys()].toSorted()).toEqual([
      'thumbnails/images/none.png.json',
      'thumbnails/images/straße.jpg.json',
      'thumbnails/images/straße.jpg.webp',
    ]);
    expect(await sharp(kept.get('thumbnails/images/straße.jpg.webp')).metadata()).toMatchObject({
      format: 'webp',
      width: 320,
      height: 200,
    });
    expect(JSON.parse(String(kept.get('thumbnails/images/straße.jpg.json')))).toMatchObject({
      format: 'jpeg',
      width: 640,
    });
    expect(JSON.parse(String(kept.get('thumbnails/images/none.png.json')))).toMatchObject({
      status: 'not-an-image',
    });
    const { ContentType, Metadata } = await app.s3.send(
      new GetObjectCommand({
        Bucket: app.output('OutputBucketName'),
        Key: 'thumbnails/images/straße.jpg.webp',
      }),
    );
    expect(ContentType).toBe('image/webp');
    expect(Metadata).toMatchObject({ consumer: 'thumbnails', 'source-key': 'images/stra%C3%9Fe.jpg' });
  });

  test('json-lines counts the lines that are orders, and keeps the others', async () => {
    const app = await started('json-lines');

    const { VersionId } = await put(
      app,
      'orders/one.jsonl',
      '{"id":"a","total":1}\n{"id":"b"}\n{"id":"c","total":3}\n',
    );
    const kept = await outputs(app, 1);

    const key = `rejects/orders/one.jsonl/${VersionId}-1.ndjson`;
    expect([...kept].map(([name, body]) => [name, String(body)])).toEqual([
      [key, '{"line":2,"error":"no total, which is a number","text":"{\\"id\\":\\"b\\"}"}\n'],
    ]);
    await waitFor(
      async () => (await app.rows('OrderLinesTableName')).length > 0,
      'the row of the file',
      60_000,
    );
    expect(await app.rows('OrderLinesTableName')).toMatchObject([
      { object_key: 'orders/one.jsonl', status: 'rejects', lines: 3, valid: 2, rejected: 1, rejects: key },
    ]);
  });

  test('partner-bus lists what the partner would have been sent', async () => {
    const app = await started('partner-bus');

    await put(app, 'shared/plan.pdf', 'x');
    await put(app, 'private/plan.pdf', 'x');
    const wouldSend = async () =>
      ((await (await fetch(`${app.endpoint}/_sluice/would-send?limit=10`)).json()) as WouldSendPage).events;
    await waitFor(async () => (await wouldSend()).length > 0, 'an event for the partner', 60_000);
    await waitFor(async () => (await app.metadataRows()).length === 2, 'both rows', 60_000);

    expect(await wouldSend()).toMatchObject([
      {
        to: 'arn:aws:events:eu-central-1:222233334444:event-bus/sluice-uploads',
        key: 'shared/plan.pdf',
        event: { source: 'aws.s3', 'detail-type': 'Object Created' },
      },
    ]);
  });
});
