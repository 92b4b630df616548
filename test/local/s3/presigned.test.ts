import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACCOUNT, type S3World, startS3World } from './s3-world.ts';

const Bucket = 'plain';

describe('a presigned URL of the JavaScript SDK', () => {
  let world: S3World;
  let client: S3Client;
  beforeAll(async () => {
    world = await startS3World();
    client = world.client();
  });
  afterAll(() => world?.close());

  test('made with the defaults takes any body: the checksum of nothing that it carries is not looked at', async () => {
    const url = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: 'defaults' }));
    expect([...new URL(url).searchParams.keys()]).toEqual(
      expect.arrayContaining(['x-amz-checksum-crc32', 'x-amz-sdk-checksum-algorithm']),
    );

    const answer = await fetch(url, { method: 'PUT', body: 'whatever the holder sends' });

    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(await read('defaults')).toBe('whatever the holder sends');
  });

  test('carries metadata, owner, ACL and storage class in its query, and they count as headers', async () => {
    const put = new PutObjectCommand({
      Bucket,
      Key: 'hoisted',
      Metadata: { colour: 'blue', 'with-dash': 'a b+c' },
      ACL: 'private',
      StorageClass: 'STANDARD',
      ExpectedBucketOwner: ACCOUNT,
    });
    const url = await getSignedUrl(client, put);
    expect(new URL(url).searchParams.get('x-amz-meta-colour')).toBe('blue');

    const answer = await fetch(url, { method: 'PUT', body: 'x' });
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'hoisted' }));

    expect(answer.status).toBe(200);
    expect(got.Metadata).toEqual({ colour: 'blue', 'with-dash': 'a b+c' });
  });

  test.each([
    [{ ACL: 'public-read' as const }, 400, 'AccessControlListNotSupported'],
    [{ ExpectedBucketOwner: '999999999999' }, 403, 'AccessDenied'],
    [{ ExpectedBucketOwner: 'me' }, 400, 'InvalidBucketOwnerAWSAccountID'],
    [{ StorageClass: 'GLACIER' as const }, 501, 'NotImplemented'],
  ])('that carries %j is refused as the header would be: %i %s', async (input, status, code) => {
    const url = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: 'refused', ...input }));

    const answer = await fetch(url, { method: 'PUT', body: 'x' });

    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(`<Code>${code}</Code>`);
    expect(
      (await fetch(await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'refused' })))).status,
    ).toBe(404);
  });

  test('uploads a part', async () => {
    const at = { Bucket, Key: 'parts' };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(at));
    const url = await getSignedUrl(client, new UploadPartCommand({ ...at, UploadId, PartNumber: 1 }));

    const answer = await fetch(url, { method: 'PUT', body: 'a part' });
    const parts = await client.send(new ListPartsCommand({ ...at, UploadId }));

    expect(answer.status).toBe(200);
    expect(parts.Parts).toMatchObject([{ PartNumber: 1, Size: 6, ETag: answer.headers.get('etag') }]);
  });

  test('copies, deletes and reads', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'from', Body: 'bytes' }));
    const to = { Bucket, Key: 'to' };

    const copy = await getSignedUrl(client, new CopyObjectCommand({ ...to, CopySource: `${Bucket}/from` }));
    expect((await fetch(copy, { method: 'PUT' })).status).toBe(200);
    expect(await read('to')).toBe('bytes');
    const remove = await getSignedUrl(client, new DeleteObjectCommand(to));
    expect((await fetch(remove, { method: 'DELETE' })).status).toBe(204);
    expect((await fetch(await getSignedUrl(client, new GetObjectCommand(to)))).status).toBe(404);
  });

  test('is refused with a header of another value than the one signed into it: 403, AWS names the header', async () => {
    const url = await getSignedUrl(
      client,
      new PutObjectCommand({ Bucket, Key: 'two-words', Metadata: { colour: 'blue' } }),
    );

    const answer = await fetch(url, { method: 'PUT', body: 'x', headers: { 'x-amz-meta-colour': 'red' } });

    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('<HeadersNotSigned>x-amz-meta-colour</HeadersNotSigned>');
  });

  async function read(Key: string): Promise<string> {
    const answer = await fetch(await getSignedUrl(client, new GetObjectCommand({ Bucket, Key })));
    return answer.text();
  }
});
