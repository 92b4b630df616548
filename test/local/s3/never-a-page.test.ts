import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rawRequest } from './raw-request.ts';
import { type S3World, startS3World } from './s3-world.ts';

describe('in a browser, what users have put in', () => {
  let world: S3World;
  beforeAll(async () => {
    world = await startS3World();
    await world.client().send(
      new PutObjectCommand({
        Bucket: 'plain',
        Key: 'page.html',
        Body: '<script>fetch("/plain")</script>',
        ContentType: 'text/html',
        ContentDisposition: 'inline; filename="page.html"',
      }),
    );
  });
  afterAll(() => world?.close());

  test.each([
    ['an object', 'GET', '/plain/page.html', {}, 200],
    ['its head', 'HEAD', '/plain/page.html', {}, 200],
    ['a range of it', 'GET', '/plain/page.html', { range: 'bytes=0-7' }, 206],
    ['the answer that it has not changed', 'GET', '/plain/page.html', { 'if-none-match': '*' }, 304],
    ['a listing of keys', 'GET', '/plain', {}, 200],
    ['an error that names a key', 'GET', '/plain/%3Cscript%3E', {}, 404],
    ['what the door refuses', 'GET', '/plain/page.html', { origin: 'http://evil.example' }, 403],
    ['a refusal of another service', 'POST', '/', { 'x-amz-target': 'Nothing.<script>' }, 501],
  ] as const)('is never a page of this origin: %s', async (_, method, path, headers, status) => {
    const answer = await rawRequest(world.port, method, path, { headers });

    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
    });
  });

  test.each([
    [{ 'sec-fetch-mode': 'navigate' }, '', 'attachment; filename="page.html"'],
    [{ 'sec-fetch-dest': 'document' }, '', 'attachment; filename="page.html"'],
    [{ 'sec-fetch-dest': 'iframe' }, '', 'attachment; filename="page.html"'],
    [{ 'sec-fetch-dest': 'embed' }, '?response-content-disposition=inline', 'attachment'],
    [
      { 'sec-fetch-mode': 'navigate' },
      '?response-content-type=text%2Fhtml&response-content-disposition=inline%3B%20filename%3Dx',
      'attachment; filename=x',
    ],
    [{ 'sec-fetch-mode': 'navigate' }, '?response-content-disposition=%20', 'attachment'],
    // what a program fetches is as it was put
    [{ 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }, '', 'inline; filename="page.html"'],
    [{}, '?response-content-disposition=inline', 'inline'],
  ])(
    'that is asked for with %j and %j is answered with disposition %j',
    async (headers, query, disposition) => {
      const answer = await rawRequest(world.port, 'GET', `/plain/page.html${query}`, { headers });

      expect(answer.status).toBe(200);
      expect(answer.headers['content-disposition']).toBe(disposition);
    },
  );
});
