import { describe, expect, test } from 'vitest';
import { identifyForm } from '../../../local/gateway/callers.ts';
import type { RequestHead } from '../../../local/gateway/client-protocol.ts';
import { readSignature } from '../../../local/gateway/read-signature.ts';
import { verifySignature, type Verification } from '../../../local/gateway/verified-signature.ts';
import { AwsChunkedDecoder } from '../../../local/s3/aws-chunked.ts';
import { ChunkSignatures } from '../../../local/s3/chunk-signatures.ts';

/** Examples that AWS has published with its documentation of the signatures: keys, requests and what they are signed with. */
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const AT_MS = Date.UTC(2013, 4, 24);
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

function headOf(line: string, headers: Record<string, string>): RequestHead {
  const [method = '', url = ''] = line.split(' ');
  const [path = '', query] = url.split('?');
  const head = { method, path, query: new URLSearchParams(query), headers, signature: undefined };
  return { ...head, signature: readSignature(headers, head.query) };
}

const verify = (head: RequestHead, change: Partial<Verification> = {}) =>
  verifySignature(head, head.signature!, {
    secret: SECRET,
    nowMs: AT_MS,
    bodySha256: undefined,
    virtualBucket: undefined,
    ...change,
  });

const SCOPE = '20130524/us-east-1/s3/aws4_request';
const v4 = (signedHeaders: string, signature: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/${SCOPE},SignedHeaders=${signedHeaders},Signature=${signature}`,
});
const v2 = (signature: string) => ({ authorization: `AWS AKIAIOSFODNN7EXAMPLE:${signature}` });
const bodyOf = (chunks: readonly (readonly [number, string])[]) =>
  chunks
    .map(
      ([size, signature]) => `${size.toString(16)};chunk-signature=${signature}\r\n${'a'.repeat(size)}\r\n`,
    )
    .join('');
const HOST = { host: 'examplebucket.s3.amazonaws.com', 'x-amz-date': '20130524T000000Z' };

describe('a signature of version 4 that AWS has published is right', () => {
  test.each<[what: string, line: string, headers: Record<string, string>]>([
    [
      'of a GET with a range',
      'GET /test.txt',
      {
        ...HOST,
        range: 'bytes=0-9',
        'x-amz-content-sha256': EMPTY,
        ...v4(
          'host;range;x-amz-content-sha256;x-amz-date',
          'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
        ),
      },
    ],
    [
      'of a PUT of a key with a dollar sign, dated by its Date header',
      'PUT /test$file.text',
      {
        ...HOST,
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        ...v4(
          'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
          '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
        ),
      },
    ],
    [
      'of a GET of what a bucket has',
      'GET /?lifecycle',
      {
        ...HOST,
        'x-amz-content-sha256': EMPTY,
        ...v4(
          'host;x-amz-content-sha256;x-amz-date',
          'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
        ),
      },
    ],
    [
      'of a listing',
      'GET /?max-keys=2&prefix=J',
      {
        ...HOST,
        'x-amz-content-sha256': EMPTY,
        ...v4(
          'host;x-amz-content-sha256;x-amz-date',
          '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
        ),
      },
    ],
    [
      'of a presigned URL',
      `GET /test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404`,
      { host: HOST.host },
    ],
  ])('%s', (_, line, headers) => {
    const longer = line.replace(' /', ' /x');

    expect(verify(headOf(line, headers))).toBeUndefined();
    expect(() => verify(headOf(longer, headers))).toThrow('does not match');
    expect(() => verify(headOf(line, headers), { secret: `${SECRET}x` })).toThrow('does not match');
  });

  test('of a POST form', () => {
    const policy =
      'eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9';
    const form = {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      scope: '20151229/us-east-1/s3/aws4_request',
      policy,
      value: '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e',
    };
    const keys = { principalOf: () => ({ kind: 'operator' }) as const, secretOf: () => SECRET };
    const head = headOf('POST /', {});

    expect(identifyForm(keys, head, form)).toEqual({ kind: 'operator' });
    expect(() => identifyForm(keys, head, { ...form, policy: policy.replace('e', 'f') })).toThrow(
      'does not match',
    );
  });
});

describe('chunks that AWS has published', () => {
  const head = headOf('PUT /examplebucket/chunkObject.txt', {
    host: 's3.amazonaws.com',
    'content-encoding': 'aws-chunked',
    'content-length': '66824',
    'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'x-amz-date': '20130524T000000Z',
    'x-amz-decoded-content-length': '66560',
    'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    ...v4(
      'content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class',
      '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
    ),
  });
  const CHUNKS = [
    [65_536, 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648'],
    [1_024, '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497'],
    [0, 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9'],
  ] as const;

  const decoded = (body: string): number => {
    const decoder = new AwsChunkedDecoder(new ChunkSignatures(verify(head)!));
    const bytes = [...decoder.push(Buffer.from(body))].reduce((sum, { length }) => sum + length, 0);
    decoder.end();
    return bytes;
  };

  test('are right', () => {
    expect(decoded(bodyOf(CHUNKS))).toBe(66_560);
  });

  test.each([
    ['with another byte in one', bodyOf(CHUNKS).replace('aaaa', 'aaab')],
    ['in another order', bodyOf([CHUNKS[1], CHUNKS[0], CHUNKS[2]])],
    ['with one left out', bodyOf([CHUNKS[0], CHUNKS[2]])],
    ['with one sent twice', bodyOf([CHUNKS[0], CHUNKS[0], CHUNKS[1], CHUNKS[2]])],
    ['with a signature left out', bodyOf(CHUNKS).replace(/;chunk-signature=\w+/, '')],
    ['without the last one', `${bodyOf(CHUNKS.slice(0, 2))}0\r\n\r\n`],
  ])('are refused %s', (_, body) => {
    expect(() => decoded(body)).toThrow('does not match');
  });

  test('that end early are refused, and trailers that nobody has signed', () => {
    const withTrailer = bodyOf(CHUNKS).replace(/\r\n$/, 'x-amz-checksum-crc32:AAAAAA==\r\n\r\n');

    expect(() => decoded(bodyOf(CHUNKS.slice(0, 2)))).toThrow('terminated unexpectedly');
    expect(() => decoded(withTrailer)).toThrow('comes unsigned');
  });
});

describe('chunks with a trailer that AWS has published', () => {
  const head = headOf('PUT /examplebucket/chunkObject.txt', {
    host: 's3.amazonaws.com',
    'content-encoding': 'aws-chunked',
    'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
    'x-amz-date': '20130524T000000Z',
    'x-amz-decoded-content-length': '66560',
    'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    'x-amz-trailer': 'x-amz-checksum-crc32c',
    ...v4(
      'content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer',
      '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
    ),
  });
  const body = [
    [65_536, 'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2'] as const,
    [1_024, '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7'] as const,
    [0, '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992'] as const,
  ]
    .map(([size, signature]) => `${size.toString(16)};chunk-signature=${signature}\r\n${'a'.repeat(size)}`)
    .join('\r\n');
  const TRAILER = 'x-amz-checksum-crc32c:sOO8/Q==\r\n';
  const SIGNATURE = 'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435';

  const decoded = (text: string) => {
    const decoder = new AwsChunkedDecoder(new ChunkSignatures(verify(head)!));
    const bytes = [...decoder.push(Buffer.from(text))].reduce((sum, { length }) => sum + length, 0);
    decoder.end();
    return { bytes, checksum: decoder.trailers.get('x-amz-checksum-crc32c') };
  };

  test('are right, and their trailer is', () => {
    expect(decoded(`${body}${TRAILER}x-amz-trailer-signature:${SIGNATURE}\r\n\r\n`)).toEqual({
      bytes: 66_560,
      checksum: 'sOO8/Q==',
    });
  });

  test.each([
    ['another value', `${TRAILER.replace('sO', 'sP')}x-amz-trailer-signature:${SIGNATURE}\r\n\r\n`],
    ['no signature', `${TRAILER}\r\n`],
    ['one more', `${TRAILER}x-amz-a:b\r\nx-amz-trailer-signature:${SIGNATURE}\r\n\r\n`],
    ['nothing at all', '\r\n'],
  ])('are refused with %s in the trailer', (_, trailer) => {
    expect(() => decoded(body + trailer)).toThrow('does not match');
  });
});

describe('a signature of version 2 that AWS has published is right', () => {
  const VIRTUAL = { host: 'johnsmith.s3.amazonaws.com' };

  test.each<[what: string, line: string, headers: Record<string, string>, bucket: string | undefined]>([
    [
      'of a GET',
      'GET /photos/puppy.jpg',
      { ...VIRTUAL, date: 'Tue, 27 Mar 2007 19:36:42 +0000', ...v2('bWq2s1WEIj+Ydj0vQ697zp+IXMU=') },
      'johnsmith',
    ],
    [
      'of a PUT with its type',
      'PUT /photos/puppy.jpg',
      {
        ...VIRTUAL,
        'content-type': 'image/jpeg',
        date: 'Tue, 27 Mar 2007 21:15:45 +0000',
        ...v2('MyyxeRY7whkBe+bq8fHCL/2kKUg='),
      },
      'johnsmith',
    ],
    [
      'of a listing, whose parameters are not signed',
      'GET /?prefix=photos&max-keys=50&marker=puppy',
      { ...VIRTUAL, date: 'Tue, 27 Mar 2007 19:42:41 +0000', ...v2('htDYFYduRNen8P9ZfE/s9SuKy0U=') },
      'johnsmith',
    ],
    [
      'of a GET of what a bucket has, which are',
      'GET /?acl',
      { ...VIRTUAL, date: 'Tue, 27 Mar 2007 19:44:46 +0000', ...v2('c2WLPFtWHVgbEmeEG93a4cG37dM=') },
      'johnsmith',
    ],
    [
      'of an upload with headers of its own',
      'PUT /db-backup.dat.gz',
      {
        host: 'static.johnsmith.net:8080',
        date: 'Tue, 27 Mar 2007 21:06:08 +0000',
        'x-amz-acl': 'public-read',
        'content-type': 'application/x-download',
        'content-md5': '4gJE4saaMU4BqNR0kLY+lw==',
        'x-amz-meta-reviewedby': 'joe@johnsmith.net,jane@johnsmith.net',
        'x-amz-meta-filechecksum': '0x02661779',
        'x-amz-meta-checksumalgorithm': 'crc32',
        ...v2('ilyl83RwaSoYIEdixDQcA4OnAnc='),
      },
      'static.johnsmith.net',
    ],
    [
      'of a key beyond ASCII, as it was encoded',
      'GET /dictionary/fran%C3%A7ais/pr%c3%a9f%c3%a8re',
      {
        host: 's3.amazonaws.com',
        date: 'Wed, 28 Mar 2007 01:49:49 +0000',
        ...v2('DNEZGsoieTZ92F3bUfSPQcbGmlM='),
      },
      undefined,
    ],
    [
      'of a presigned URL',
      'GET /photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620',
      VIRTUAL,
      'johnsmith',
    ],
  ])('%s', (_, line, headers, virtualBucket) => {
    const nowMs = Date.parse(headers['date'] ?? '2007-03-29T03:40:20Z');
    const head = headOf(line, headers);
    const other = headOf(line.replace(' /', ' /x'), headers);

    expect(verify(head, { nowMs, virtualBucket })).toBeUndefined();
    expect(() => verify(other, { nowMs, virtualBucket })).toThrow('does not match');
    expect(() => verify(head, { nowMs, virtualBucket, secret: `${SECRET}x` })).toThrow('does not match');
  });
});
