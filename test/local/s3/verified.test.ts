import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { assert, asyncProperty, constantFrom, dictionary, nat, string } from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PLAIN, startS3World, type S3World } from './s3-world.ts';
import { changeSigned, sendInChunks, type SdkRequest } from './signed-chunks.ts';

const SECRET = 'c0ffee'.repeat(7).slice(0, 40);
const Bucket = PLAIN.name;
const WHOLE = { requestChecksumCalculation: 'WHEN_REQUIRED' } as const;

let world: S3World;
beforeAll(async () => {
  world = await startS3World({ secret: SECRET });
  await world.client().send(new PutObjectCommand({ Bucket, Key: 'there', Body: 'there' }));
});
afterAll(() => world?.close());

const keys = async () => {
  const { Versions = [] } = await world.client().send(new ListObjectVersionsCommand({ Bucket }));
  return Versions.map(({ Key }) => Key!).toSorted();
};
/** Bodies on the disk: the one that is there, and nothing of what was refused. */
const bodies = () =>
  readdirSync(join(world.dataDir, 'objects'), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );

async function unchanged(): Promise<void> {
  expect(await keys()).toEqual(['there']);
  expect(bodies()).toHaveLength(1);
  expect(world.events).toHaveLength(1);
}

const put = () =>
  new PutObjectCommand({
    Bucket,
    Key: 'k',
    Body: 'good',
    Metadata: { colour: 'blue' },
    ContentType: 'text/csv',
  });

const signed = (change: (url: URL) => void = () => {}, expiresIn = 60, signingDate = new Date()) =>
  getSignedUrl(world.client(), new GetObjectCommand({ Bucket, Key: 'there' }), {
    expiresIn,
    signingDate,
  }).then((text) => {
    const url = new URL(text);
    change(url);
    return fetch(url);
  });

const codeOf = async (response: Response) => /<Code>(\w+)</.exec(await response.text())?.[1];

async function post(change: (fields: Record<string, string>) => void): Promise<Response> {
  const { url, fields } = await createPresignedPost(world.client(), {
    Bucket,
    Key: 'posted/${filename}',
    Conditions: [['starts-with', '$key', 'posted/']],
  });
  change(fields);
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append('file', new File(['posted'], 'a.csv'));
  return await fetch(url, { method: 'POST', body });
}

describe('a signed request that was changed on its way is refused, and leaves nothing', () => {
  test.each<[what: string, code: string, change: (request: SdkRequest) => void]>([
    [
      'another key',
      'SignatureDoesNotMatch',
      (request) => void (request.path = request.path.replace(/k$/, 'l')),
    ],
    ['another method', 'SignatureDoesNotMatch', (request) => void (request.method = 'DELETE')],
    ['a parameter more', 'SignatureDoesNotMatch', (request) => void (request.query['tagging'] = '')],
    ['a parameter less', 'SignatureDoesNotMatch', (request) => void delete request.query['x-id']],
    ['another header', 'SignatureDoesNotMatch', ({ headers }) => void (headers['x-amz-meta-colour'] = 'red')],
    [
      'another content type',
      'SignatureDoesNotMatch',
      ({ headers }) => void (headers['content-type'] = 'text/html'),
    ],
    ['a header less', 'SignatureDoesNotMatch', ({ headers }) => void delete headers['x-amz-meta-colour']],
    ['a header more', 'AccessDenied', ({ headers }) => void (headers['x-amz-meta-more'] = '1')],
    [
      'a copy source more',
      'AccessDenied',
      ({ headers }) => void (headers['x-amz-copy-source'] = `${Bucket}/there`),
    ],
    ['another body', 'XAmzContentSHA256Mismatch', (request) => void (request.body = 'evil')],
    [
      'a body that is not signed',
      'SignatureDoesNotMatch',
      (request) => {
        request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
        request.body = 'evil';
      },
    ],
    [
      'no word about its body',
      'InvalidRequest',
      ({ headers }) => void delete headers['x-amz-content-sha256'],
    ],
    [
      'a strange word about its body',
      'InvalidArgument',
      ({ headers }) => void (headers['x-amz-content-sha256'] = 'none'),
    ],
    [
      'another time',
      'SignatureDoesNotMatch',
      ({ headers }) =>
        void (headers['x-amz-date'] = headers['x-amz-date']!.replace(/\d\dZ$/, '59Z').replace(
          /5959Z$/,
          '5958Z',
        )),
    ],
    [
      'another signature',
      'SignatureDoesNotMatch',
      ({ headers }) =>
        void (headers['authorization'] = headers['authorization']!.replace(/.{8}$/, '00000000')),
    ],
    [
      'half a signature',
      'SignatureDoesNotMatch',
      ({ headers }) => void (headers['authorization'] = headers['authorization']!.slice(0, -1)),
    ],
    [
      'a host that is not signed',
      'AccessDenied',
      ({ headers }) => void (headers['authorization'] = headers['authorization']!.replace('host;', '')),
    ],
  ])('%s: %s', async (_, code, change) => {
    const client = world.client('local', WHOLE);
    changeSigned(client, change);

    await expect(client.send(put())).rejects.toMatchObject({ name: code });
    await unchanged();
  });

  test.each<
    [
      what: string,
      send: (client: ReturnType<S3World['client']>) => Promise<unknown>,
      change: (request: SdkRequest) => void,
    ]
  >([
    [
      'a listing',
      (client) => client.send(new ListObjectsV2Command({ Bucket, Prefix: 'a' })),
      ({ query }) => void (query['prefix'] = ''),
    ],
    [
      'a copy',
      (client) => client.send(new CopyObjectCommand({ Bucket, Key: 'c', CopySource: `${Bucket}/none` })),
      ({ headers }) => void (headers['x-amz-copy-source'] = `${Bucket}/there`),
    ],
    [
      'a delete',
      (client) => client.send(new DeleteObjectCommand({ Bucket, Key: 'none' })),
      (request) => void (request.path = request.path.replace('none', 'there')),
    ],
    [
      'deletes',
      (client) => client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'other' }] } })),
      (request) => void (request.body = String(request.body).replace('other', 'there')),
    ],
  ])('of %s', async (_, send, change) => {
    const client = world.client('local', WHOLE);
    changeSigned(client, change);

    await expect(send(client)).rejects.toMatchObject({
      name: expect.stringMatching(/^(SignatureDoesNotMatch|XAmzContentSHA256Mismatch)$/) as string,
    });
    await unchanged();
  });

  test('with the name of another service’s call, which reads no body as S3 does', async () => {
    const client = world.client('local', WHOLE);
    changeSigned(client, ({ headers }) => void (headers['x-amz-target'] = 'AmazonSQS.ListQueues'));

    await expect(client.send(put())).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
    await unchanged();
  });

  test.each([-16, 16])('of a clock that is %i minutes off, though it is signed rightly', async (minutes) => {
    const offset = { systemClockOffset: minutes * 60_000 };
    const near = { systemClockOffset: minutes * 60_000 * 0.8 };

    await expect(
      world.client('local', offset).send(new GetObjectCommand({ Bucket, Key: 'there' })),
    ).rejects.toMatchObject({ name: 'RequestTimeTooSkewed', $metadata: { httpStatusCode: 403 } });
    const { Body } = await world.client('local', near).send(new GetObjectCommand({ Bucket, Key: 'there' }));
    expect(await Body?.transformToString()).toBe('there');
  });
});

describe('a presigned URL', () => {
  test('is let in as it was signed', async () => {
    expect(await (await signed()).text()).toBe('there');
  });

  test.each<[what: string, code: string, change: (url: URL) => void]>([
    ['another key', 'SignatureDoesNotMatch', (url) => void (url.pathname += 'x')],
    ['a longer life', 'SignatureDoesNotMatch', (url) => url.searchParams.set('X-Amz-Expires', '604800')],
    [
      'another answer',
      'SignatureDoesNotMatch',
      (url) => url.searchParams.set('response-content-type', 'text/html'),
    ],
    ['another version', 'SignatureDoesNotMatch', (url) => url.searchParams.set('versionId', 'null')],
    [
      'another key to sign with',
      'InvalidAccessKeyId',
      (url) =>
        url.searchParams.set(
          'X-Amz-Credential',
          url.searchParams.get('X-Amz-Credential')!.replace('local', 'other'),
        ),
    ],
    [
      'signed headers that are none',
      'AccessDenied',
      (url) => url.searchParams.set('X-Amz-SignedHeaders', 'accept'),
    ],
  ])('is refused with %s: %s', async (_, code, change) => {
    expect(await codeOf(await signed(change))).toBe(code);
  });

  test('is refused when its time is over, though it is signed rightly', async () => {
    const response = await signed(undefined, 60, new Date(Date.now() - 120_000));

    expect([response.status, await codeOf(response)]).toEqual([403, 'AccessDenied']);
  });

  test('of a PUT takes the body that comes, and headers only as they were signed', async () => {
    const url = await getSignedUrl(
      world.client(),
      new PutObjectCommand({ Bucket, Key: 'put', ContentType: 'text/csv' }),
      { signableHeaders: new Set(['content-type']) },
    );
    const put = (headers: Record<string, string>) =>
      fetch(url, { method: 'PUT', body: Buffer.from('x'), headers });

    const refused = [
      await put({ 'content-type': 'text/html' }),
      await put({ 'content-type': 'text/csv', 'x-amz-meta-more': '1' }),
      await fetch(url, { method: 'GET', headers: { 'content-type': 'text/csv' } }),
    ];
    await unchanged();
    const taken = await put({ 'content-type': 'text/csv' });

    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(taken.status).toBe(200);
    await world.client().send(new DeleteObjectCommand({ Bucket, Key: 'put' }));
    world.events.splice(1);
  });
});

describe('a POST form', () => {
  test('is let in as it was signed', async () => {
    expect((await post(() => {})).status).toBe(204);
    await world.client().send(new DeleteObjectCommand({ Bucket, Key: 'posted/a.csv' }));
    world.events.splice(1);
  });

  test.each<[what: string, code: string, change: (fields: Record<string, string>) => void]>([
    [
      'another policy',
      'SignatureDoesNotMatch',
      (fields) =>
        (fields['Policy'] = Buffer.from(
          Buffer.from(fields['Policy']!, 'base64').toString().replaceAll('posted/', ''),
        ).toString('base64')),
    ],
    [
      'another signature',
      'SignatureDoesNotMatch',
      (fields) => void (fields['X-Amz-Signature'] = '0'.repeat(64)),
    ],
    ['no signature', 'InvalidArgument', (fields) => void delete fields['X-Amz-Signature']],
    [
      'another key to sign with',
      'InvalidAccessKeyId',
      (fields) => void (fields['X-Amz-Credential'] = fields['X-Amz-Credential']!.replace('local', 'other')),
    ],
    [
      'the scope of another day',
      'SignatureDoesNotMatch',
      (fields) =>
        void (fields['X-Amz-Credential'] = fields['X-Amz-Credential']!.replace(/\d{8}/, '20200101')),
    ],
    ['a key that the policy does not allow', 'AccessDenied', (fields) => void (fields['key'] = 'other')],
  ])('with %s is refused: %s', async (_, code, change) => {
    const response = await post(change);

    expect(/<Code>(\w+)</.exec(await response.text())?.[1]).toBe(code);
    await unchanged();
  });
});

describe('a body in signed chunks', () => {
  const chunks = ['a'.repeat(9_000), 'b'.repeat(9_000), 'end'];

  test.each([true, false])('is let in, with a trailer: %s', async (hasTrailer) => {
    const client = world.client('local', WHOLE);
    sendInChunks(client, SECRET, { chunks, hasTrailer });
    await client.send(new PutObjectCommand({ Bucket, Key: 'chunks', Body: chunks.join('') }));
    const { Body } = await world.client().send(new GetObjectCommand({ Bucket, Key: 'chunks' }));

    expect(await Body?.transformToString()).toBe(chunks.join(''));
    await world.client().send(new DeleteObjectCommand({ Bucket, Key: 'chunks' }));
    world.events.splice(1);
  });

  test.each<[what: string, change: (body: string) => string]>([
    ['with another byte in the first', (body) => body.replace('aaa', 'aab')],
    ['with another byte in the last', (body) => body.replace('\nend', '\nenx')],
    ['in another order', (body) => body.replace(/^(2328;.*?\r\na+\r\n)(2328;.*?\r\nb+\r\n)/s, '$2$1')],
    ['with another signature', (body) => body.replace(/chunk-signature=\w{4}/, 'chunk-signature=0000')],
    ['with another checksum in the trailer', (body) => body.replace(/sha256:\w{4}/, 'sha256:0000')],
    [
      'with another signature of the trailer',
      (body) => body.replace(/trailer-signature:\w{4}/, 'trailer-signature:0000'),
    ],
  ])('is refused %s, and leaves nothing', async (_, change) => {
    const client = world.client('local', WHOLE);
    sendInChunks(client, SECRET, { chunks, hasTrailer: true, change });

    await expect(
      client.send(new PutObjectCommand({ Bucket, Key: 'chunks', Body: chunks.join('') })),
    ).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    await unchanged();
  });
});

test('whatever a key, metadata and prefix hold, what a client signs is let in, and nothing else', async () => {
  const text = string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter((key) => key.isWellFormed());
  const names = string({ unit: constantFrom('a', 'b', 'z', '-', '0', '9'), minLength: 1, maxLength: 8 });
  const values = string({ unit: 'grapheme-ascii', maxLength: 20 });
  const [good, evil] = [world.client('local', WHOLE), world.client('local', WHOLE)];
  let change: ((request: SdkRequest) => void) | undefined;
  changeSigned(evil, (request) => change?.(request));

  await assert(
    asyncProperty(text, dictionary(names, values, { maxKeys: 3 }), nat(), async (prefix, Metadata, at) => {
      const Key = `p${encodeURIComponent(prefix).slice(0, 200)}${prefix.replaceAll('\0', '').replaceAll('..', '')}`;
      await good.send(new PutObjectCommand({ Bucket, Key, Body: 'x', Metadata }));
      const listed = await good.send(
        new ListObjectsV2Command({ Bucket, Prefix: prefix, EncodingType: 'url' }),
      );
      await good.send(new DeleteObjectCommand({ Bucket, Key }));
      change = ({ headers }) => {
        const signature = headers['authorization']!.slice(-64);
        const digit = signature[at % 64] === '0' ? '1' : '0';
        const other = signature.slice(0, at % 64) + digit + signature.slice((at % 64) + 1);
        headers['authorization'] = headers['authorization']!.slice(0, -64) + other;
      };

      expect(listed.Name).toBe(Bucket);
      await expect(evil.send(new DeleteObjectCommand({ Bucket, Key }))).rejects.toMatchObject({
        name: 'SignatureDoesNotMatch',
      });
    }),
    { numRuns: 25 },
  );
}, 180_000);
