import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AUTHORIZATION, rawRequest } from './raw-request.ts';
import { type S3World, startS3World, VERSIONED } from './s3-world.ts';

const APP = 'http://localhost:5173';

const pathOf = (url: string) => url.slice(url.indexOf('/', 'http://'.length));

describe('a page in a browser', () => {
  let world: S3World;
  let getPath: string;
  let putPath: string;
  let partPath: string;

  beforeAll(async () => {
    const corsRule = {
      allowedMethods: ['GET', 'PUT', 'POST'],
      allowedHeaders: ['content-type', 'x-amz-*'],
      exposedHeaders: ['ETag'],
      maxAgeSeconds: 600,
    };
    world = await startS3World({
      buckets: [
        {
          ...VERSIONED,
          corsRules: [
            { ...corsRule, allowedOrigins: [APP] },
            { ...corsRule, allowedOrigins: ['*', 'null', 'https://*.example'], allowedHeaders: ['*'] },
          ],
        },
        { ...VERSIONED, name: 'closed' },
      ],
    });
    const client = world.client();
    for (const Bucket of ['versioned', 'closed']) {
      await client.send(new PutObjectCommand({ Bucket, Key: 'csv/x', Body: 'x' }));
    }
    const object = { Bucket: 'versioned', Key: 'csv/x' };
    getPath = pathOf(await getSignedUrl(client, new GetObjectCommand(object)));
    putPath = pathOf(await getSignedUrl(client, new PutObjectCommand(object)));
    partPath = `${putPath}&partNumber=1&uploadId=u`;
  });
  afterAll(() => world?.close());

  /** As a browser sends it: unsigned but for what is in the URL. */
  const ask = async (method: string, path: string, headers: Record<string, string>, body?: string) => {
    const sent = { authorization: '', 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors', ...headers };
    const answer = await rawRequest(world.port, method, path, {
      headers: sent,
      ...(body !== undefined && { body }),
    });
    return { ...answer, allowed: answer.headers['access-control-allow-origin'] };
  };
  const preflight = (path: string, method: string, headers = 'content-type', origin = APP) =>
    ask('OPTIONS', path, {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': headers,
    });

  test('that the bucket names reads and writes one object by presigned URLs', async () => {
    const put = await ask('PUT', putPath, { origin: APP, 'content-type': 'text/csv' }, 'a,b');
    const got = await ask('GET', getPath, { origin: APP });

    expect([put.status, put.allowed, put.headers['access-control-expose-headers']]).toEqual([
      200,
      APP,
      'ETag',
    ]);
    expect([got.status, got.body, got.allowed]).toEqual([200, 'a,b', APP]);
    expect(got.headers['vary']).toContain('Origin');
  });

  test('that the bucket names posts a form, and is told what S3 made of it', async () => {
    const { fields } = await createPresignedPost(world.client(), { Bucket: 'versioned', Key: 'csv/posted' });
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...fields, file: 'a,b' })) form.append(name, value);
    const post = (path: string, headers: Record<string, string>) =>
      fetch(`http://127.0.0.1:${world.port}${path}`, { method: 'POST', body: form, headers });

    const posted = await post('/versioned', { origin: APP });
    const foreign = await post('/versioned', { origin: 'http://evil.example' });

    expect([posted.status, posted.headers.get('access-control-allow-origin')]).toEqual([204, APP]);
    expect([foreign.status, foreign.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    expect(await foreign.text()).toContain('under &quot;context&quot; in cdk.json');
  });

  test('reads why it was refused, where it may ask at all', async () => {
    const { status, allowed, code } = await ask('GET', getPath.replace('csv/x', 'csv/missing'), {
      origin: APP,
    });

    expect([status, allowed, code]).toEqual([404, APP, 'NoSuchKey']);
  });

  test('is told before it asks what it may, as S3 tells it', async () => {
    const { status, body, headers } = await preflight(putPath, 'PUT', 'content-type, x-amz-meta-colour');

    expect([status, body]).toEqual([200, '']);
    expect(headers).toMatchObject({
      'access-control-allow-origin': APP,
      'access-control-allow-methods': 'GET, PUT, POST',
      'access-control-allow-headers': 'content-type, x-amz-meta-colour',
      'access-control-expose-headers': 'ETag',
      'access-control-max-age': '600',
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    });
  });

  test.each([
    ['a part of an upload', () => [partPath, 'PUT']],
    ['a form, while its progress is watched', () => ['/versioned', 'POST']],
  ])('may, after asking, send %s', async (_, question) => {
    const [path, method] = question();

    expect((await preflight(path!, method!)).status).toBe(200);
  });

  test.each<[what: string, path: () => string, method: string, headers?: string, origin?: string]>([
    ['another origin', () => putPath, 'PUT', 'content-type', 'http://evil.example'],
    ['another port of the origin', () => putPath, 'PUT', 'content-type', 'http://localhost:5174'],
    ['an origin that a wildcard covers', () => putPath, 'PUT', 'content-type', 'https://app.example'],
    ['no origin', () => putPath, 'PUT', 'content-type', 'null'],
    ['a header that no rule has', () => putPath, 'PUT', 'x-other'],
    ['a copy', () => putPath, 'PUT', 'x-amz-copy-source'],
    ['a bucket without rules', () => putPath.replace('versioned', 'closed'), 'PUT'],
    ['a bucket that is not there', () => putPath.replace('versioned', 'nowhere'), 'PUT'],
    ['a request that is not presigned', () => '/versioned/csv/x', 'PUT', 'authorization,content-type'],
    ['a delete', () => putPath, 'DELETE'],
    ['a listing', () => getPath.replace('/csv/x', ''), 'GET'],
    ['another subresource', () => `${putPath}&tagging`, 'PUT'],
    ['beginning an upload in parts', () => `${putPath}&uploads`, 'POST'],
    ['completing one', () => `${putPath}&uploadId=u`, 'POST'],
    ['listing the parts of one', () => `${getPath}&uploadId=u`, 'GET'],
  ])('is told before it asks that it may not: %s', async (_, path, method, headers, origin) => {
    const answer = await preflight(path(), method, headers, origin);

    expect([answer.status, answer.code, answer.allowed]).toEqual([403, 'AccessForbidden', undefined]);
    expect(answer.body).toContain('CORSResponse: This CORS request is not allowed');
  });

  const DELETE_ALL = '<Delete><Object><Key>csv/x</Key></Object></Delete>';

  test.each<
    [what: string, method: string, path: () => string, headers?: Record<string, string>, body?: string]
  >([
    ['a presigned read from another origin', 'GET', () => getPath, { origin: 'http://evil.example' }],
    ['a presigned read from no origin', 'GET', () => getPath, { origin: 'null' }],
    ['a presigned listing', 'GET', () => `${getPath.replace('/csv/x', '')}&list-type=2`],
    ['a presigned delete', 'DELETE', () => putPath],
    ['a presigned delete of many', 'POST', () => `${putPath.replace('/csv/x', '')}&delete`, {}, DELETE_ALL],
    ['a presigned copy', 'PUT', () => putPath, { 'x-amz-copy-source': '/closed/csv/x' }],
    ['a presigned copy, named in the URL', 'PUT', () => `${putPath}&x-amz-copy-source=/closed/csv/x`],
    ['a presigned beginning of an upload', 'POST', () => `${putPath}&uploads`],
    ['a signed write', 'PUT', () => '/versioned/csv/x', { authorization: AUTHORIZATION }],
    [
      'a form to a bucket without rules',
      'POST',
      () => '/closed',
      { 'content-type': 'multipart/form-data; boundary=b' },
    ],
    ['a call of another service', 'POST', () => '/', { 'x-amz-target': 'AmazonSQS.PurgeQueue' }],
    [
      'what an image could do',
      'GET',
      () => '/?Action=PurgeQueue&Version=2012-11-05',
      { 'sec-fetch-mode': 'no-cors' },
    ],
    ['the runtime itself', 'GET', () => '/_sluice/status'],
  ])('is refused %s', async (_, method, path, headers = {}, body) => {
    const before = world.events.length;
    const answer = await ask(method, path(), { origin: APP, ...headers }, body);

    expect([answer.status, answer.allowed]).toEqual([403, undefined]);
    expect(answer.body).toMatch(/are refused/);
    expect(world.events).toHaveLength(before);
  });

  test.each([
    ['a link to a presigned download', () => getPath, 'navigate', 200],
    ['a link to a listing', () => `${getPath.replace('/csv/x', '')}&list-type=2`, 'navigate', 403],
    ['an image that does not say whose it is', () => getPath, 'no-cors', 403],
    ['a link to a query', () => '/?Action=PurgeQueue&Version=2012-11-05', 'navigate', 403],
    ['a link to the runtime itself', () => '/_sluice/status', 'navigate', 403],
  ])('of any origin has, where no browser tells the origin: %s', async (_, path, mode, status) => {
    for (const site of ['cross-site', 'same-site']) {
      const answer = await ask('GET', path(), { 'sec-fetch-site': site, 'sec-fetch-mode': mode });

      expect([site, answer.status]).toEqual([site, status]);
    }
  });

  test('is no page where a person has typed the address', async () => {
    const typed = { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' };

    expect((await ask('GET', getPath, typed)).status).toBe(200);
  });
});
