import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { OPERATIONS } from '../../../local/s3/honoured-inputs.ts';
import { BUCKET_ROUTES, OBJECT_ROUTES, SERVICE_ROUTES } from '../../../local/s3/routes.ts';
import { rawRequest } from './raw-request.ts';
import { ACCOUNT, type S3World, startS3World } from './s3-world.ts';

const NOWHERE = '1'.repeat(32);

/** Each answer here is the one that AWS was recorded or documented to give. */
describe('what S3 is asked with', () => {
  let world: S3World;
  let client: S3Client;
  beforeAll(async () => {
    world = await startS3World();
    client = world.client();
  });
  afterAll(() => world?.close());
  beforeEach(async () => {
    await client.send(new PutObjectCommand({ Bucket: 'plain', Key: 'kept', Body: 'as it was' }));
    await client.send(new PutObjectCommand({ Bucket: 'versioned', Key: 'kept', Body: 'as it was' }));
    world.events.length = 0;
  });

  const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    rawRequest(world.port, method, path, { headers, ...(body !== undefined && { body }) });
  const kept = async () => (await ask('GET', '/plain/kept')).body;

  test('every operation has its row in the table, and every row its operation', () => {
    const routed = [...SERVICE_ROUTES, ...BUCKET_ROUTES, ...OBJECT_ROUTES].map(({ operation }) => operation);

    expect([...new Set(routed)].toSorted()).toEqual(Object.keys(OPERATIONS).toSorted());
  });

  const EVERY = [
    ['GET', '/'],
    ['HEAD', '/plain'],
    ['GET', '/plain'],
    ['GET', '/plain?list-type=2'],
    ['GET', '/plain?versions'],
    ['GET', '/plain?uploads'],
    ['GET', '/plain?location'],
    ['GET', '/plain?versioning'],
    ['POST', '/plain?delete'],
    ['GET', '/plain/kept'],
    ['HEAD', '/plain/kept'],
    ['PUT', '/plain/kept'],
    ['DELETE', '/plain/kept'],
    ['POST', '/plain/kept?uploads'],
    ['POST', '/plain/kept?uploadId=1'],
    ['PUT', '/plain/kept?uploadId=1&partNumber=1'],
    ['GET', '/plain/kept?tagging'],
    ['PUT', '/plain/kept?tagging'],
    ['DELETE', '/plain/kept?tagging'],
    ['DELETE', '/plain/kept?uploadId=1'],
    ['GET', '/plain/kept?uploadId=1'],
  ] as const;

  test.each(EVERY)('%s %s refuses an x-amz- header that nobody knows, by name', async (method, path) => {
    const answer = await ask(method, path, { 'x-amz-brand-new': 'x' }, method === 'GET' ? undefined : '');

    expect(answer.status).toBe(501);
    expect(answer.body).toContain(method === 'HEAD' ? '' : '<Header>x-amz-brand-new</Header>');
    expect(await kept()).toBe('as it was');
    expect(world.events).toEqual([]);
  });

  test.each(EVERY)(
    '%s %s refuses a parameter that nobody knows, also one that looks like a header',
    async (method, path) => {
      for (const parameter of ['brand-new', 'x-amz-meta-colour', 'X-Amz-Checksum-Mode']) {
        const separator = path.includes('?') ? '&' : '?';
        const answer = await ask(
          method,
          `${path}${separator}${parameter}=1`,
          {},
          method === 'GET' ? undefined : '',
        );

        expect(answer.status).toBe(501);
        expect(answer.body).toContain(method === 'HEAD' ? '' : `?${parameter}`);
      }
      expect(await kept()).toBe('as it was');
      expect(world.events).toEqual([]);
    },
  );

  test.each([
    ['PUT', '/plain/kept', { 'if-match': '*' }, 501, 'NotImplemented', '<Header>If-Match</Header>'],
    [
      'PUT',
      '/plain/kept',
      { 'if-none-match': '"x"' },
      501,
      'NotImplemented',
      '<Header>If-None-Match</Header>',
    ],
    [
      'PUT',
      '/plain/kept',
      { 'if-none-match': '*', 'if-match': '"x"' },
      501,
      'NotImplemented',
      '<Header>If-Match,If-None-Match</Header>',
    ],
    [
      'PUT',
      '/plain/kept',
      { 'if-unmodified-since': 'Mon, 01 Jan 2024 00:00:00 GMT' },
      501,
      'NotImplemented',
      '<Header>if-unmodified-since</Header>',
    ],
    [
      'PUT',
      '/plain/kept',
      { 'if-match': '"x"' },
      412,
      'PreconditionFailed',
      '<Condition>If-Match</Condition>',
    ],
    [
      'PUT',
      '/plain/kept',
      { 'if-none-match': '*' },
      412,
      'PreconditionFailed',
      '<Condition>If-None-Match</Condition>',
    ],
    ['PUT', '/plain/absent', { 'if-match': '"x"' }, 404, 'NoSuchKey', '<Key>absent</Key>'],
    [
      'PUT',
      '/plain/kept?versionId=null',
      {},
      400,
      'InvalidArgument',
      '<ArgumentName>versionId</ArgumentName>',
    ],
    ['PUT', '/plain/kept', { 'x-amz-grant-read': 'id=1' }, 400, 'AccessControlListNotSupported', ''],
    ['PUT', '/plain/kept', { 'x-amz-object-lock-mode': 'GOVERNANCE' }, 400, 'InvalidRequest', 'Object Lock'],
    [
      'PUT',
      '/plain/kept',
      { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' },
      501,
      'NotImplemented',
      '<Header>x-amz-server-side-encryption-customer-algorithm</Header>',
    ],
    [
      'GET',
      '/plain/kept',
      { 'x-amz-server-side-encryption-customer-key': 'secret' },
      400,
      'InvalidRequest',
      'not applicable',
    ],
    [
      'DELETE',
      '/plain/kept',
      { 'x-amz-if-match-size': '9' },
      501,
      'NotImplemented',
      '<Header>x-amz-if-match-size</Header>',
    ],
    [
      'DELETE',
      '/plain/kept',
      { 'x-amz-if-match-last-modified-time': 'Mon, 01 Jan 2024 00:00:00 GMT' },
      501,
      'NotImplemented',
      '<Header>x-amz-if-match-last-modified-time</Header>',
    ],
    [
      'DELETE',
      '/plain/kept',
      { 'if-match': '"x"' },
      412,
      'PreconditionFailed',
      '<Condition>If-Match</Condition>',
    ],
    ['DELETE', '/plain/absent', { 'if-match': '*' }, 404, 'NoSuchKey', '<Key>absent</Key>'],
    [
      'DELETE',
      '/plain/kept?versionId=null',
      { 'if-match': '*' },
      501,
      'NotImplemented',
      '<Header>If-Match</Header>',
    ],
    [
      'DELETE',
      '/plain/kept',
      { 'x-amz-bypass-governance-retention': 'true' },
      400,
      'InvalidArgument',
      '<ArgumentName>x-amz-bypass-governance-retention</ArgumentName>',
    ],
    [
      'DELETE',
      '/versioned/kept?versionId=garbage',
      {},
      400,
      'InvalidArgument',
      '<ArgumentValue>garbage</ArgumentValue>',
    ],
    [
      'DELETE',
      `/plain/kept?versionId=${NOWHERE}`,
      {},
      400,
      'InvalidArgument',
      '<ArgumentName>versionId</ArgumentName>',
    ],
    [
      'GET',
      '/versioned/kept?versionId=garbage',
      {},
      400,
      'InvalidArgument',
      '<ArgumentName>versionId</ArgumentName>',
    ],
    ['GET', '/versioned/kept?versionId=', {}, 400, 'InvalidArgument', 'empty'],
    [
      'GET',
      `/versioned/kept?versionId=${NOWHERE}`,
      {},
      404,
      'NoSuchVersion',
      `<VersionId>${NOWHERE}</VersionId>`,
    ],
    ['GET', '/plain/kept?partNumber=1', { range: 'bytes=0-1' }, 400, 'InvalidRequest', 'Range'],
    ['GET', '/plain/kept?partNumber=2', {}, 416, 'InvalidPartNumber', '<ActualPartCount>1</ActualPartCount>'],
    [
      'GET',
      '/plain/kept?partNumber=0',
      {},
      400,
      'InvalidArgument',
      '<ArgumentName>partNumber</ArgumentName>',
    ],
    [
      'GET',
      '/plain/kept',
      { range: 'bytes=9-' },
      416,
      'InvalidRange',
      '<ActualObjectSize>9</ActualObjectSize>',
    ],
    ['GET', '/plain/kept?versionId=null&versionId=2', {}, 400, 'InvalidArgument', '2 times'],
    [
      'GET',
      '/plain/kept',
      { 'if-match': '"x"' },
      412,
      'PreconditionFailed',
      '<Condition>If-Match</Condition>',
    ],
    ['GET', '/plain/absent', {}, 404, 'NoSuchKey', '<Key>absent</Key>'],
    ['GET', '/absent/kept', {}, 404, 'NoSuchBucket', '<BucketName>absent</BucketName>'],
    ['PUT', '/plain/kept?uploadId=none&partNumber=1', {}, 404, 'NoSuchUpload', '<UploadId>none</UploadId>'],
    ['PUT', '/plain/kept', { 'x-amz-expected-bucket-owner': '1' }, 400, 'InvalidBucketOwnerAWSAccountID', ''],
    ['PUT', '/plain/kept', { 'x-amz-expected-bucket-owner': '1'.repeat(12) }, 403, 'AccessDenied', ''],
    ['PUT', '/plain/kept', { 'x-amz-checksum-crc32': 'AAA' }, 400, 'InvalidRequest', 'x-amz-checksum-crc32'],
    [
      'PUT',
      '/plain/kept',
      { 'x-amz-checksum-sha256': 'AAAAAA==' },
      400,
      'InvalidRequest',
      'x-amz-checksum-sha256',
    ],
    [
      'PUT',
      '/plain/kept',
      { 'x-amz-checksum-crc32': 'AAAAAB==' },
      400,
      'InvalidRequest',
      'x-amz-checksum-crc32',
    ],
    ['PUT', '/plain/kept', { 'x-amz-checksum-crc32': 'AAAAAQ==' }, 400, 'BadDigest', ''],
  ] as const)('%s %s with %j answers %i %s', async (method, path, headers, status, code, detail) => {
    const answer = await ask(method, path, headers, method === 'PUT' ? 'other' : undefined);

    expect(answer).toMatchObject({ status, code });
    expect(answer.body).toContain(detail);
    expect(answer.body).not.toContain('secret');
    expect(answer.body).toMatch(
      /<Resource>[^<]+<\/Resource><RequestId>[^<]+<\/RequestId><HostId>[^<]+<\/HostId>/,
    );
    expect(answer.headers['x-amz-id-2']).toEqual(expect.any(String));
    expect(await kept()).toBe('as it was');
    expect(world.events).toEqual([]);
  });

  test.each([
    ['PUT', { 'x-amz-request-payer': 'requester', 'x-amz-expected-bucket-owner': ACCOUNT }],
    [
      'PUT',
      {
        'x-amz-acl': 'bucket-owner-full-control',
        'x-amz-server-side-encryption-bucket-key-enabled': 'false',
      },
    ],
    ['DELETE', { 'x-amz-mfa': '20899872 301749' }],
    ['GET', { 'x-amz-request-payer': 'requester', 'x-amz-user-agent': 'x' }],
    // a date to come says nothing about what is modified
    ['GET', { 'if-modified-since': new Date(Date.now() + 86_400_000).toUTCString() }],
  ] as const)('%s with %j passes: without effect on one machine, as on AWS', async (method, headers) => {
    const answer = await ask(method, '/plain/passes', headers, method === 'PUT' ? 'x' : undefined);

    expect([200, 204, 404]).toContain(answer.status);
  });

  test('a delete on a condition that holds deletes', async () => {
    const { ETag } = await client.send(new HeadObjectCommand({ Bucket: 'plain', Key: 'kept' }));

    await client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'kept', IfMatch: ETag }));

    expect(world.events).toMatchObject([{ 'detail-type': 'Object Deleted' }]);
  });

  test('under a delete marker nothing is there for a condition', async () => {
    const at = { Bucket: 'versioned', Key: 'under-marker' };
    const { ETag } = await client.send(new PutObjectCommand({ ...at, Body: 'x' }));
    await client.send(new DeleteObjectCommand(at));

    for (const IfMatch of [ETag, '*']) {
      await expect(client.send(new DeleteObjectCommand({ ...at, IfMatch }))).rejects.toMatchObject({
        name: 'NoSuchKey',
        $metadata: { httpStatusCode: 404 },
      });
    }
  });

  test('a delete marker that is read by its id: 405, with the method and the kind of resource', async () => {
    const at = { Bucket: 'versioned', Key: 'marker' };
    const { VersionId } = await client.send(new DeleteObjectCommand(at));

    const read = await ask('GET', `/versioned/marker?versionId=${VersionId}`);
    const copied = await ask('PUT', '/plain/copied', {
      'x-amz-copy-source': `versioned/marker?versionId=${VersionId}`,
    });

    expect(read).toMatchObject({ status: 405, code: 'MethodNotAllowed' });
    expect(read.body).toContain('<Method>GET</Method><ResourceType>DeleteMarker</ResourceType>');
    expect(copied).toMatchObject({ status: 400, code: 'InvalidRequest' });
  });

  test('many deletes answer a version that cannot be with an entry of its own', async () => {
    const deleted = await client.send(
      new DeleteObjectsCommand({
        Bucket: 'versioned',
        Delete: { Objects: [{ Key: 'kept', VersionId: 'garbage' }, { Key: 'other' }] },
      }),
    );

    expect(deleted.Errors).toMatchObject([{ Key: 'kept', VersionId: 'garbage', Code: 'NoSuchVersion' }]);
    expect(deleted.Deleted).toMatchObject([{ Key: 'other' }]);
    const left = await client.send(new ListObjectVersionsCommand({ Bucket: 'versioned', Prefix: 'kept' }));
    expect(left.Versions?.[0]).toMatchObject({ IsLatest: true });
  });

  test('many deletes on a size or a time, which only directory buckets know, delete nothing', async () => {
    const body = '<Delete><Object><Key>kept</Key><Size>99</Size></Object></Delete>';

    const answer = await ask(
      'POST',
      '/plain?delete',
      { 'content-md5': createHash('md5').update(body).digest('base64') },
      body,
    );

    expect(answer).toMatchObject({ status: 501, code: 'NotImplemented' });
    expect(await kept()).toBe('as it was');
  });

  test.each(['\u0001', '\u001f', '&#1;', '&#x1;', '&#x1F;', '&#0;', '&#xFFFE;', '&#xD800;', '\uffff'])(
    'many deletes with the key a%jb, which XML 1.0 has no form for, are refused whole: 400, as AWS does',
    async (character) => {
      const body = `<Delete><Object><Key>kept</Key></Object><Object><Key>a${character}b</Key></Object></Delete>`;

      const answer = await ask(
        'POST',
        '/plain?delete',
        { 'content-md5': createHash('md5').update(body).digest('base64') },
        body,
      );

      expect(answer).toMatchObject({ status: 400, code: 'MalformedXML' });
      expect(await kept()).toBe('as it was');
      expect(world.events).toEqual([]);
    },
  );

  test.each([
    ['bytes=0-9', 400, 'InvalidArgument', '<ArgumentValue>bytes=0-9</ArgumentValue>'],
    ['bytes=9-9', 400, 'InvalidRequest', 'invalid for the source object size'],
    ['bytes=0-', 400, 'InvalidArgument', '<ArgumentName>x-amz-copy-source-range</ArgumentName>'],
    ['bytes=-4', 400, 'InvalidArgument', ''],
    ['bytes=4-2', 400, 'InvalidArgument', ''],
    ['0-4', 400, 'InvalidArgument', ''],
    ['bytes=0-8', 200, undefined, '<ETag>'],
  ])('a part copied from %s of nine bytes answers %i %s', async (range, status, code, detail) => {
    const at = { Bucket: 'plain', Key: 'copied-part' };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(at));

    const answer = await ask('PUT', `/plain/copied-part?uploadId=${UploadId}&partNumber=1`, {
      'x-amz-copy-source': 'plain/kept',
      'x-amz-copy-source-range': range,
    });

    expect(answer).toMatchObject({ status, code });
    expect(answer.body).toContain(detail);
  });

  test('a part is not sent with metadata, which belongs to its upload', async () => {
    const at = { Bucket: 'plain', Key: 'metadata-part' };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(at));

    const answer = await ask(
      'PUT',
      `/plain/metadata-part?uploadId=${UploadId}&partNumber=1`,
      { 'x-amz-meta-colour': 'blue' },
      'x',
    );

    expect(answer).toMatchObject({ status: 400, code: 'InvalidArgument' });
  });

  test.each([
    ['plain%2Fcopy%20source%2B', 200],
    ['%2Fplain%2Fcopy%20source%2B', 200],
    ['/plain/copy+source%2B', 200],
    ['plain/copy%20source+', 404],
    ['plain', 400],
    ['plain/', 400],
  ])('a copy source written %s answers %i', async (source, status) => {
    await client.send(new PutObjectCommand({ Bucket: 'plain', Key: 'copy source+', Body: 'x' }));

    const answer = await ask('PUT', '/plain/copied', { 'x-amz-copy-source': source });

    expect(answer.status).toBe(status);
  });

  test.each([
    ['if-match', '"x"', 'x-amz-copy-source-If-Match'],
    ['if-unmodified-since', 'Mon, 01 Jan 2024 00:00:00 GMT', 'x-amz-copy-source-If-Unmodified-Since'],
  ])('a copy on %s: %s names the condition that failed', async (name, value, condition) => {
    const answer = await ask('PUT', '/plain/copied', {
      'x-amz-copy-source': 'plain/kept',
      [`x-amz-copy-source-${name}`]: value,
    });

    expect(answer).toMatchObject({ status: 412, code: 'PreconditionFailed' });
    expect(answer.body).toContain(`<Condition>${condition}</Condition>`);
  });

  test('a copy of what is modified since a time to come is made', async () => {
    const answer = await ask('PUT', '/plain/copied', {
      'x-amz-copy-source': 'plain/kept',
      'x-amz-copy-source-if-modified-since': new Date(Date.now() + 86_400_000).toUTCString(),
    });

    expect(answer.status).toBe(200);
  });

  test('a wrong MD5 is answered with both digests', async () => {
    const claimed = createHash('md5').update('another').digest('base64');

    const answer = await ask('PUT', '/plain/kept', { 'content-md5': claimed }, 'other');

    expect(answer).toMatchObject({ status: 400, code: 'BadDigest' });
    expect(answer.body).toContain(
      `<ExpectedDigest>${claimed}</ExpectedDigest><CalculatedDigest>${createHash('md5').update('other').digest('base64')}</CalculatedDigest>`,
    );
  });

  test('a read with the checksum of no body, as the JS SDK sends it when it validates no answer, is served', async () => {
    for (const path of ['/plain/kept', '/versioned/kept']) {
      expect(await ask('GET', path, { 'x-amz-checksum-crc32': 'AAAAAA==' })).toMatchObject({
        status: 200,
        body: 'as it was',
      });
    }
  });

  test('the SDK reads the details of an error', async () => {
    await expect(
      client.send(new GetObjectCommand({ Bucket: 'plain', Key: 'no such' })),
    ).rejects.toMatchObject({ name: 'NoSuchKey', Key: 'no such' });
  });
});
