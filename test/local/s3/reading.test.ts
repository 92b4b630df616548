import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { beginRequest } from './raw-request.ts';
import { REGION, type S3World, startS3World } from './s3-world.ts';

const Bucket = 'versioned';

describe('reading, conditions and headers, with the AWS SDK', () => {
  let world: S3World;
  let client: S3Client;
  beforeAll(async () => {
    world = await startS3World();
    client = world.client();
  });
  afterAll(() => world?.close());

  test('content headers and user metadata come back as they were put, on GET and HEAD', async () => {
    const put = {
      ContentType: 'text/csv; charset=utf-8',
      CacheControl: 'max-age=60',
      ContentDisposition: 'attachment; filename="a b.csv"',
      ContentEncoding: 'gzip',
      ContentLanguage: 'fr',
      Metadata: { colour: 'blue', 'with-dash': ' spaced  out' },
    };
    await client.send(new PutObjectCommand({ Bucket, Key: 'headers', Body: 'x', ...put }));

    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'headers' }));
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'headers' }));

    const expected = {
      ...put,
      Metadata: { colour: 'blue', 'with-dash': 'spaced  out' },
      ServerSideEncryption: 'AES256',
    };
    expect(got).toMatchObject(expected);
    expect(head).toMatchObject({ ...expected, ContentLength: 1, AcceptRanges: 'bytes' });
  });

  test.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
    ['bytes=9-100', '9', 'bytes 9-9/10'],
    ['bytes=0-0,2-3', '0123456789', undefined],
    ['bytes=3-1', '0123456789', undefined],
    ['lines=1-2', '0123456789', undefined],
  ])('range %s of ten bytes gives %j', async (Range, body, contentRange) => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'ten', Body: '0123456789' }));

    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'ten', Range }));

    expect(await got.Body!.transformToString()).toBe(body);
    expect(got.ContentRange).toBe(contentRange);
    expect(got.$metadata.httpStatusCode).toBe(contentRange === undefined ? 200 : 206);
  });

  test.each(['bytes=10-', 'bytes=10-20', 'bytes=-0'])('range %s of ten bytes is 416', async (Range) => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'ten', Body: '0123456789' }));

    await expect(client.send(new GetObjectCommand({ Bucket, Key: 'ten', Range }))).rejects.toMatchObject({
      name: 'InvalidRange',
      $metadata: { httpStatusCode: 416 },
    });
  });

  test('an empty object is read, also by HEAD and as part 1', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'empty', Body: '' }));

    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'empty' }));
    const part = await client.send(new GetObjectCommand({ Bucket, Key: 'empty', PartNumber: 1 }));

    expect(await got.Body!.transformToString()).toBe('');
    expect(got.ETag).toBe('"d41d8cd98f00b204e9800998ecf8427e"');
    expect(part.ContentLength).toBe(0);
  });

  test('If-Match, If-None-Match and the dates decide as RFC 9110 and S3 have it', async () => {
    const { ETag } = await client.send(new PutObjectCommand({ Bucket, Key: 'conditions', Body: 'x' }));
    const at = { Bucket, Key: 'conditions' };
    const status = async (condition: object) => {
      try {
        return (await client.send(new HeadObjectCommand({ ...at, ...condition }))).$metadata.httpStatusCode;
      } catch (error) {
        return (error as { $metadata: { httpStatusCode: number } }).$metadata.httpStatusCode;
      }
    };
    const past = new Date(Date.now() - 86_400_000);
    const future = new Date(Date.now() + 86_400_000);

    expect(await status({ IfMatch: ETag })).toBe(200);
    expect(await status({ IfMatch: '*' })).toBe(200);
    expect(await status({ IfMatch: '"other"' })).toBe(412);
    expect(await status({ IfNoneMatch: ETag })).toBe(304);
    expect(await status({ IfNoneMatch: '"other"' })).toBe(200);
    const thisSecond = new Date(Math.trunc(Date.now() / 1_000) * 1_000);
    expect(await status({ IfModifiedSince: thisSecond })).toBe(304);
    // AWS reads a date to come over
    expect(await status({ IfModifiedSince: future })).toBe(200);
    expect(await status({ IfModifiedSince: past })).toBe(200);
    expect(await status({ IfUnmodifiedSince: past })).toBe(412);
    expect(await status({ IfUnmodifiedSince: past, IfMatch: ETag })).toBe(200);
    expect(await status({ IfNoneMatch: '"other"', IfModifiedSince: thisSecond })).toBe(200);
  });

  test('a conditional put writes once: If-None-Match * over nothing or a marker, If-Match over its etag', async () => {
    const at = { Bucket, Key: 'once' };
    const first = await client.send(new PutObjectCommand({ ...at, Body: '1', IfNoneMatch: '*' }));
    world.events.length = 0;

    await expect(
      client.send(new PutObjectCommand({ ...at, Body: '2', IfNoneMatch: '*' })),
    ).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
    await expect(
      client.send(new PutObjectCommand({ ...at, Body: '2', IfMatch: '"x"' })),
    ).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    await expect(
      client.send(new PutObjectCommand({ Bucket, Key: 'never', Body: '2', IfMatch: '"x"' })),
    ).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(world.events).toEqual([]);
    await client.send(new PutObjectCommand({ ...at, Body: '2', IfMatch: first.ETag }));
    await client.send(new DeleteObjectCommand(at));
    await client.send(new PutObjectCommand({ ...at, Body: '3', IfNoneMatch: '*' }));
  });

  test('of many conditional puts at once exactly one succeeds, with one event', async () => {
    world.events.length = 0;
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) =>
        client.send(new PutObjectCommand({ Bucket, Key: 'race', Body: `${index}`, IfNoneMatch: '*' })),
      ),
    );

    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(world.events).toHaveLength(1);
  });

  test('a condition that held before the body came is asked again when the object is made', async () => {
    world.events.length = 0;
    const body = Buffer.alloc(1_024 ** 2, 'slow');
    const conditional = await beginRequest(
      world.port,
      'PUT',
      '/versioned/slow',
      { 'if-none-match': '*', 'content-length': body.length, connection: 'close' },
      body.subarray(0, -1),
    );
    // the body is on its way to the disk: the condition has held
    await expect.poll(() => readdir(join(world.dataDir, 'objects/unfinished'))).toHaveLength(1);
    await client.send(new PutObjectCommand({ Bucket, Key: 'slow', Body: 'quick' }));
    conditional.write(body.subarray(-1));
    const answer = await text(conditional);

    expect(answer).toMatch(/^HTTP\/1\.1 412 /);
    expect(world.events.map(({ detail }) => detail.object.size)).toEqual([5]);
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'slow' }));
    expect(await Body?.transformToString()).toBe('quick');
  });

  test('a checksum comes back when asked for, and is the one that the client sent', async () => {
    for (const ChecksumAlgorithm of ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const) {
      const put = await client.send(
        new PutObjectCommand({ Bucket, Key: 'checksum', Body: 'hello', ChecksumAlgorithm }),
      );
      const got = await client.send(
        new GetObjectCommand({ Bucket, Key: 'checksum', ChecksumMode: 'ENABLED' }),
      );

      const name = `Checksum${ChecksumAlgorithm}` as const;
      expect(put[name]).toBeTruthy();
      expect(got[name]).toBe(put[name]);
      expect(got.ChecksumType).toBe('FULL_OBJECT');
      expect(await got.Body!.transformToString()).toBe('hello');
    }
  });

  test('a copy keeps or replaces the metadata, takes an old version, and minds the source conditions', async () => {
    const put = { Bucket, Key: 'copy source ü+', ContentType: 'text/plain', Metadata: { a: '1' } };
    const old = await client.send(new PutObjectCommand({ ...put, Body: 'old' }));
    await client.send(new PutObjectCommand({ ...put, Body: 'new' }));
    const CopySource = `/${Bucket}/${encodeURIComponent(put.Key)}`;
    const copied = async (options: object) => {
      await client.send(new CopyObjectCommand({ Bucket: 'plain', Key: 'copied', CopySource, ...options }));
      const got = await client.send(new GetObjectCommand({ Bucket: 'plain', Key: 'copied' }));
      return [await got.Body!.transformToString(), got.ContentType, got.Metadata];
    };

    expect(await copied({})).toEqual(['new', 'text/plain', { a: '1' }]);
    expect(await copied({ CopySource: `${CopySource}?versionId=${old.VersionId}` })).toEqual([
      'old',
      'text/plain',
      { a: '1' },
    ]);
    expect(
      await copied({ MetadataDirective: 'REPLACE', ContentType: 'text/csv', Metadata: { b: '2' } }),
    ).toEqual(['new', 'text/csv', { b: '2' }]);
    await expect(copied({ CopySourceIfMatch: old.ETag })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    await expect(copied({ CopySource: `${Bucket}/missing` })).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(
      client.send(new CopyObjectCommand({ Bucket, Key: put.Key, CopySource })),
    ).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
  });

  test('a copy outlives its source', async () => {
    await client.send(new PutObjectCommand({ Bucket: 'plain', Key: 'from', Body: 'shared' }));
    await client.send(new CopyObjectCommand({ Bucket: 'plain', Key: 'to', CopySource: 'plain/from' }));
    await client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'from' }));

    const got = await client.send(new GetObjectCommand({ Bucket: 'plain', Key: 'to' }));

    expect(await got.Body!.transformToString()).toBe('shared');
  });

  test('deleting many answers for each key, or only for the failed ones when quiet', async () => {
    await client.send(new PutObjectCommand({ Bucket: 'plain', Key: 'one', Body: 'x' }));
    const Objects = [{ Key: 'one' }, { Key: 'never there' }, { Key: '../out' }];

    const loud = await client.send(new DeleteObjectsCommand({ Bucket: 'plain', Delete: { Objects } }));
    const quiet = await client.send(
      new DeleteObjectsCommand({ Bucket: 'plain', Delete: { Objects, Quiet: true } }),
    );

    expect(loud.Deleted?.map(({ Key }) => Key)).toEqual(['one', 'never there']);
    expect(loud.Errors).toMatchObject([{ Key: '../out', Code: 'InvalidURI' }]);
    expect(quiet.Deleted).toBeUndefined();
    expect(quiet.Errors).toHaveLength(1);
  });

  test('a missing bucket, key and version have their own answers', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'here', Body: 'x' }));

    await expect(client.send(new GetObjectCommand({ Bucket: 'nowhere', Key: 'x' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
    await expect(client.send(new GetObjectCommand({ Bucket, Key: 'not here' }))).rejects.toMatchObject({
      name: 'NoSuchKey',
    });
    await expect(
      client.send(new GetObjectCommand({ Bucket, Key: 'here', VersionId: 'x'.repeat(32) })),
    ).rejects.toMatchObject({ name: 'NoSuchVersion' });
    await expect(client.send(new HeadBucketCommand({ Bucket: 'nowhere' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });

  test('buckets tell their names, place and versioning', async () => {
    const list = await client.send(new ListBucketsCommand({}));
    const head = await client.send(new HeadBucketCommand({ Bucket }));
    const location = await client.send(new GetBucketLocationCommand({ Bucket }));
    const versioning = await client.send(new GetBucketVersioningCommand({ Bucket }));
    const plain = await client.send(new GetBucketVersioningCommand({ Bucket: 'plain' }));

    expect(list.Buckets?.map(({ Name }) => Name)).toEqual(['plain', 'versioned']);
    expect(head.BucketRegion).toBe(REGION);
    expect(location.LocationConstraint).toBe(REGION);
    expect([versioning.Status, plain.Status]).toEqual(['Enabled', undefined]);
  });

  test('an object is read to its end though it is deleted meanwhile', async () => {
    const Body = Buffer.alloc(32 * 1_024 ** 2, 'slow reader ');
    await client.send(new PutObjectCommand({ Bucket: 'plain', Key: 'long', Body }));

    const got = await client.send(new GetObjectCommand({ Bucket: 'plain', Key: 'long' }));
    await client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'long' }));
    const bytes = Buffer.from(await got.Body!.transformToByteArray());

    expect(bytes.equals(Body)).toBe(true);
  });
});
