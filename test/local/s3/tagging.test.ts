import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  type Tag,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseObjectEventText } from '../../../shared/object-event/object-event-parser.ts';
import { rawRequest } from './raw-request.ts';
import { ACCOUNT, type S3World, startS3World } from './s3-world.ts';

const Bucket = 'versioned';
const BLUE: Tag[] = [{ Key: 'colour', Value: 'light blue + é' }];

const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: `${index}` }));

describe('tags of an object', () => {
  let world: S3World;
  let client: S3Client;
  beforeAll(async () => {
    world = await startS3World({
      principals: {
        WRITER: {
          kind: 'role',
          roleName: 'writer',
          functionName: 'writer',
          accountId: ACCOUNT,
          statements: [{ effect: 'Allow', actions: ['s3:PutObject', 's3:GetObject'], resources: ['*'] }],
        },
      },
    });
    client = world.client();
  });
  afterAll(() => world?.close());
  beforeEach(() => {
    world.events.length = 0;
  });

  const put = (Key: string, more: object = {}) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...more }));
  const copy = (Key: string, more: object) =>
    client.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/from`, ...more }));
  const tagsOf = async (Key: string, VersionId?: string) =>
    (await client.send(new GetObjectTaggingCommand({ Bucket, Key, VersionId }))).TagSet;
  const tag = (Key: string, TagSet: Tag[], VersionId?: string) =>
    client.send(new PutObjectTaggingCommand({ Bucket, Key, VersionId, Tagging: { TagSet } }));

  test('are none where none were given: a client that copies in parts asks first', async () => {
    await put('bare');

    expect(await tagsOf('bare')).toEqual([]);
    expect((await client.send(new HeadObjectCommand({ Bucket, Key: 'bare' }))).TagCount).toBeUndefined();
  });

  test('come with a put, are counted for its readers, and make no event of their own', async () => {
    await put('tagged', { Tagging: 'colour=light%20blue+%2B%20%C3%A9&size=' });

    expect(await tagsOf('tagged')).toEqual([...BLUE, { Key: 'size', Value: '' }]);
    expect((await client.send(new GetObjectCommand({ Bucket, Key: 'tagged' }))).TagCount).toBe(2);
    expect(world.events.map((event) => event['detail-type'])).toEqual(['Object Created']);
  });

  test('are put and deleted afterwards, each with its event as S3 writes it', async () => {
    const { ETag, VersionId } = await put('later');
    world.events.length = 0;

    await tag('later', BLUE);
    expect(await tagsOf('later')).toEqual(BLUE);
    await client.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'later' }));
    expect(await tagsOf('later')).toEqual([]);

    expect(world.events.map((event) => event['detail-type'])).toEqual([
      'Object Tags Added',
      'Object Tags Deleted',
    ]);
    for (const { detail } of world.events) {
      expect(detail).toEqual({
        version: '0',
        'event-version': '1.2',
        bucket: { name: Bucket },
        object: { key: 'later', etag: ETag!.replaceAll('"', ''), 'version-id': VersionId },
        'request-id': expect.any(String),
        requester: ACCOUNT,
        'source-ip-address': '127.0.0.1',
      });
    }
    const parsed = world.events.flatMap((event) => parseObjectEventText(JSON.stringify(event)));
    expect(parsed).toMatchObject([{ key: 'later' }, { key: 'later' }]);
  });

  test('belong to their version', async () => {
    const first = await put('versions', { Tagging: 'n=1' });
    await put('versions');

    await tag('versions', BLUE, first.VersionId);

    expect(await tagsOf('versions')).toEqual([]);
    expect(await tagsOf('versions', first.VersionId)).toEqual(BLUE);
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'versions' }));
    await expect(tagsOf('versions')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test('go with a copy, or are replaced by those of the request', async () => {
    await put('from', { Tagging: 'n=1' });
    await copy('copied', { Tagging: 'not=looked-at' });
    await copy('replaced', { TaggingDirective: 'REPLACE', Tagging: 'n=2' });
    await copy('emptied', { TaggingDirective: 'REPLACE' });

    expect(await tagsOf('copied')).toEqual([{ Key: 'n', Value: '1' }]);
    expect(await tagsOf('replaced')).toEqual([{ Key: 'n', Value: '2' }]);
    expect(await tagsOf('emptied')).toEqual([]);
  });

  test('of an upload in parts are the object’s', async () => {
    const at = { Bucket, Key: 'parts' };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...at, Tagging: 'n=1' }));
    const { ETag } = await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'x' }));
    await client.send(
      new CompleteMultipartUploadCommand({
        ...at,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      }),
    );

    expect(await tagsOf('parts')).toEqual([{ Key: 'n', Value: '1' }]);
  });

  test('of a posted form are the object’s', async () => {
    const conditions = [{ bucket: Bucket }, { key: 'form' }, ['starts-with', '$tagging', '']];
    const policy = JSON.stringify({ expiration: '2999-01-01T00:00:00Z', conditions });
    const form = new FormData();
    form.append('key', 'form');
    form.append('AWSAccessKeyId', 'local');
    form.append('policy', Buffer.from(policy).toString('base64'));
    form.append('signature', 'c2ln');
    form.append('tagging', '<Tagging><TagSet><Tag><Key>n</Key><Value>1</Value></Tag></TagSet></Tagging>');
    form.append('file', new File(['x'], 'x.csv'));

    const answer = await fetch(`http://127.0.0.1:${world.port}/${Bucket}`, { method: 'POST', body: form });

    expect([answer.status, await answer.text()]).toEqual([204, '']);
    expect(await tagsOf('form')).toEqual([{ Key: 'n', Value: '1' }]);
  });

  test.each<[string, Tag[], string]>([
    ['eleven', many(11), 'BadRequest'],
    ['two of one key', [...BLUE, ...BLUE], 'InvalidTag'],
    ['one without a key', [{ Key: '', Value: 'x' }], 'InvalidTag'],
    ['a key of 129 characters', [{ Key: 'k'.repeat(129), Value: '' }], 'InvalidTag'],
    ['a value of 257 characters', [{ Key: 'k', Value: 'v'.repeat(257) }], 'InvalidTag'],
    ['a key of AWS’s own', [{ Key: 'aws:x', Value: '' }], 'InvalidTag'],
    ['a character that no tag has', [{ Key: 'k', Value: 'a;b' }], 'InvalidTag'],
  ])('are refused when they are %s: 400, with what was wrong', async (_, tags, name) => {
    await put('refused', { Tagging: 'n=1' });
    world.events.length = 0;

    await expect(tag('refused', tags)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
    expect(await tagsOf('refused')).toEqual([{ Key: 'n', Value: '1' }]);
    expect(world.events).toEqual([]);
  });

  test('may be ten, of 128 and 256 characters', async () => {
    const tags = [...many(9), { Key: 'é'.repeat(128), Value: '世'.repeat(256) }];
    await put('most');

    await tag('most', tags);

    expect(await tagsOf('most')).toEqual(tags);
  });

  test.each(['n=1&n=2', 'n=%3B', Array.from({ length: 11 }, (_, n) => `${n}=`).join('&')])(
    'in a header %s refuse the put',
    async (Tagging) => {
      await expect(put('never', { Tagging })).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });

      expect(world.events).toEqual([]);
    },
  );

  test('need a permission of their own, to be given and to be read', async () => {
    const writer = world.client('WRITER');
    await put('theirs', { Tagging: 'n=1' });

    const requests = [
      () => writer.send(new PutObjectCommand({ Bucket, Key: 'theirs', Body: 'x', Tagging: 'n=2' })),
      () => writer.send(new GetObjectTaggingCommand({ Bucket, Key: 'theirs' })),
      () => writer.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'theirs' })),
      () => writer.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/theirs` })),
    ];
    for (const request of requests) await expect(request()).rejects.toMatchObject({ name: 'AccessDenied' });
    const got = await writer.send(new GetObjectCommand({ Bucket, Key: 'theirs' }));
    expect(got.TagCount).toBeUndefined();
    expect(await tagsOf('theirs')).toEqual([{ Key: 'n', Value: '1' }]);
  });

  test('are not what a document without a set says', async () => {
    await put('malformed');

    const answer = await rawRequest(world.port, 'PUT', `/${Bucket}/malformed?tagging`, {
      body: '<Tagging/>',
    });

    expect(answer).toMatchObject({ status: 400, code: 'MalformedXML' });
  });
});
