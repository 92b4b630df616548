import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AUTHORIZATION, beginRequest, rawRequest } from './raw-request.ts';
import { ACCOUNT, type S3World, startS3World } from './s3-world.ts';

const crc32Of = (text: string) =>
  Buffer.from(crc32(text).toString(16).padStart(8, '0'), 'hex').toString('base64');

/** `aws-chunked` framing of a text, in pieces of `size`. */
function framed(
  text: string,
  options: { size?: number; signed?: boolean; trailers?: string[] } = {},
): string {
  const signature = options.signed === true ? `;chunk-signature=${'0'.repeat(64)}` : '';
  const size = options.size ?? 5;
  let frame = '';
  for (let at = 0; at < text.length; at += size) {
    const data = text.slice(at, at + size);
    frame += `${data.length.toString(16)}${signature}\r\n${data}\r\n`;
  }
  return `${frame}0${signature}\r\n${(options.trailers ?? []).map((line) => `${line}\r\n`).join('')}\r\n`;
}

describe('S3 on the wire', () => {
  let world: S3World;
  beforeAll(async () => {
    world = await startS3World();
  });
  afterAll(() => world?.close());
  beforeEach(() => {
    world.events.length = 0;
  });

  const put = (path: string, body: Buffer | string, headers: Record<string, string | number> = {}) =>
    rawRequest(world.port, 'PUT', path, { body, headers });
  const get = (path: string, headers: Record<string, string> = {}) =>
    rawRequest(world.port, 'GET', path, { headers });
  const unfinished = () => readdir(join(world.dataDir, 'objects', 'unfinished'));

  const text = 'the body of an object';
  const chunked = (sha256: string, extra: Record<string, string | number> = {}) => ({
    'x-amz-content-sha256': sha256,
    'content-encoding': 'aws-chunked',
    'x-amz-decoded-content-length': text.length,
    ...extra,
  });

  test.each([
    ['signed chunks', framed(text, { signed: true }), chunked('STREAMING-AWS4-HMAC-SHA256-PAYLOAD')],
    ['one byte at a time', framed(text, { size: 1 }), chunked('STREAMING-UNSIGNED-PAYLOAD-TRAILER')],
    [
      'unsigned chunks with a trailing checksum',
      framed(text, { trailers: [`x-amz-checksum-crc32:${crc32Of(text)}`] }),
      chunked('STREAMING-UNSIGNED-PAYLOAD-TRAILER', { 'x-amz-trailer': 'x-amz-checksum-crc32' }),
    ],
    [
      'signed chunks with a trailing checksum',
      framed(text, {
        signed: true,
        trailers: [`x-amz-checksum-crc32:${crc32Of(text)}`, `x-amz-trailer-signature:${'0'.repeat(64)}`],
      }),
      chunked('STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', { 'x-amz-trailer': 'x-amz-checksum-crc32' }),
    ],
  ])('%s are taken apart, and their framing is not part of the object', async (_, body, headers) => {
    const answer = await put('/plain/chunked', body, { ...headers, 'content-encoding': 'gzip, aws-chunked' });
    const got = await get('/plain/chunked');

    expect(answer.status).toBe(200);
    expect(got.body).toBe(text);
    expect(got.headers['content-encoding']).toBe('gzip');
  });

  test.each([
    ['BadDigest', text, { 'x-amz-checksum-crc32': crc32Of('other') }],
    ['BadDigest', text, { 'content-md5': createHash('md5').update('other').digest('base64') }],
    ['InvalidDigest', text, { 'content-md5': 'short' }],
    [
      'XAmzContentSHA256Mismatch',
      text,
      { 'x-amz-content-sha256': createHash('sha256').update('other').digest('hex') },
    ],
    [
      'BadDigest',
      framed(text, { trailers: [`x-amz-checksum-crc32:${crc32Of('other')}`] }),
      chunked('STREAMING-UNSIGNED-PAYLOAD-TRAILER', { 'x-amz-trailer': 'x-amz-checksum-crc32' }),
    ],
    [
      'MalformedTrailerError',
      framed(text),
      chunked('STREAMING-UNSIGNED-PAYLOAD-TRAILER', { 'x-amz-trailer': 'x-amz-checksum-crc32' }),
    ],
    ['IncompleteBody', framed(text).slice(0, 40), chunked('STREAMING-UNSIGNED-PAYLOAD-TRAILER')],
    ['IncompleteBody', framed(`${text}!`), chunked('STREAMING-UNSIGNED-PAYLOAD-TRAILER')],
    ['IncompleteBody', framed(text.slice(1)), chunked('STREAMING-UNSIGNED-PAYLOAD-TRAILER')],
    ['IncompleteBody', text, chunked('STREAMING-UNSIGNED-PAYLOAD-TRAILER')],
    ['InvalidRequest', text, { 'x-amz-checksum-crc32': crc32Of(text), 'x-amz-checksum-sha1': 'x' }],
    [
      'EntityTooLarge',
      text,
      {
        ...chunked('STREAMING-UNSIGNED-PAYLOAD-TRAILER'),
        'x-amz-decoded-content-length': 5 * 1_024 ** 3 + 1,
      },
    ],
    ['MetadataTooLarge', text, { 'x-amz-meta-long': 'x'.repeat(2_048) }],
  ])('%s: nothing is left of an upload that is not what it claims', async (code, body, headers) => {
    const answer = await put('/plain/refused', body, headers);

    expect(answer).toMatchObject({ status: 400, code });
    expect(await get('/plain/refused')).toMatchObject({ status: 404, code: 'NoSuchKey' });
    expect(await unfinished()).toEqual([]);
    expect(world.events).toEqual([]);
  });

  test('a refusal reaches a client that is still sending, and its connection serves the next request', async () => {
    const socket = await beginRequest(
      world.port,
      'PUT',
      '/plain/early',
      {
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-decoded-content-length': 9,
        'content-length': 8_000_000,
      },
      Buffer.alloc(8_000_000, 'no chunk header'),
    );
    let received = '';
    socket.on('data', (piece) => (received += piece.toString()));

    await expect.poll(() => received).toContain('<Code>IncompleteBody</Code>');
    socket.write(
      `GET /plain HTTP/1.1\r\nhost: 127.0.0.1:${world.port}\r\nauthorization: ${AUTHORIZATION}\r\n\r\n`,
    );
    await expect.poll(() => received).toContain('<ListBucketResult');
    socket.destroy();
  });

  test('keys with control characters are listed percent-encoded to who asks for it', async () => {
    await put('/plain/odd/%01%20%2B%25%F0%9F%98%80%2F%27', 'x');

    const encoded = await get('/plain?list-type=2&prefix=odd/&encoding-type=url');
    const plain = await get('/plain?list-type=2&prefix=odd/');

    expect(encoded.body).toContain('<Key>odd/%01%20%2B%25%F0%9F%98%80/%27</Key>');
    expect(plain.body).toContain('<Key>odd/&#x1; +%😀/&apos;</Key>');
  });

  test('a client that expects another owner is refused', async () => {
    expect(await put('/plain/owner', 'x', { 'x-amz-expected-bucket-owner': '999999999999' })).toMatchObject({
      status: 403,
    });
    expect(await put('/plain/owner', 'x', { 'x-amz-expected-bucket-owner': ACCOUNT })).toMatchObject({
      status: 200,
    });
  });

  test('a body without its length is refused by the header that stands for it', async () => {
    const answer = await put('/plain/length', 'x', { 'transfer-encoding': 'chunked' });

    expect(answer).toMatchObject({ status: 501, code: 'NotImplemented' });
    expect(answer.body).toContain('<Header>Transfer-Encoding</Header>');
  });

  test('a body whose length is not told at all is refused', async () => {
    const socket = await beginRequest(world.port, 'PUT', '/plain/length', { connection: 'close' });
    const [answer] = (await once(socket, 'data')) as [Buffer];

    expect(answer.toString()).toMatch(/^HTTP\/1\.1 411 /);
  });

  test('an upload that is cut off in the middle leaves nothing: no object, no event, no file, no open handle', async () => {
    const handles = await openFiles();
    const megabytes = Buffer.alloc(4 * 1_024 ** 2, 'x');
    const socket = await beginRequest(
      world.port,
      'PUT',
      '/plain/cut',
      { 'content-length': megabytes.length * 2 },
      megabytes,
    );
    await expect.poll(unfinished).toHaveLength(1);

    socket.destroy();

    await expect.poll(unfinished).toEqual([]);
    await expect.poll(openFiles).toBe(handles);
    expect(await get('/plain/cut')).toMatchObject({ status: 404 });
    expect(world.events).toEqual([]);
  });

  test('a reader who goes away leaves no open handle', async () => {
    const handles = await openFiles();
    await put('/plain/long', Buffer.alloc(32 * 1_024 ** 2, 'x'));
    const socket = await beginRequest(world.port, 'GET', '/plain/long', {});
    await new Promise((resolve) => {
      socket.once('data', resolve);
    });

    socket.destroy();

    await expect.poll(openFiles).toBe(handles);
  });

  test.each(['acl', 'policy', 'torrent', 'restore', 'attributes', 'anything-new'])(
    '?%s is refused by name, and never touches the object',
    async (subresource) => {
      await put('/plain/subresource', 'untouched');
      world.events.length = 0;

      for (const method of ['PUT', 'POST', 'DELETE', 'GET']) {
        const answer = await rawRequest(world.port, method, `/plain/subresource?${subresource}`, {
          body: '<Tagging/>',
        });
        expect(answer).toMatchObject({ status: 501, code: 'NotImplemented' });
        expect(answer.body).toContain(`?${subresource}`);
      }

      expect((await get('/plain/subresource')).body).toBe('untouched');
      expect(world.events).toEqual([]);
    },
  );

  test.each(['retention', 'legal-hold'])(
    '?%s is refused in a bucket without Object Lock, and never touches the object',
    async (subresource) => {
      await put('/plain/subresource', 'untouched');
      world.events.length = 0;
      const root = subresource === 'retention' ? 'Retention' : 'LegalHold';

      const refusals: Record<string, readonly [number, string | undefined]> = {};
      for (const method of ['PUT', 'POST', 'DELETE', 'GET']) {
        const { status, code } = await rawRequest(world.port, method, `/plain/subresource?${subresource}`, {
          body: `<${root}/>`,
        });
        refusals[method] = [status, code];
      }

      expect(refusals).toEqual({
        PUT: [400, 'InvalidRequest'],
        POST: [501, 'NotImplemented'],
        DELETE: [501, 'NotImplemented'],
        GET: [400, 'InvalidRequest'],
      });
      expect((await get('/plain/subresource')).body).toBe('untouched');
      expect(world.events).toEqual([]);
    },
  );

  test('a part without its number is refused, and never taken for the object', async () => {
    await put('/plain/subresource', 'untouched');

    expect(await put('/plain/subresource?uploadId=1', 'part')).toMatchObject({ status: 501 });
    expect(await put('/plain/subresource?partNumber=1', 'part')).toMatchObject({ status: 501 });
    expect((await get('/plain/subresource')).body).toBe('untouched');
  });

  test.each([
    ['x-amz-tagging', 'a=b', 200],
    ['x-amz-server-side-encryption', 'rot13', 501],
    ['x-amz-storage-class', 'GLACIER', 501],
    ['x-amz-acl', 'public-read', 400],
    ['x-amz-acl', 'private', 200],
    ['x-amz-server-side-encryption', 'AES256', 200],
    ['x-amz-storage-class', 'STANDARD', 200],
  ])('header %s: %s answers %i', async (name, value, status) => {
    expect((await put('/plain/header', 'x', { [name]: value })).status).toBe(status);
  });

  test.each([
    ['/plain/%ff', 'InvalidURI'],
    ['/plain/%zz', 'InvalidURI'],
    ['/plain/%', 'InvalidURI'],
    ['/plain/%2e%2e/x', 'InvalidURI'],
    ['/plain/..%2fx', 'InvalidURI'],
    ['/plain/a/%2E%2E/../b', 'InvalidURI'],
    ['/plain/%00', 'InvalidURI'],
    ['/plain/%ed%a0%80', 'InvalidURI'],
  ])('path %s is refused with 400', async (path, code) => {
    expect(await put(path, 'x')).toMatchObject({ status: 400, code });
  });

  test('the host may name the bucket', async () => {
    const [virtual, virtualS3] = ['plain.localhost', 'plain.s3.localhost'].map((name) => ({
      host: `${name}:${world.port}`,
    }));
    await put('/in/host', 'virtual', virtual);

    const byPath = await get('/plain/in/host');
    const byHost = await get('/in/host', virtualS3);
    const list = await get('/?list-type=2&prefix=in/', virtual);

    expect([byPath.body, byHost.body]).toEqual(['virtual', 'virtual']);
    expect(list.body).toContain('<Key>in/host</Key>');
  });

  test.each([
    ['printable ASCII as it is', 'a=b? c_d', 'a=b? c_d'],
    ['bytes of UTF-8 as one character each', 'ÄMÄZÕÑ S3', '=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?='],
    [
      'an encoded word',
      '=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?=',
      '=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?=',
    ],
    ['an encoded word of ASCII as its text', '=?utf-8?b?cGxhaW4=?=', 'plain'],
    ['a line break in an encoded word as no line break', '=?UTF-8?Q?a=0D=0Ab:c?=', '=?UTF-8?B?YQ0KYjpj?='],
  ])('user metadata comes back as in S3: %s', async (_, sent, returned) => {
    await put('/plain/metadata', 'x', { 'x-amz-meta-name': Buffer.from(sent).toString('latin1') });
    await put('/plain/copied', '', { 'x-amz-copy-source': '/plain/metadata' });

    for (const path of ['/plain/metadata', '/plain/copied']) {
      expect((await get(path)).headers['x-amz-meta-name']).toBe(returned);
    }
  });

  test('a presigned URL overrides what the reader is told, but writes no headers of its own', async () => {
    await put('/plain/override', 'x');

    const got = await get(
      '/plain/override?response-content-type=text%2Fx&response-content-disposition=attachment',
    );
    const split = await get('/plain/override?response-content-type=a%0d%0aset-cookie:x');

    expect(got.headers).toMatchObject({ 'content-type': 'text/x', 'content-disposition': 'attachment' });
    expect(split).toMatchObject({ status: 400, code: 'InvalidArgument' });
  });

  test('a document with entities of its own is refused', async () => {
    const body =
      '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><Delete><Object><Key>&e;</Key></Object></Delete>';

    const answer = await rawRequest(world.port, 'POST', '/plain?delete', {
      body,
      headers: { 'content-md5': createHash('md5').update(body).digest('base64') },
    });

    expect(answer).toMatchObject({ status: 400, code: 'MalformedXML' });
  });

  test('a bucket is made by the template alone', async () => {
    expect(await put('/new-bucket', '')).toMatchObject({ status: 501, code: 'NotImplemented' });
    expect(await put('/plain', '')).toMatchObject({ status: 409, code: 'BucketAlreadyOwnedByYou' });
    expect(await rawRequest(world.port, 'DELETE', '/plain')).toMatchObject({ status: 501 });
  });

  test('an upload whose event cannot be kept is not acknowledged, and not there', async () => {
    const failing = await startS3World({
      publish: () => {
        throw new Error('outbox is full');
      },
    });
    try {
      const answer = await rawRequest(failing.port, 'PUT', '/plain/x', { body: 'x' });

      expect(answer).toMatchObject({ status: 500, code: 'InternalError' });
      expect(await rawRequest(failing.port, 'GET', '/plain/x')).toMatchObject({ status: 404 });
      await expect.poll(() => readdir(join(failing.dataDir, 'objects'))).toEqual(['unfinished']);
    } finally {
      await failing.close();
    }
  });
});

async function openFiles(): Promise<number> {
  const { readlink } = await import('node:fs/promises');
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return links.filter((path) => path.includes('/objects/')).length;
}
